"""The platform invoices have to go through (plateforme agréée): small firms from 1 September 2027 (CGI, art. 289 bis).

Every platform offers the same interface: AFNOR XP Z12-013, Flow Service 1.1, whose description is public. `Platform` is
what we need of it, `FlowService` speaks it over HTTP. It was run against `dev.einvoicing` only: which platform it will
be is not decided, and none could be reached.

Retry rule: `deposit` may be repeated after `Unavailable` once `find` knows nothing of the invoice; the rest changes
nothing. Statuses that we would have to send (212, cashed) are not written here: our invoices say that they are paid
already (BT-23 = S2).
"""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, Protocol
from urllib.parse import quote

import requests

WITHIN: Final = (5.0, 30.0)
"""Seconds to connect, and to wait for an answer."""
AT_ONCE: Final = 100
"""Flows a search answers at most (SearchFlowParams)."""
LARGEST: Final = 1024 * 1024


class PlatformError(Exception):
    """Base: who failed, the class says. Messages quote no invoice."""


class Unavailable(PlatformError):
    """They do not answer, or not now: try again later."""


class Declined(PlatformError):
    """They say no: ``code`` as they wrote it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Nonsense(PlatformError):
    """What came is not of the interface."""


class Acknowledged(Enum):
    """What the platform's checks of a file led to (FlowAckStatus)."""

    PENDING = "Pending"
    OK = "Ok"
    ERROR = "Error"


@dataclass(frozen=True)
class Flow:
    """A file at the platform. ``reasons``: codes of what was wrong with it."""

    id: str
    acknowledged: Acknowledged
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Status:
    """Where an invoice stands in its life (XP Z12-012): 200 deposited, 202 received, 203 made available, 204 taken in
    charge, 205 approved, 207 in dispute, 210 refused by the buyer, 212 cashed, 213 rejected by a platform…"""

    invoice: str
    code: str
    at: datetime
    reason: str


class Platform(Protocol):
    """What billing needs. Each raises `PlatformError`."""

    def deposit(self, number: str, pdf: bytes, sha256: str) -> str:
        """Hands a Factur-X file over. Returns the flow's id."""

    def find(self, number: str) -> Flow | None:
        """The flow of an invoice that was handed over."""

    def statuses(self, since: datetime) -> list[Status]:
        """What happened to our invoices since a moment, oldest first."""


@dataclass(frozen=True)
class Access:
    """``url``: of the flow service, without a trailing slash; ``token_url``: where a token is had for ``client`` and
    ``secret`` (RFC 6749, 4.4)."""

    url: str
    token_url: str
    client: str
    secret: str


