"""A media worker that follows a script: a real control port, without media.

It checks tickets and orders as a worker does and remembers them; it can refuse, be slow, or be gone.
"""

import json
import os
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import time
from typing import Any
from uuid import uuid4

from chalice.test import Client
from cryptography.hazmat.primitives import serialization

from chalicelib import settings
from chalicelib.signalling import messages, tickets
from chalicelib.signalling.messages import Command, Interval, JoinAnswer, Push, Report, RoomReport
from chalicelib.signalling.tickets import Ticket, TicketError
from tests.functional.browser import functions


class ScriptedWorker:
    """``refusal``: status and code of every answer to a join, while set. ``slow``: orders are not answered before the
    end; ``frozen``: nothing is, as of a stopped process; ``empty``: it holds no room, so there is none to push to."""

    def __init__(self, name: str = "w1") -> None:
        self.name = name
        self.joins: list[Ticket] = []
        self.pushes: list[tuple[str, Push]] = []
        self.checks: list[str] = []
        self.refusal: tuple[int, str] | None = None
        self.slow = False
        self.frozen = False
        self.empty = False
        self._released = Event()
        self.start()

    def start(self) -> None:
        """The process starts (again): another incarnation on another port."""
        self.incarnation = uuid4().hex
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _control_port(self))
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.control = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """The process is gone; nobody listens on its port any more."""
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def report(
        self,
        rooms: Iterable[RoomReport] = (),
        attendance: Iterable[Interval] = (),
        *,
        load: int = 0,
        draining: bool = False,
    ) -> list[Command]:
        """Reports as a worker does every two seconds; returns its orders."""
        said = Report(self.name, self.incarnation, self.control, 1000, load, draining, list(rooms), list(attendance))
        answer = self.post(messages.dump(said))
        assert answer.status_code == 200, answer.body
        return messages.load_report_answer(answer.body).commands

    def post(self, body: bytes, *, signed_by: str | None = None, secret: str | None = None) -> Any:
        """A signed report, with another name or secret where a test breaks the rule."""
        token = tickets.sign_report(body, signed_by or self.name, secret or settings.get("POOL_SECRET"), int(time()))
        return post_report(body, token)

    def attended(self, room: str, participant: str, epoch: int = 1) -> None:
        """Reports that somebody is inside."""
        now = time()
        self.report([RoomReport(room, epoch, 1)], [Interval(room, participant, "c", now - 5, now, True)])

    def pushed(self, kind: str) -> list[Push]:
        """The pushes of one type, oldest first."""
        return [push for _, push in self.pushes if push.type == kind]

    def take(self, path: str, body: bytes, token: str) -> tuple[int, bytes]:
        """What the control port answers."""
        if self.slow or self.frozen:
            self._released.wait(30)
        try:
            if path == "/check":
                return self._check(body, token)
            return self._join(body) if path == "/join" else self._push(path, body, token)
        except (TicketError, messages.MessageError, AssertionError) as fault:
            return 403, _error("bad_ticket", str(fault))

    def wait_while_frozen(self) -> None:
        """Does not come back before the end, when stopped."""
        if self.frozen:
            self._released.wait(30)

    def _join(self, body: bytes) -> tuple[int, bytes]:
        order = messages.load_join_order(body)
        ticket = tickets.read_ticket(order.ticket, _public_key(), self.incarnation, int(time()))
        assert ticket.offer_sha256 == tickets.sha256(order.offer), "ticket for another offer"
        assert ticket.id not in {known.id for known in self.joins}, "ticket used twice"
        self.joins.append(ticket)
        if self.refusal:
            return self.refusal[0], _error(self.refusal[1], "")
        return 200, messages.dump(JoinAnswer(f"answer to {order.offer}", ticket.connection))

    def _check(self, body: bytes, token: str) -> tuple[int, bytes]:
        tickets.check_order(token, body, _public_key(), self.incarnation, int(time()))
        order = messages.load_check_order(body)
        self.checks.append(order.offer)
        if self.refusal:
            return self.refusal[0], _error(self.refusal[1], "")
        return 200, messages.dump(JoinAnswer(f"answer to {order.offer}", "try"))

    def _push(self, path: str, body: bytes, token: str) -> tuple[int, bytes]:
        tickets.check_order(token, body, _public_key(), self.incarnation, int(time()))
        if self.empty:
            return 404, _error("no_room", "")
        self.pushes.append((path.split("/")[2], messages.load_push(body)))
        return 204, b""


def post_report(body: bytes, token: str, path: str = "/workers/report") -> Any:
    """Posts a report to the functions, with this token."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    return Client(functions()).http.post(path, headers=headers, body=body)


def sign(name: str, body: bytes) -> str:
    """The token of a worker's report."""
    return tickets.sign_report(body, name, settings.get("POOL_SECRET"), int(time()))


def _control_port(worker: ScriptedWorker) -> type[BaseHTTPRequestHandler]:
    class ControlPort(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            worker.wait_while_frozen()
            self._answer(200, json.dumps({"worker": worker.name, "incarnation": worker.incarnation}).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self._answer(*worker.take(self.path, body, token))

        def _answer(self, status: int, answer: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return ControlPort


def _error(code: str, message: str) -> bytes:
    return json.dumps({"error": {"code": code, "message": message}}).encode()


def _public_key() -> str:
    private = serialization.load_pem_private_key(os.environ["IBOO_TICKET_PRIVATE_KEY"].encode(), None)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public.decode()
