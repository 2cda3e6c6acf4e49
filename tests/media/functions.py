"""The functions' side of the contract, as small as it can be: signs tickets and orders, takes reports. Tests only."""

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chalicelib.signalling import tickets
from chalicelib.signalling.messages import (
    CheckOrder,
    Command,
    JoinOrder,
    Push,
    Report,
    ReportAnswer,
    dump,
    load_join_answer,
    load_report,
)
from chalicelib.signalling.tickets import Limits, Ticket

POOL_SECRET = secrets.token_urlsafe(32)


def key_pair() -> tuple[str, str]:
    """Private and public key, PEM."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


PRIVATE_KEY, PUBLIC_KEY = key_pair()


def ticket(incarnation: str, offer: str, **changes: object) -> Ticket:
    """A valid ticket for an offer; tests change one part of it."""
    valid = Ticket(
        worker=incarnation,
        room="room-1",
        epoch=1,
        participant="anne",
        connection=secrets.token_hex(6),
        name="Anne",
        role="host",
        offer_sha256=tickets.sha256(offer),
        limits=Limits(participants=20),
    )
    return replace(valid, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Refused(Exception):
    """An answer of the control port other than success."""

    status: int
    code: str


class ControlClient:
    """Talks to a worker's control port as the functions would. ``clock``: seconds since 1970."""

    def __init__(self, session: aiohttp.ClientSession, url: str, clock: Callable[[], float]) -> None:
        self._session = session
        self.url = url
        self._clock = clock

    async def health(self) -> dict[str, object]:
        async with self._session.get(f"{self.url}/health") as response:
            state: dict[str, object] = await response.json()
            return state

    async def incarnation(self) -> str:
        return str((await self.health())["incarnation"])

    async def join(self, offer: str, **changes: object) -> str:
        """The SDP answer. Raises `Refused`."""
        signed = tickets.sign_ticket(
            ticket(await self.incarnation(), offer, **changes), PRIVATE_KEY, int(self._clock())
        )
        return await self.post_join(signed, offer)

    async def post_join(self, token: str, offer: str) -> str:
        """Raises `Refused`."""
        async with self._session.post(f"{self.url}/join", data=dump(JoinOrder(token, offer))) as response:
            await _accepted(response)
            return load_join_answer(await response.read()).answer

    async def check(self, offer: str, key: str = PRIVATE_KEY) -> str:
        """The answer to somebody who only tries. Raises `Refused`."""
        body = dump(CheckOrder(offer))
        order = tickets.sign_order(body, await self.incarnation(), key, int(self._clock()))
        headers = {"Authorization": f"Bearer {order}"}
        async with self._session.post(f"{self.url}/check", data=body, headers=headers) as response:
            await _accepted(response)
            return load_join_answer(await response.read()).answer

    async def push(self, push: Push, room: str = "room-1") -> None:
        """Raises `Refused`."""
        body = dump(push)
        order = tickets.sign_order(body, await self.incarnation(), PRIVATE_KEY, int(self._clock()))
        headers = {"Authorization": f"Bearer {order}"}
        async with self._session.post(f"{self.url}/rooms/{room}/push", data=body, headers=headers) as response:
            await _accepted(response)


async def _accepted(response: aiohttp.ClientResponse) -> None:
    if response.status >= 400:
        error = (await response.json())["error"]
        raise Refused(response.status, error["code"])


@dataclass
class ReportDesk:
    """Takes reports, checks their signatures, answers with the commands given to it."""

    failing: bool = False
    commands: list[Command] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        token = request.headers["Authorization"].removeprefix("Bearer ")
        report = load_report(body)
        signer = tickets.check_report(token, body, POOL_SECRET, int(time.time()))
        assert signer == report.worker
        self.reports.append(report)
        self.arrived.set()
        if self.failing:
            return web.Response(status=503)
        answer = ReportAnswer(list(self.commands))
        self.commands.clear()
        return web.Response(body=dump(answer), content_type="application/json")
