"""Signed statements between functions and workers.

* A **ticket** travels function → worker with an offer. It says who joins which room, with which rights and limits; it
  lives 30 s and works once. A browser never sees one.
* An **order** travels function → worker with a push. It names the worker's incarnation and the SHA-256 of the body.
* A **report token** travels worker → function with a report and authenticates the worker.

Tickets and orders are signed with Ed25519 (RFC 8037): a worker holds the public key only, so that one who takes a
worker over can't enter other workers' rooms. Report tokens are HMAC-SHA-256 under a secret of the pool.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import jwt

from . import standing as standings
from .standing import Role, Slot, Standing

LIFETIME = 30
"""Seconds a signed statement is good for."""

LEEWAY = 5
"""Seconds by which the clocks of functions and workers may differ."""


class TicketError(Exception):
    """The statement is forged, expired, meant for another reader, or not of this contract."""


@dataclass(frozen=True)
class Limits:
    """What the plan allows in a room. Bit rates are bits per second of one participant, all tracks together."""

    participants: int
    """In the room at once."""
    bitrate: int = 5_000_000
    """Sent: a camera of three layers beside a screen."""
    down_bitrate: int = 20_000_000
    """Received."""
    tracks: int = 4
    """Sent at once."""
    messages: int = 20
    """Per second on the room channel."""
    message_bytes: int = 16 * 1024
    """Of one message."""


@dataclass(frozen=True)
class Ticket:
    """Who joins which room. All ids are opaque; ``name`` is what others see on the tile."""

    worker: str
    """Incarnation id of the worker this ticket is for (the JWT's ``aud``)."""
    room: str
    epoch: int
    participant: str
    connection: str
    """Fresh id of this connection; the newest connection of a participant replaces the older ones."""
    name: str
    role: Role
    offer_sha256: str
    limits: Limits
    revision: int = 0
    held: tuple[Slot, ...] = ()
    hand: float = 0.0
    """With ``role``, ``revision`` and ``held``: the `Standing` the store has."""
    memory_chat: bool = False
    """What is written in this meeting lives in the worker's memory only."""
    expected: int = 0
    """How many people are awaited in the room; 0: nobody knows."""
    expected_load: int = 0
    """Forwarded packets per second the room will come to when they are there."""
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """The JWT's ``jti``: the worker accepts it once."""

    @property
    def standing(self) -> Standing:
        """Where this person stands, by the store."""
        return Standing(self.revision, self.role, self.held, self.hand)


def sha256(body: str | bytes) -> str:
    """Lower-case hex SHA-256 of a body, as tickets and orders carry it."""
    return hashlib.sha256(body.encode() if isinstance(body, str) else body).hexdigest()


def sign_ticket(ticket: Ticket, private_key: str, now: int) -> str:
    """The ticket as a compact JWT. ``private_key``: Ed25519, PEM. ``now``: seconds since 1970."""
    claims = asdict(ticket)
    return _sign(claims | {"aud": claims.pop("worker"), "jti": claims.pop("id")}, "ticket", private_key, now)


def read_ticket(token: str, public_key: str, worker: str, now: int) -> Ticket:
    """The ticket in a JWT, checked for signature, reader and age; the caller checks that it is used once.

    Raises `TicketError`.
    """
    claims = _read(token, "ticket", public_key, worker, now)
    try:
        standing = standings.read({"revision": 0, "held": (), "hand": 0, **claims})
        return Ticket(
            worker=worker,
            id=_text(claims, "jti"),
            room=_text(claims, "room"),
            epoch=int(claims["epoch"]),
            participant=_text(claims, "participant"),
            connection=_text(claims, "connection"),
            name=_text(claims, "name"),
            role=standing.role,
            offer_sha256=_text(claims, "offer_sha256"),
            limits=Limits(**claims["limits"]),
            revision=standing.revision,
            held=standing.held,
            hand=standing.hand,
            memory_chat=bool(claims.get("memory_chat")),
            expected=int(claims.get("expected", 0)),
            expected_load=int(claims.get("expected_load", 0)),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise TicketError("not a ticket of this contract") from fault


def sign_order(body: bytes, worker: str, private_key: str, now: int) -> str:
    """A token that lets ``body`` be executed by the worker of that incarnation."""
    return _sign({"aud": worker, "body_sha256": sha256(body)}, "order", private_key, now)


def check_order(token: str, body: bytes, public_key: str, worker: str, now: int) -> None:
    """Raises `TicketError` unless ``token`` orders this worker to execute ``body`` now."""
    if _read(token, "order", public_key, worker, now).get("body_sha256") != sha256(body):
        raise TicketError("order for another body")


def sign_report(body: bytes, worker: str, secret: str, now: int) -> str:
    """A token by which the pool's functions know that ``body`` is a report of one of their workers."""
    claims = {"iss": worker, "iat": now, "exp": now + LIFETIME, "body_sha256": sha256(body)}
    return jwt.encode(claims, secret, algorithm="HS256", headers={"typ": "report"})


def check_report(token: str, body: bytes, secret: str, now: int) -> str:
    """The id of the worker that signed ``body``. Raises `TicketError`."""
    claims = _decode(token, secret, "HS256", "report", now)
    if claims.get("body_sha256") != sha256(body):
        raise TicketError("token for another report")
    return _text(claims, "iss")


def _sign(claims: dict[str, Any], typ: str, private_key: str, now: int) -> str:
    return jwt.encode(
        claims | {"iat": now, "exp": now + LIFETIME}, private_key, algorithm="EdDSA", headers={"typ": typ}
    )


def _read(token: str, typ: str, public_key: str, worker: str, now: int) -> Mapping[str, Any]:
    claims = _decode(token, public_key, "EdDSA", typ, now)
    if claims.get("aud") != worker:
        raise TicketError("meant for another worker")
    return claims


def _decode(token: str, key: str, algorithm: str, typ: str, now: int) -> Mapping[str, Any]:
    options: Any = {"verify_exp": False, "verify_iat": False, "verify_aud": False, "require": ["iat", "exp"]}
    try:
        decoded = jwt.decode_complete(token, key, algorithms=[algorithm], options=options)
    except jwt.PyJWTError as fault:
        raise TicketError(str(fault)) from fault
    claims: Mapping[str, Any] = decoded["payload"]
    if decoded["header"].get("typ") != typ:
        raise TicketError(f"not a token of type {typ}")
    if not now - LIFETIME - LEEWAY <= int(claims["iat"]) <= now + LEEWAY or int(claims["exp"]) < now - LEEWAY:
        raise TicketError("expired")
    return claims


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise ValueError(name)
    return value
