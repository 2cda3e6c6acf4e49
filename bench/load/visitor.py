"""A participant that follows docs/protocol.md like the room's page: joins, pings, comes back by itself, and notes how
long nothing of the others was heard."""

import asyncio
import json
import random
import time
from collections.abc import Callable
from typing import Any, Final

import requests

from bench.load.houses import Person
from bench.media import frames
from bench.media.peer import CERTIFICATE, Peer
from bench.media.traffic import Counts
from media_workers.dtls import fingerprint
from tests.media.offers import OfferText

ADDRESS: Final = "127.0.0.1"
OPEN_WITHIN: Final = 10.0
"""Seconds from the answer to the open channel, after which the path is given up."""
SPREAD: Final = 2.0
"""Seconds over which a room's people spread their questions where it is."""
SILENCE: Final = 1.5
"""Seconds without a pong after which the worker is lost (docs/protocol.md, section 3)."""
AGAIN: Final = (0.0, 0.25, 0.5, 1.0)
"""Seconds before the first tries to come back; then the last one, for ever."""
STEP: Final = 0.02
"""Seconds between two sounds."""
AUDIO, VIDEO = 11_111, 22_222


class Visitor:
    """``pictures``: whether it sends a camera too, a picture ``every`` so many sounds; ``seats``: how many it sees."""

    def __init__(self, person: Person, pictures: bool = False, every: int = 15, seats: int = 2) -> None:
        self.person = person
        self.joins: list[float] = []
        """Seconds that each join took."""
        self.refusals: list[int] = []
        """Statuses other than 201."""
        self.messages: list[dict[str, Any]] = []
        self.packets = 0
        """Of others, so far."""
        self.sounds = 0
        """Sent so far; fifty a second, where the machine keeps up."""
        self.longest = 0.0
        """Longest time without a packet of others since `reset`, in seconds."""
        self.heard_since = 0.0
        self._last = time.monotonic()
        self._pictures = pictures
        self._every = every
        self._seats = seats
        self._source = frames.Source(AUDIO, VIDEO)
        self._peer: Ear | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._returning: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None

    @property
    def hears(self) -> bool:
        """Something of others came in the last second."""
        return time.monotonic() - self._last < 1

    @property
    def heard_again(self) -> bool:
        """Something of others came after `heard_since`."""
        return self._last > self.heard_since

    @property
    def inside(self) -> bool:
        """In the room, on a path that answers."""
        return self._peer is not None and self._returning is None

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The room's messages of a type."""
        return [message for message in self.messages if message["type"] == kind]

    def start_counting(self) -> None:
        """Packets that come are counted from now on."""
        if self._peer is not None:
            self._peer.traffic.start_counting()

    @property
    def counts(self) -> Counts:
        """What came since `start_counting`, on the present path."""
        return self._peer.traffic.counts() if self._peer is not None else Counts()

    def reset(self) -> None:
        """Measures from now on."""
        self.longest, self._last = 0.0, time.monotonic()

    async def enter(self) -> None:
        """Joins, sends, watches over the path. Raises `ConnectionError` when the functions refuse."""
        self._peer = await self._join()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._speak()), loop.create_task(self._watch())]

    def abandon(self) -> None:
        """Does nothing more, without a word: the browser is gone."""
        for task in (*self._tasks, *((self._returning,) if self._returning else ())):
            task.cancel()

    async def leave(self) -> None:
        """Says goodbye and ends."""
        self.abandon()
        if self._peer is not None:
            if self._peer.open:
                self._peer.tell({"type": "bye"})
                await asyncio.sleep(0.05)
            await self._peer.close()

    async def _join(self) -> "Ear":
        started = time.monotonic()
        peer = Ear(ADDRESS, self._heard, self._message)
        ssrcs = {"microphone": AUDIO} | ({"camera": VIDEO} if self._pictures else {})
        offer = OfferText(
            seats=self._seats,
            voices=1,
            fragment=peer.fragment,
            password=peer.password,
            fingerprint=fingerprint(CERTIFICATE),
            ssrcs=ssrcs,
        )
        try:
            seen = await asyncio.to_thread(self.person.call, "POST", "/join", str(offer), "application/sdp")
        except requests.RequestException as fault:
            await peer.close()
            raise ConnectionError(type(fault).__name__) from fault
        if seen.status != 201:
            self.refusals.append(seen.status)
            await peer.close()
            raise ConnectionError(f"join: {seen.status} {seen.body[:200]!r}")
        peer.connect(seen.body.decode(), controlling=True, role="client", channels=True, transport_wide=3)
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                await peer.ready
                while not (peer.open and peer.greeted):
                    await asyncio.sleep(0.01)
        except BaseException:  # given up, or the visitor leaves meanwhile
            await peer.close()
            raise
        peer.tell({"type": "up", "microphone": True, "camera": self._pictures})
        self.joins.append(time.monotonic() - started)
        return peer

    async def _speak(self) -> None:
        """Sounds, and pictures (every fifteenth time: a tenth of their usual rate), at a fixed pace."""
        due = time.monotonic()
        while True:
            peer = self._peer
            if peer is not None:
                packets = self._source.sound()
                if self._pictures and self.sounds % self._every == 0:
                    packets += self._source.picture()
                peer.send(packets)
            self.sounds += 1
            due = max(due + STEP, time.monotonic() - 0.1)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            if self._peer is not None and time.monotonic() - self._peer.answered > SILENCE:
                self._go_back()

    def _go_back(self) -> None:
        if self._returning is None:
            self._returning = asyncio.get_running_loop().create_task(self._return())

    async def _return(self) -> None:
        """What there is goes on until the new path stands."""
        attempt = 0
        while True:
            await asyncio.sleep(AGAIN[min(attempt, len(AGAIN) - 1)])
            attempt += 1
            try:
                peer = await self._join()
            except (ConnectionError, TimeoutError):
                continue
            old, self._peer, self._returning = self._peer, peer, None
            if old is not None:
                await old.close()
            return

    def _heard(self) -> None:
        now = time.monotonic()
        self.packets += 1
        self.longest, self._last = max(self.longest, now - self._last), now

    def _message(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        if message["type"] == "rejoin":
            self._go_back()
        elif message["type"] == "unsure":
            self._asking = asyncio.get_running_loop().create_task(self._find_room())

    async def _find_room(self) -> None:
        """Follows the room when the functions gave it to another worker."""
        await asyncio.sleep(random.random() * SPREAD)
        try:
            me = await asyncio.to_thread(self.person.call, "GET", "/me")
        except requests.RequestException:
            return
        if me.status == 200 and me.json["epoch"] > self.told("hello")[-1]["epoch"]:
            self._go_back()


class Ear(Peer):
    """``heard``: called for each packet of media; ``message``: for each of the room's."""

    def __init__(self, address: str, heard: Callable[[], None], message: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(address)
        self.answered = time.monotonic()
        self.greeted = False
        """The room has said hello."""
        self._heard = heard
        self._told = message

    def connect(self, *arguments: Any, **given: Any) -> None:
        super().connect(*arguments, **given)
        assert self._room is not None
        self._room.on("message", self._take_message)
        self.answered = time.monotonic()

    def _take_message(self, data: str) -> None:
        self._told(json.loads(data))
        self.greeted = True

    def _pulsed(self, data: str) -> None:
        super()._pulsed(data)
        self.answered = time.monotonic()

    def _came(self) -> None:
        self._heard()
