"""Connections of people who only try the way to a worker before a meeting: in no room and no report, few, and short."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace

from chalicelib.signalling.messages import JoinAnswer
from chalicelib.signalling.tickets import Limits, Ticket, sha256
from media_workers import sdp_offer, sdp_plan
from media_workers.attendance import Attendance
from media_workers.connection import Connection, House
from media_workers.errors import AtCapacity, BadOffer
from media_workers.room import Room

MOST = 40
"""At once: an exchange of keys each, and pings."""
LASTS = 15.0
"""Seconds from the answer to the end; relays over TLS need a few of them."""
LIMITS = Limits(participants=1, messages=1)


class TryOuts:
    """``house``: what connections share. ``make_room``: given a name, and what is called when it is empty."""

    def __init__(self, house: House, make_room: Callable[[str, Callable[[Room], None]], Room]) -> None:
        # Who tries is nobody's participant: their presence is noted where nobody reads it.
        self._house = replace(house, attendance=Attendance())
        self._make_room = make_room
        self._rooms: dict[str, Room] = {}
        self._ends: dict[str, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    def answer(self, offer: str) -> JoinAnswer:
        """Answers an offer that holds data channels and no media. Raises a `Refusal`."""
        plan = sdp_plan.plan(sdp_offer.read(offer))
        if plan.data is None or len(plan.offer.media) > 1:
            raise BadOffer("a try holds data channels alone")
        if len(self._rooms) >= MOST:
            raise AtCapacity("enough people are trying")
        name = f"try-{secrets.token_hex(8)}"
        ticket = Ticket("", name, 0, "nobody", name, "", "guest", sha256(offer), LIMITS)
        room = self._make_room(name, self._closed)
        connection = Connection(self._house, room, ticket, plan)
        room.add(connection)
        self._rooms[name] = room
        self._ends[name] = asyncio.get_running_loop().call_later(LASTS, room.close, None)
        return JoinAnswer(connection.answer(), connection.id)

    def close(self) -> None:
        """Ends all of them."""
        for room in list(self._rooms.values()):
            room.close(None)

    def _closed(self, room: Room) -> None:
        if self._rooms.pop(room.id, None) is not None:
            self._ends.pop(room.id).cancel()
