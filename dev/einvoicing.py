"""An e-invoicing platform for one machine: the parts of AFNOR XP Z12-013 (Flow Service 1.1) that Iboo uses, over HTTP.

It shares no code with `chalicelib.gateways.einvoicing`. It checks what a platform checks first (the fingerprint, that
the file is a Factur-X whose XML keeps the schema, that it comes once); of the rest it says what a tester tells it.

    with LocalPlatform() as platform:
        platform.environment()                          # IBOO_EINVOICING_… for the functions
        platform.happens("IB-2026-000001", "210", "REF_CT")   # the buyer refuses
"""

import hashlib
import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from facturx import get_facturx_xml_from_pdf

CLIENT, SECRET, TOKEN = "iboo", "secret-of-the-laptop", "token-of-the-laptop"
CDAR = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossDomainAcknowledgementAndResponse
 xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossDomainAcknowledgementAndResponse:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:AcknowledgementDocument>
<ram:IssueDateTime><udt:DateTimeString format="204">{at:%Y%m%d%H%M%S}</udt:DateTimeString></ram:IssueDateTime>
<ram:ReferenceReferencedDocument>
<ram:IssuerAssignedID>{number}</ram:IssuerAssignedID>
<ram:ProcessConditionCode>{code}</ram:ProcessConditionCode>
<ram:SpecifiedDocumentStatus><ram:ReasonCode>{reason}</ram:ReasonCode></ram:SpecifiedDocumentStatus>
</ram:ReferenceReferencedDocument>
</rsm:AcknowledgementDocument>
</rsm:CrossDomainAcknowledgementAndResponse>"""


class LocalPlatform:
    """In this process, on a free port of 127.0.0.1. ``flows``: all it holds. ``now``: its clock."""

    def __init__(self) -> None:
        self.flows: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.now: Callable[[], datetime] = _now
        self.failing = 0
        """How many of the next requests it answers with 503."""
        self.losing = 0
        """How many of the next deposits it takes without answering well."""
        self.pending = False
        """Whether its checks take longer."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def environment(self) -> dict[str, str]:
        """What the functions need in their environment to deposit here."""
        url = f"http://127.0.0.1:{self._server.server_port}"
        return {
            "IBOO_EINVOICING_URL": f"{url}/flow-service",
            "IBOO_EINVOICING_TOKEN_URL": f"{url}/token",
            "IBOO_EINVOICING_CLIENT": CLIENT,
            "IBOO_EINVOICING_SECRET": SECRET,
        }

    def happens(self, number: str, code: str, reason: str = "", at: datetime | None = None) -> None:
        """A status in the life of an invoice, as a message of its own."""
        moment = at or self.now()
        xml = CDAR.format(at=moment, number=number, code=code, reason=reason).encode()
        self._add({"flowType": "CustomerInvoiceLC", "flowDirection": "In", "flowSyntax": "CDAR"}, xml)

    def checks_end(self) -> None:
        """What was pending is checked now."""
        self.pending = False
        for flow in self.flows:
            if flow["flowType"] == "CustomerInvoice":
                flow["acknowledgement"] = self._checked(flow)

    def take(self, info: dict[str, Any], file: bytes) -> dict[str, Any]:
        """A deposit."""
        sha256 = hashlib.sha256(file).hexdigest()
        about = {**info, "flowType": "CustomerInvoice", "flowDirection": "Out", "sha256": sha256}
        flow = self._add(about, file)
        flow["wrong"] = "ChecksumMismatch" if info.get("sha256") not in (None, sha256) else _wrong(file)
        if sum(one.get("trackingId") == info.get("trackingId") for one in self.flows) > 1:
            flow["wrong"] = "AlreadyExistingFlow"
        flow["acknowledgement"] = {"status": "Pending"} if self.pending else self._checked(flow)
        return {"flowId": flow["flowId"], "submittedAt": flow["submittedAt"], **info}

    def found(self, where: dict[str, Any], limit: int) -> list[dict[str, Any]]:
        """The flows a search matches, oldest first."""
        after = where.get("updatedAfter", "")
        return [
            flow
            for flow in self.flows
            if flow["updatedAt"] > after
            and flow["flowType"] in where.get("flowType", [flow["flowType"]])
            and where.get("trackingId") in (None, flow.get("trackingId"))
        ][:limit]

    def _add(self, about: dict[str, Any], file: bytes) -> dict[str, Any]:
        at = self.now().isoformat(timespec="microseconds")
        flow = {**about, "flowId": f"f{len(self.flows) + 1:06d}", "submittedAt": at, "updatedAt": at}
        self.flows.append(flow)
        self.files[flow["flowId"]] = file
        return flow

    def _checked(self, flow: dict[str, Any]) -> dict[str, Any]:
        if not flow["wrong"]:
            return {"status": "Ok"}
        detail = {"level": "Error", "item": "flow", "reasonCode": flow["wrong"], "reasonMessage": "refused"}
        return {"status": "Error", "details": [detail]}


def _now() -> datetime:
    return datetime.now(UTC)


def _wrong(file: bytes) -> str:
    try:
        get_facturx_xml_from_pdf(file, check_xsd=True)
    except Exception:  # whatever the library makes of a file that is none
        return "InvalidSchema"
    return ""


def _handler(platform: LocalPlatform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/token":
                good = f"client_secret={SECRET}" in body.decode() and "client_credentials" in body.decode()
                self._say(200, {"access_token": TOKEN}) if good else self._say(401, {"errorCode": "BAD_CLIENT"})
            elif self._may():
                self._post(body)

        def do_GET(self) -> None:
            found = re.fullmatch(r"/flow-service/v1/flows/(\w+)\?docType=Original", self.path)
            if self._may():
                file = platform.files.get(found[1]) if found else None
                self._say(404, {"errorCode": "MISSING_RESOURCE"}) if file is None else self._send(200, file)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

        def _may(self) -> bool:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self._say(401, {"errorCode": "MISSING_TOKEN"})
                return False
            if platform.failing:
                platform.failing -= 1
                self._say(503, {"errorCode": "RESOURCE_ERROR"})
                return False
            return True

        def _post(self, body: bytes) -> None:
            if self.path == "/flow-service/v1/flows/search":
                asked = json.loads(body)
                self._say(200, {"results": platform.found(asked["where"], asked.get("limit", 25))})
            elif self.path == "/flow-service/v1/flows":
                parts = _parts(self.headers["Content-Type"], body)
                taken = platform.take(json.loads(parts["flowInfo"]), parts["file"])
                if platform.losing:
                    platform.losing -= 1
                    self._say(503, {"errorCode": "RESOURCE_ERROR"})
                else:
                    self._say(202, taken)
            else:
                self._say(404, {"errorCode": "MISSING_RESOURCE"})

        def _say(self, status: int, answer: dict[str, Any]) -> None:
            self._send(status, json.dumps(answer).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _parts(content_type: str, body: bytes) -> dict[str, bytes]:
    """The parts of a form by name (RFC 7578)."""
    whole = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    found: dict[str, bytes] = {}
    for part in whole.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(part, Message) and isinstance(name, str):
            payload = part.get_payload(decode=True)
            found[name] = payload if isinstance(payload, bytes) else b""
    return found
