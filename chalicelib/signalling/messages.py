"""What functions and workers say to each other on the control port and in reports.

Plain dataclasses and their JSON. Bodies are UTF-8 JSON objects; times are seconds since 1970 (floats where a fraction
matters); ids are opaque strings.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from . import quality
from .quality import Quality

CONTENT_TYPE = "application/json"


class MessageError(Exception):
    """The body is not what the contract says."""


@dataclass(frozen=True)
class JoinOrder:
    """``POST /join`` on the control port: a browser's offer with the ticket for it."""

    ticket: str
    offer: str


@dataclass(frozen=True)
class JoinAnswer:
    """The worker's answer (200): the SDP answer to hand to the browser."""

    answer: str
    connection: str


@dataclass(frozen=True)
class CheckOrder:
    """``POST /check`` on the control port: the offer of somebody who only tries the way to a worker, in no room.

    Answers 200 with a `JoinAnswer`; nothing of it is reported, and the connection ends by itself.
    """

    offer: str


PushType = Literal["chat", "waiting", "standing", "tell", "remove", "replace", "leave", "end", "record"]

_PUSHES: dict[str, PushType] = {kind: kind for kind in get_args(PushType)}


@dataclass(frozen=True)
class Push:
    """``POST /rooms/{room}/push`` on the control port: something the room must know or do at once.

    * ``chat``: ``message`` goes to everybody as it stands.
    * ``waiting``: ``message`` (``{"count": n}``) goes to hosts and co-hosts.
    * ``standing``: ``message`` is the `Standing` of ``participant``, with what was done (``act``) and by whom (``by``)
      where that person is to be told. An older revision than the one known changes nothing.
    * ``tell``: ``message`` goes as it stands to ``participant``, or to everybody.
    * ``remove``: ``participant`` is told and disconnected, and can't come back to this room but with a ticket whose
      standing has a higher revision than ``message`` (``{"revision": n}``): the host has let them in again.
    * ``replace``: ``participant`` is told that the place was taken over elsewhere, and disconnected.
    * ``leave``: ``connection`` of ``participant`` is closed without a word (the person closed the tab).
    * ``end``: everybody is told, the room closes.
    * ``record``: ``message`` is the whole wanted state of its recording (docs/recording.md).

    Answers 204, or 404 when this worker has no such room at this epoch.
    """

    type: PushType
    epoch: int
    participant: str = ""
    connection: str = ""
    message: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RoomReport:
    """A room this worker holds, and how many people are in it."""

    room: str
    epoch: int
    participants: int


@dataclass(frozen=True)
class Interval:
    """One connection's presence, from media path up to gone. ``until`` is "now" while ``open``.

    The worker repeats an interval until a report that held it closed was answered 200; writing it twice has one effect
    (key: room, participant, connection). ``quality``: how it went up to then; `None` from a worker that doesn't count.
    """

    room: str
    participant: str
    connection: str
    since: float
    until: float
    open: bool
    quality: Quality | None = None


@dataclass(frozen=True)
class Report:
    """``POST /workers/report`` at the functions, every 2 s: heartbeat, statistics, attendance.

    ``worker`` names the process and stays over restarts; ``incarnation`` is new at each start. ``control`` is the URL
    of the control port as the functions reach it. ``load``/``capacity``: forwarded packets per second.
    """

    worker: str
    incarnation: str
    control: str
    capacity: int
    load: int
    draining: bool
    rooms: list[RoomReport]
    attendance: list[Interval]
    revision: int = 0
    """Of what the worker runs: a deployment makes a higher one."""


CommandType = Literal["drop", "drain"]


@dataclass(frozen=True)
class Command:
    """An instruction in the answer to a report.

    ``drop``: the room (at this epoch) lives elsewhere or has ended: tell its clients to rejoin and forget it.
    ``drain``: take no new room; those held go on.
    """

    type: CommandType
    room: str = ""
    epoch: int = 0


@dataclass(frozen=True)
class ReportAnswer:
    """The answer to a report."""

    commands: list[Command]


def dump(message: object) -> bytes:
    """A message of this contract as JSON."""
    return json.dumps(asdict(message), separators=(",", ":"), ensure_ascii=False).encode()  # type: ignore[call-overload]


def load_join_order(body: bytes) -> JoinOrder:
    """Raises `MessageError`."""
    data = _object(body)
    return JoinOrder(_text(data, "ticket"), _text(data, "offer"))


def load_check_order(body: bytes) -> CheckOrder:
    """Raises `MessageError`."""
    return CheckOrder(_text(_object(body), "offer"))


def load_join_answer(body: bytes) -> JoinAnswer:
    """Raises `MessageError`."""
    data = _object(body)
    return JoinAnswer(_text(data, "answer"), _text(data, "connection"))


def load_push(body: bytes) -> Push:
    """Raises `MessageError`."""
    data = _object(body)
    kind = _PUSHES.get(_text(data, "type"))
    if kind is None:
        raise MessageError("unknown push")
    try:
        return Push(
            type=kind,
            epoch=int(data["epoch"]),
            participant=str(data.get("participant", "")),
            connection=str(data.get("connection", "")),
            message=dict(data.get("message", {})),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise MessageError("not a push") from fault


def load_report(body: bytes) -> Report:
    """Raises `MessageError`."""
    data = _object(body)
    try:
        return Report(
            worker=_text(data, "worker"),
            incarnation=_text(data, "incarnation"),
            control=_text(data, "control"),
            capacity=int(data["capacity"]),
            load=int(data["load"]),
            draining=bool(data["draining"]),
            rooms=[RoomReport(str(r["room"]), int(r["epoch"]), int(r["participants"])) for r in data["rooms"]],
            attendance=[
                Interval(
                    room=str(a["room"]),
                    participant=str(a["participant"]),
                    connection=str(a["connection"]),
                    since=float(a["since"]),
                    until=float(a["until"]),
                    open=bool(a["open"]),
                    quality=None if a.get("quality") is None else quality.load(a["quality"]),
                )
                for a in data["attendance"]
            ],
            revision=int(data.get("revision", 0)),
        )
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as fault:
        raise MessageError("not a report") from fault


def load_report_answer(body: bytes) -> ReportAnswer:
    """Raises `MessageError`. Commands of a later contract are left out."""
    data = _object(body)
    try:
        commands = [command for c in data["commands"] if (command := _command(c)) is not None]
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise MessageError("not an answer to a report") from fault
    return ReportAnswer(commands)


def _command(data: Mapping[str, Any]) -> Command | None:
    if data.get("type") == "drain":
        return Command("drain")
    return Command("drop", str(data["room"]), int(data["epoch"])) if data.get("type") == "drop" else None


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise MessageError("not JSON") from fault
    if not isinstance(data, dict):
        raise MessageError("not a JSON object")
    return data


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        raise MessageError(f"{name} is missing")
    return value
