"""The process: sockets, rooms, timers; what the control port and the reporter act upon."""

import asyncio
import logging
import random
import secrets
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from chalicelib.signalling.messages import Command, JoinAnswer, Push, Report, RoomReport
from chalicelib.signalling.tickets import LEEWAY, LIFETIME, Ticket
from media_workers import sdp_offer, sdp_plan
from media_workers.attendance import Attendance
from media_workers.clock import Clock
from media_workers.connection import Connection, House
from media_workers.deferred import Deferred
from media_workers.dtls import new_certificate
from media_workers.errors import AtCapacity, Draining, NoRoom, StaleEpoch
from media_workers.every import Every
from media_workers.forwarder import COMPLETION, Forwarder, PythonForwarder
from media_workers.forwarders import native_forwarder
from media_workers.garbage import Garbage
from media_workers.ice import Dropped, IceAgent
from media_workers.promise import Promise
from media_workers.recording.process import left_over, process_feed
from media_workers.recording.studio import MakeFeed, Studio
from media_workers.room import Room
from media_workers.settings import Settings
from media_workers.try_out import TryOuts
from media_workers.udp import Sockets

logger = logging.getLogger(__name__)

BEAT_EVERY = 0.2
SILENCE_EVERY = 0.5
HAND_OVER = 4.0
"""Seconds people have to come in elsewhere before their room here closes; a browser needs half of one."""
LOAD_EVERY = 2.0
"""Seconds over which the load is measured."""