class FlowService:
    """`Platform` over HTTP. One token for the life of the object."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._session = requests.Session()
        self._session.trust_env = False
        self._token = ""

    def deposit(self, number: str, pdf: bytes, sha256: str) -> str:
        """As `Platform.deposit`."""
        info = {
            "trackingId": number,
            "name": f"{number}.pdf",
            "processingRule": "B2B",
            "flowSyntax": "Factur-X",
            "flowProfile": "CIUS",
            "sha256": sha256,
        }
        files = {
            "flowInfo": (None, json.dumps(info), "application/json"),
            "file": (info["name"], pdf, "application/pdf"),
        }
        return _word(self._json("POST", "/v1/flows", files=files), "flowId")

    def find(self, number: str) -> Flow | None:
        """As `Platform.find`."""
        found = self._search({"trackingId": number, "flowType": ["CustomerInvoice"]})
        if not found:
            return None
        said = found[-1].get("acknowledgement") or {}
        try:
            state = Acknowledged(said.get("status", "Pending"))
        except ValueError as fault:
            raise Nonsense("acknowledgement") from fault
        reasons = tuple(str(one.get("reasonCode", "")) for one in said.get("details") or ())
        return Flow(_word(found[-1], "flowId"), state, reasons)

    def statuses(self, since: datetime) -> list[Status]:
        """As `Platform.statuses`; a page follows the last one by its ``updatedAt``."""
        seen: dict[str, list[Status]] = {}
        while True:
            where = {"updatedAfter": since.astimezone(UTC).isoformat(), "flowType": ["CustomerInvoiceLC"]}
            page = self._search(where)
            new = [flow for flow in page if _word(flow, "flowId") not in seen]
            for flow in new:
                seen[_word(flow, "flowId")] = list(read_statuses(self._file(_word(flow, "flowId"))))
            if len(page) < AT_ONCE or not new:
                return sorted((one for found in seen.values() for one in found), key=lambda one: one.at)
            since = max(_moment(_word(flow, "updatedAt")) for flow in page)

    def _search(self, where: Mapping[str, Any]) -> list[dict[str, Any]]:
        answer = self._json("POST", "/v1/flows/search", json={"limit": AT_ONCE, "where": where})
        found = answer.get("results") or []
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise Nonsense("results")
        return found

    def _file(self, flow: str) -> bytes:
        return self._ask("GET", f"/v1/flows/{quote(flow, safe='')}", params={"docType": "Original"})

    def _json(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        try:
            found = json.loads(self._ask(method, path, **sent))
        except ValueError as fault:
            raise Nonsense(f"{path}: not JSON") from fault
        if not isinstance(found, dict):
            raise Nonsense(f"{path}: not an object")
        return found

    def _ask(self, method: str, path: str, **sent: Any) -> bytes:
        if not self._token:
            self._token = self._new_token()
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._sent(method, self._access.url + path, headers=headers, **sent)

    def _new_token(self) -> str:
        access = self._access
        form = {"grant_type": "client_credentials", "client_id": access.client, "client_secret": access.secret}
        try:
            return _word(json.loads(self._sent("POST", access.token_url, data=form)), "access_token")
        except ValueError as fault:
            raise Nonsense("token: not JSON") from fault

    def _sent(self, method: str, url: str, **sent: Any) -> bytes:
        try:
            with self._session.request(
                method, url, timeout=WITHIN, allow_redirects=False, stream=True, **sent
            ) as answer:
                body = answer.raw.read(LARGEST + 1, decode_content=True)
        except (requests.RequestException, OSError) as fault:
            raise Unavailable(type(fault).__name__) from fault
        if answer.status_code in (429, 500, 502, 503, 504):
            raise Unavailable(str(answer.status_code))
        if answer.status_code >= 300:
            raise Declined(_error_code(body) or str(answer.status_code))
        if len(body) > LARGEST:
            raise Nonsense("too long an answer")
        return bytes(body)


def read_statuses(xml: bytes) -> Iterator[Status]:
    """The statuses in a lifecycle message (UN/CEFACT CDAR D22B). Raises `Nonsense`."""
    if b"<!" in xml:  # no document type, so no entities to swell
        raise Nonsense("lifecycle: not the XML of a message")
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 (see above)
    except ElementTree.ParseError as fault:
        raise Nonsense("lifecycle: not XML") from fault
    issued = _first(root, "IssueDateTime")
    at = _stamp("" if issued is None else "".join(issued.itertext()))
    for document in _all(root, "ReferenceReferencedDocument"):
        number, code = _said(document, "IssuerAssignedID"), _said(document, "ProcessConditionCode")
        if number and code:
            yield Status(number, code, at, _said(document, "ReasonCode") or _said(document, "Reason"))


def _all(within: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in within.iter() if one.tag.rpartition("}")[2] == name)


def _first(within: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next(_all(within, name), None)


def _said(within: ElementTree.Element, name: str) -> str:
    found = _first(within, name)
    return (found.text or "").strip()[:120] if found is not None else ""


def _stamp(text: str) -> datetime:
    """UNTDID 2379: 204 is YYYYMMDDHHMMSS, 102 the day alone; the sender's zone is not told, so UTC is taken."""
    digits = text.strip()
    for form in ("%Y%m%d%H%M%S", "%Y%m%d"):
        try:
            return datetime.strptime(digits, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise Nonsense("lifecycle: no moment")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise Nonsense("updatedAt") from fault
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _word(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise Nonsense(name)
    return value


def _error_code(body: bytes) -> str:
    try:
        return str(json.loads(body).get("errorCode", ""))[:60]
    except (ValueError, AttributeError):
        return ""
