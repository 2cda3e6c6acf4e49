"""Four hours of a meeting with two hundred comings and goings leave in the worker what was there at their beginning.

Everything of the worker is real but time, keys and handshakes: people are put where DTLS would have brought them.
"""

import asyncio
import gc
import random
import sys
from collections import deque
from collections.abc import AsyncIterator

import pytest

from media_workers import rtp
from media_workers.clock import Clock
from media_workers.connection import Connection
from media_workers.packet_ring import CAPACITY
from media_workers.sdp_plan import SlotName
from media_workers.worker import Worker
from tests.media.conftest import settings
from tests.media.functions import ticket
from tests.media.offers import OfferText
from tests.media.pictures import picture
from tests.unit.media_workers.test_leg import NoSrtp

HOURS, COMINGS, WARM = 4, 200, 60
"""``WARM``: comings after which tables have their size."""
STAY = HOURS * 3600 / COMINGS
SSRCS = {"microphone": 1, "camera": 2, "camera_rtx": 3, "screen": 4, "screen_sound": 5}
OPUS, VP8 = 111, 96
PLAIN = (dict, list, tuple, set, frozenset, deque, bytes, bytearray, str, int, float)


class Meeting:
    """A worker whose clock is moved by hand."""

    def __init__(self) -> None:
        self.time = 1000.0
        clock = Clock(lambda: self.time, lambda: 1_700_000_000 + self.time)
        self.worker = Worker(settings(forwarder="python"), clock, random.Random(1))
        self._sequences: dict[tuple[str, int], int] = {}
        self._transport_wide = 0

    def come(self, name: str, number: int) -> Connection:
        """Somebody joins, and is up at once with microphone and camera."""
        offer = str(OfferText(seats=9, voices=3, ssrcs=SSRCS))
        changes = {"participant": name, "name": name, "connection": f"{name}-{number}"}
        self.worker.join(ticket(self.worker.incarnation, offer, **changes), offer)
        room = self.worker.rooms["room-1"]
        connection = room._connections[f"{name}-{number}"]
        connection.leg.srtp = NoSrtp()
        connection.up = True
        self.worker.attendance.began(connection._presence, self.worker.clock.wall(), connection._passage.quality)
        room.came(connection)
        room.message(connection, {"type": "up", "microphone": True, "camera": True})
        return connection

    def send(self, connection: Connection, slot: SlotName, payload: bytes) -> None:
        """A packet of somebody, with a gap before every tenth."""
        key = connection.id, SSRCS[slot]
        number = self._sequences[key] = self._sequences.get(key, 0) + 1
        self._transport_wide += 1
        wide = (self._transport_wide & 0xFFFF).to_bytes(2, "big")
        block = rtp.extension_block(((3, wide), (1, b"\x20")) if slot == "microphone" else ((3, wide),))
        stamp = round(self.time * (48_000 if slot == "microphone" else 90_000)) & 0xFFFFFFFF
        head = rtp.header(OPUS if slot == "microphone" else VP8, True, number & 0xFFFF, stamp, key[1], block)
        self.worker.forwarder.receive(connection.leg, head + payload, self.time)

    def pass_by(self, seconds: float, people: list[Connection]) -> None:
        """Time in which everybody talks and is seen a little, and the worker does what it does all the time."""
        end = self.time + seconds
        while self.time < end:
            for person in people:
                self.send(person, "microphone", b"sound")
                self.send(person, "camera", picture(int(self.time) & 0x7FFF, key=True, tl0=int(self.time) & 0xFF))
            self.worker.forwarder.flush(self.time)
            self.worker._tick()
            for _ in self.worker._beat():
                pass
            self.time += 2.0
        self.worker.attendance.acknowledged(self.worker.attendance.report(self.worker.clock.wall()))

    async def leave(self, connection: Connection) -> None:
        """Somebody goes, as a closed tab does."""
        connection.close(None)
        while self.worker._tasks:
            await asyncio.sleep(0)

    def held(self) -> dict[str, int]:
        """What the worker holds, by kind of thing."""
        counts: dict[str, int] = {}
        seen, waiting = set[int](), [*vars(self.worker).values()]
        while waiting:
            thing = waiting.pop()
            ours = type(thing).__module__.startswith(("media_workers", "chalicelib"))
            if id(thing) in seen or not (ours or type(thing) in PLAIN):
                continue
            seen.add(id(thing))
            kind = type(thing).__qualname__
            counts[kind] = counts.get(kind, 0) + 1
            counts["bytes"] = counts.get("bytes", 0) + sys.getsizeof(thing)
            waiting += gc.get_referents(thing)
        return counts


@pytest.fixture
async def meeting() -> AsyncIterator[Meeting]:
    """Nobody is there yet."""
    made = Meeting()
    yield made
    made.worker.sockets.close(asyncio.get_running_loop())


async def test_four_hours_with_two_hundred_comings_and_goings_leave_nothing_behind(meeting: Meeting) -> None:
    stay = [meeting.come("anne", 0), meeting.come("paul", 0)]
    for _ in range(CAPACITY + 1):
        for person in stay:
            meeting.send(person, "camera", picture(1, key=True))
            meeting.send(person, "microphone", b"sound")
    before: dict[str, int] = {}
    guests: list[Connection] = []
    for number in range(COMINGS):
        guests.append(meeting.come(f"guest-{number % 7}", number))
        meeting.pass_by(STAY, [*stay, *guests])
        if len(guests) == 3 or number in (WARM, COMINGS - 1):
            while guests:
                await meeting.leave(guests.pop(0))
        if number == WARM:
            meeting.pass_by(20, stay)
            before = meeting.held()
    meeting.pass_by(20, stay)
    after = meeting.held()
    assert meeting.time - 1000 >= HOURS * 3600
    room = meeting.worker.rooms["room-1"]
    assert (list(room.participants), meeting.worker.peers) == (["anne", "paul"], 2)
    assert before["DownTrack"] == after["DownTrack"] == 2 * (9 * 2 + 3)
    for kind in before:
        if kind not in ("int", "float"):  # small ones are shared, by chance of their value
            assert after[kind] <= 1.02 * before[kind] + 2, f"{kind}: {before[kind]} → {after[kind]}"