class Worker:
    """One process's rooms and media."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        entropy: random.Random | None = None,
        sockets: Sockets | None = None,
        make_feed: MakeFeed | None = None,
    ) -> None:
        """Time, randomness and the wire can be given; the default is the real ones. ``make_feed``: starts a recorder;
        by default a process, if there is a bucket for it."""
        self.settings = settings
        self.clock = clock or Clock()
        self.incarnation = secrets.token_urlsafe(12)
        self.rooms: dict[str, Room] = {}
        self._promises: dict[str, Promise] = {}
        """Of the rooms held."""
        self.draining = False
        self.load = 0
        self.attendance = Attendance()
        self.new_rooms = asyncio.Event()
        """Set when a room was taken in: the functions may know of its recording."""
        self.studio = Studio(self.clock, make_feed or process_feed(settings))
        self.sockets = sockets or Sockets(settings.announced, settings.media_port)
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: list[asyncio.Task[None] | Every] = []
        self._ticks = True
        """The forwarder wants to be called more often than rooms beat."""
        self._completion: asyncio.TimerHandle | None = None
        """When pictures have waited for their last packet."""
        self._floors: dict[str, tuple[int, float]] = {}
        """Rooms lately closed: the lowest epoch that may come back, and until when to remember (wall clock)."""
        self._native = native_forwarder(settings.forwarder, self.clock.monotonic)
        self.forwarder: Forwarder = self._native or PythonForwarder(gathers=True)
        self._ice = IceAgent(self.sockets.send, self.clock.monotonic, self._later)
        self._ticking = False
        self._garbage = Garbage()
        self._deferred = Deferred()
        self._house = House(
            clock=self.clock,
            entropy=entropy or random.SystemRandom(),
            certificate=new_certificate(),
            sockets=self.sockets,
            ice=self._ice,
            forwarder=self.forwarder,
            attendance=self.attendance,
            garbage=self._garbage,
            deferred=self._deferred,
            spawn=self.spawn,
        )
        self._try_outs = TryOuts(self._house, lambda name, closed: self._new_room(name, 0, closed))

    def start(self) -> None:
        """Begins to listen; call it in the running loop."""
        loop = asyncio.get_running_loop()
        if self._native is None:
            self.sockets.listen(loop, self._ice.received, self._burst_ended)
        else:
            self._ice.paths = self._native.engine
            self._native.listen(loop, self.sockets, self._ice.received, self._told_ended, self._ice.answered)
        if left_over(self.settings):
            self.studio.wake()
        self._ticks = self.forwarder.tick_every < BEAT_EVERY
        self._timers = [
            *([Every(self.forwarder.tick_every, self._tick)] if self._ticks else []),
            self.spawn(self._keep_beating()),
            Every(SILENCE_EVERY, self._ice.check_silence),
            self.spawn(self._measure()),
        ]

    async def stop(self, reason: str = "the worker stops", within: float = HAND_OVER) -> None:
        """Tells everybody to rejoin elsewhere, forwards until they have or ``within`` seconds are over, and closes."""
        self.draining = True
        leaving = [self._hand_over(room, reason, within) for room in list(self.rooms.values())]
        if leaving:
            await asyncio.wait(leaving)
        self._try_outs.close()
        for timer in self._timers:
            timer.cancel()
        endings = [task for task in self._tasks if task not in self._timers]
        if endings:
            await asyncio.wait(endings, timeout=2.0)
        self._flush()
        loop = asyncio.get_running_loop()
        if self._native is not None:
            self._native.stop(loop)
        self.sockets.close(loop if self._native is None else None)

    def join(self, ticket: Ticket, offer: str) -> JoinAnswer:
        """Answers an offer. The ticket is checked already. Raises a `Refusal`."""
        plan = sdp_plan.plan(sdp_offer.read(offer))
        room = self._room(ticket)
        room.check(ticket.participant, ticket.revision, ticket.limits.participants)
        connection = Connection(self._house, room, ticket, plan)
        room.add(connection)
        if self.rooms.get(room.id) is not room:
            self.rooms[room.id] = room
            self._promises[room.id] = Promise(ticket.expected, ticket.expected_load, self.clock.monotonic())
        logger.info("room %s: connection %s joins", room.id, connection.id)
        return JoinAnswer(connection.answer(), connection.id)

    def check(self, offer: str) -> JoinAnswer:
        """Answers the offer of somebody who tries the way here. The order is checked already. Raises a `Refusal`."""
        if self.draining:
            raise Draining("nobody new any more")
        return self._try_outs.answer(offer)

    def push(self, room_id: str, push: Push) -> None:
        """Executes a push. Raises `NoRoom`."""
        room = self.rooms.get(room_id)
        if push.type == "end":
            self._raise_floor(room_id, push.epoch + 1)
        if room is None or room.epoch != push.epoch:
            raise NoRoom("no such room at this epoch")
        room.push(push)

    def tell_unsure(self) -> None:
        """The functions don't answer: each room's people are asked to look where it is."""
        for room in list(self.rooms.values()):
            room.tell_unsure()

    def command(self, command: Command) -> None:
        """Executes a command of the functions: take no new room; or one lives elsewhere or has ended."""
        if command.type == "drain":
            self.draining = True
            return
        self._raise_floor(command.room, command.epoch + 1)
        room = self.rooms.get(command.room)
        if room is not None and room.epoch <= command.epoch:
            self._hand_over(room, "the room has moved")

    def report(self, control: str) -> Report:
        """The state of now."""
        return Report(
            worker=self.settings.id,
            incarnation=self.incarnation,
            control=control,
            capacity=self.settings.capacity,
            load=self.load + self._to_come(),
            draining=self.draining,
            rooms=[RoomReport(room.id, room.epoch, len(room.participants)) for room in self.rooms.values()],
            attendance=self.attendance.report(self.clock.wall()),
            revision=self.settings.revision,
        )

    @property
    def forwarding(self) -> str:
        """Who forwards: ``native`` or ``python``."""
        return "python" if self._native is None else "native"

    @property
    def peers(self) -> int:
        """Connections the ICE agent knows, those that are closing included."""
        return self._ice.peers

    @property
    def strangers(self) -> Dropped:
        """What came to the media port and was not taken in."""
        return self._ice.dropped

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Runs a coroutine; its failure is logged and harms nobody else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            logger.error("a task failed", exc_info=fault)

    def _room(self, ticket: Ticket) -> Room:
        """The room of a ticket; a higher epoch replaces the room held. Raises a `Refusal`."""
        floor, until = self._floors.get(ticket.room, (0, 0.0))
        held = self.rooms.get(ticket.room)
        if (ticket.epoch < floor and self.clock.wall() < until) or (held and ticket.epoch < held.epoch):
            raise StaleEpoch("the room has moved on")
        if held and ticket.epoch == held.epoch and not held.handed_over:
            return held
        if self.draining:
            raise Draining("no new room any more")
        if self.load >= self.settings.capacity:
            raise AtCapacity("no new room now")
        if held:
            self._hand_over(held, "the room has moved")
        self.new_rooms.set()
        return self._new_room(ticket.room, ticket.epoch, self._closed)

    def _new_room(self, name: str, epoch: int, closed: Callable[[Room], None]) -> Room:
        return Room(name, epoch, self.forwarder, closed, self.clock.wall, self.studio)

    def _closed(self, room: Room) -> None:
        if self.rooms.get(room.id) is room:
            del self.rooms[room.id], self._promises[room.id]
        self._raise_floor(room.id, room.epoch)

    def _hand_over(self, room: Room, reason: str, within: float = HAND_OVER) -> asyncio.Task[None]:
        room.hand_over({"type": "rejoin", "reason": reason})
        return self.spawn(self._let_go(room, within))

    async def _let_go(self, room: Room, within: float) -> None:
        """Closes a room that was handed over once its people are gone, or have not gone in time."""
        until = self.clock.monotonic() + within
        while not room.empty and self.clock.monotonic() < until:
            await asyncio.sleep(BEAT_EVERY)
        room.close(None)

    def _to_come(self) -> int:
        """Packets per second that rooms which have just begun still lack of what is expected of them."""
        now = self.clock.monotonic()
        return sum(self._promises[name].lacking(len(room.participants), now) for name, room in self.rooms.items())

    def _raise_floor(self, room: str, epoch: int) -> None:
        now = self.clock.wall()
        self._floors = {name: floor for name, floor in self._floors.items() if floor[1] > now}
        epoch = max(epoch, self._floors.get(room, (0, 0.0))[0])
        self._floors[room] = (epoch, now + LIFETIME + 2 * LEEWAY)

    def _burst_ended(self) -> None:
        self._flush(COMPLETION)
        if not self.forwarder.waits:
            if self._completion is not None:
                self._completion.cancel()
                self._completion = None
        elif self._completion is None:
            self._completion = asyncio.get_running_loop().call_later(COMPLETION, self._waited)

    def _told_ended(self) -> None:
        """What the library had for us is read."""
        self._deferred.hand_over()
        self._ice.flush()

    def _waited(self) -> None:
        self._completion = None
        self._burst_ended()

    def _flush(self, patience: float = 0.0) -> None:
        try:
            self.forwarder.flush(self.clock.monotonic(), patience)
        except Exception:
            # The socket serves all rooms: a fault with one burst must not end it.
            logger.exception("a burst was not forwarded")
        self._ice.flush()

    def _later(self, flush: Callable[[], None]) -> None:
        """Flushes at the end of the present callback (a burst being read, a timer), which a tick does by itself: one
        turn of the loop less for each of them."""
        if not self._ticking:
            asyncio.get_running_loop().call_soon(flush)

    def _tick(self) -> None:
        self._ticking = True
        try:
            self.sockets.look()
            self.forwarder.tick(self.clock.monotonic(), self.clock.wall())
            if self._native is not None:
                self._native.count(self.sockets, self._ice.dropped)
            self._flush()  # what came before a message is forwarded as things stood
            self._deferred.hand_over()
            self.studio.flush()
        finally:
            self._ticking = False
            self._ice.flush()

    async def _keep_beating(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY)
            if self._ticks:
                self._flush()  # what came before a beat is forwarded as things stood
            else:
                self._tick_with_beat()
            for _ in self._beat():
                await asyncio.sleep(0)  # packets have their turn

    def _tick_with_beat(self) -> None:
        try:
            self._tick()
        except Exception:
            # Rooms beat whatever happened to packets.
            logger.exception("a tick failed")

    def _beat(self) -> Iterator[None]:
        for room in list(self.rooms.values()):
            try:
                yield from room.beat(self.clock.monotonic())
            except Exception:
                # One room's fault must not silence those after it.
                logger.exception("room %s: a beat failed", room.id)

    async def _measure(self) -> None:
        before = self.forwarder.sent_packets
        while True:
            await asyncio.sleep(LOAD_EVERY)
            after = self.forwarder.sent_packets
            self.load = round((after - before) / LOAD_EVERY)
            before = after
            self._garbage.look(self.clock.monotonic())
