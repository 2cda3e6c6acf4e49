"""The control port: the functions' way in. Private network only; all but the health check and the figures is signed."""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

from chalicelib.signalling import tickets
from chalicelib.signalling.messages import (
    CONTENT_TYPE,
    MessageError,
    dump,
    load_check_order,
    load_join_order,
    load_push,
)
from chalicelib.signalling.tickets import Ticket, TicketError
from media_workers import metrics
from media_workers.errors import BadRequest, BadTicket, Refusal
from media_workers.tickets_used import TicketsUsed
from media_workers.worker import Worker

logger = logging.getLogger(__name__)

Message = TypeVar("Message")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LONGEST = 4 * 1024 * 1024
"""Bytes of a request: an offer of 49 seats is 313 kB before JSON."""


class Control:
    """Verifies, parses, acts once."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._used = TicketsUsed()
        self.application = web.Application(client_max_size=LONGEST, middlewares=[_errors])
        self.application.add_routes(
            [
                web.post("/join", self._join),
                web.post("/check", self._check),
                web.post("/rooms/{room}/push", self._push),
                web.get("/health", self._health),
                web.get("/metrics", self._metrics),
            ]
        )

    async def _join(self, request: web.Request) -> web.Response:
        order = _parsed(load_join_order, await request.read())
        ticket = self._ticket(order.ticket, order.offer)
        return _json(dump(self._worker.join(ticket, order.offer)))

    async def _check(self, request: web.Request) -> web.Response:
        body = await self._ordered(request)
        if not self._used.use(f"check {tickets.sha256(body)}", self._now):
            raise BadTicket("used before")
        return _json(dump(self._worker.check(_parsed(load_check_order, body).offer)))

    async def _push(self, request: web.Request) -> web.Response:
        body = await self._ordered(request)
        push = _parsed(load_push, body)
        try:
            self._worker.push(request.match_info["room"], push)
        except MessageError as fault:
            raise BadRequest(str(fault)) from fault
        return web.Response(status=204)

    async def _health(self, request: web.Request) -> web.Response:
        worker = self._worker
        state = {"worker": worker.settings.id, "incarnation": worker.incarnation, "rooms": len(worker.rooms)}
        return _json(json.dumps(state).encode())

    async def _metrics(self, request: web.Request) -> web.Response:
        return web.Response(body=metrics.text(self._worker).encode(), headers={"Content-Type": metrics.CONTENT_TYPE})

    async def _ordered(self, request: web.Request) -> bytes:
        """The body, if the functions ordered it."""
        body = await request.read()
        try:
            tickets.check_order(_bearer(request), body, self._key, self._worker.incarnation, self._now)
        except TicketError as fault:
            raise BadTicket(str(fault)) from fault
        return body

    def _ticket(self, token: str, offer: str) -> Ticket:
        try:
            ticket = tickets.read_ticket(token, self._key, self._worker.incarnation, self._now)
        except TicketError as fault:
            raise BadTicket(str(fault)) from fault
        if ticket.offer_sha256 != tickets.sha256(offer):
            raise BadTicket("ticket for another offer")
        if not self._used.use(ticket.id, self._now):
            raise BadTicket("used before")
        return ticket

    @property
    def _key(self) -> str:
        return self._worker.settings.ticket_public_key

    @property
    def _now(self) -> int:
        return int(self._worker.clock.wall())


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The one place where refusals become answers."""
    try:
        return await handler(request)
    except Refusal as refusal:
        logger.info("a request was refused: %s", refusal.code)
        return _error(refusal.status, refusal.code, str(refusal))
    except web.HTTPException as fault:
        return _error(fault.status, fault.reason.lower().replace(" ", "_"), fault.reason)
    except Exception:
        logger.exception("a request failed")
        return _error(500, "internal", "internal error")


def _bearer(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _parsed(load: Callable[[bytes], Message], body: bytes) -> Message:
    try:
        return load(body)
    except MessageError as fault:
        raise BadRequest(str(fault)) from fault


def _json(body: bytes, status: int = 200) -> web.Response:
    return web.Response(status=status, body=body, content_type=CONTENT_TYPE)


def _error(status: int, code: str, message: str) -> web.Response:
    return _json(json.dumps({"error": {"code": code, "message": message}}).encode(), status)
