"""The control port of a media worker.

Retry rule: none here; the caller knows whether another worker may take over. Time limits: the setting
``WORKER_PATIENCE`` to connect and for a sign of life, so that a dead worker costs a person less than a breath; 2 s to
answer an offer.
"""

import requests

from chalicelib import settings
from chalicelib.signalling import messages
from chalicelib.signalling.messages import CheckOrder, JoinAnswer, JoinOrder, Push

ANSWER = 2.0


class WorkerError(Exception):
    """The worker did not do it."""


class WorkerUnreachable(WorkerError):
    """Nobody answers there: refused, unreachable or silent."""


class WorkerSlow(WorkerError):
    """Connected, but no answer in time."""


class WorkerRefused(WorkerError):
    """It answered no. ``code`` as in docs/protocol.md (bad_offer, room_full, stale_epoch, at_capacity …)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def incarnation(control: str) -> str | None:
    """Who answers on a control port in time: the process's incarnation; `None`: refused or silent."""
    try:
        response = requests.get(control + "/health", timeout=(_patience(), _patience()), allow_redirects=False)
        return str(response.json()["incarnation"]) if response.ok else None
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return None


def join(control: str, order: JoinOrder) -> JoinAnswer:
    """Hands a browser's offer to the worker. Raises `WorkerError`."""
    return _answer(_post(control + "/join", messages.dump(order), order.ticket))


def check(control: str, order: CheckOrder, token: str) -> JoinAnswer:
    """Hands the worker the offer of somebody who tries the way to it. Raises `WorkerError`."""
    return _answer(_post(control + "/check", messages.dump(order), token))


def push(control: str, room: str, body: Push, order: str) -> None:
    """Tells a room something. Raises `WorkerError`."""
    _post(f"{control}/rooms/{room}/push", messages.dump(body), order)


def _patience() -> float:
    return float(settings.get("WORKER_PATIENCE"))


def _answer(response: requests.Response) -> JoinAnswer:
    try:
        return messages.load_join_answer(response.content)
    except messages.MessageError as fault:
        raise WorkerUnreachable("answered nonsense") from fault


def _post(url: str, body: bytes, token: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": messages.CONTENT_TYPE}
    try:
        response = requests.post(url, data=body, headers=headers, timeout=(_patience(), ANSWER), allow_redirects=False)
    except requests.ReadTimeout as fault:
        raise WorkerSlow(url) from fault
    except requests.RequestException as fault:
        raise WorkerUnreachable(type(fault).__name__) from fault
    if response.ok:
        return response
    try:
        code = str(response.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        code = f"http_{response.status_code}"
    raise WorkerRefused(code)
