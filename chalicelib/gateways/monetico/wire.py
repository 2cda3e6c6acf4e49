"""One exchange with a service: a sealed form goes out, a few lines come back.

No redirect is followed and nothing is tried twice: what is safe to repeat, only the caller knows (see `errors`).
"""

from collections.abc import Mapping

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from .errors import Nonsense, Unanswered, Unreachable
from .sealing import SEAL, seal
from .terminal import Terminal

LARGEST_ANSWER = 64 * 1024


def ask(session: requests.Session, terminal: Terminal, service: str, fields: Mapping[str, str]) -> bytes:
    """Seals and posts ``fields``. Raises `WireFault`, and `Nonsense` for an answer that is not 200 or too long."""
    sealed = dict(fields) | {SEAL: seal(fields, terminal.key)}
    within = (terminal.connect_within, terminal.answer_within)
    try:
        with session.post(
            terminal.service(service), data=sealed, timeout=within, allow_redirects=False, stream=True
        ) as response:
            if response.status_code != 200:
                raise Nonsense(f"{service}: HTTP {response.status_code}")
            return _body(response, service)
    except requests.RequestException as fault:
        if _nothing_sent(fault):
            raise Unreachable(f"{service}: {type(fault).__name__}") from fault
        raise Unanswered(f"{service}: {type(fault).__name__}") from fault


def session() -> requests.Session:
    """A session that takes no proxy and no password from the environment."""
    made = requests.Session()
    made.trust_env = False
    return made


def _body(response: requests.Response, service: str) -> bytes:
    body = b""
    for piece in response.iter_content(8192):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise Nonsense(f"{service}: too long an answer")
    return body


def _nothing_sent(fault: requests.RequestException) -> bool:
    """Only what surely happened before the request left; all else counts as sent."""
    if isinstance(fault, requests.ConnectTimeout):
        return True
    cause = fault.args[0] if fault.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
