"""Rooms on workers: placing, joining, telling, ending; and what workers report."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from random import SystemRandom

from chalicelib import clock, keyed, log, settings, storage
from chalicelib.errors import BadOffer, Gone, NotAdmitted, NoWorker, RoomFull
from chalicelib.gateways import workers as gateway
from chalicelib.gateways.workers import WorkerError, WorkerRefused, WorkerSlow, WorkerUnreachable
from chalicelib.register.events import Event
from chalicelib.signalling import messages, tickets
from chalicelib.signalling.messages import Command, JoinOrder, Push, Report, RoomReport
from chalicelib.signalling.standing import Standing
from chalicelib.signalling.tickets import Limits, Ticket
from chalicelib.storage import AlreadyThere, Changed

from .models import Interval, Room, Worker
from .rules import FRESH, Candidate, choose, usual_load

TRIES = 3
"""Workers tried for one join before the person is asked to come back."""
NOTED_EVERY = 10
"""Seconds between two notes that somebody is still in a room: so much is lost of who was there when a worker dies."""
PRESENT = 3 * NOTED_EVERY
"""Seconds after which somebody who was noted as being in a room is taken to be gone."""
RENEWED_EVERY = 3_600
"""Seconds between two notes of a room's or worker's life in its clock."""
REFUSALS = {"bad_offer": BadOffer, "not_admitted": NotAdmitted, "room_full": RoomFull}
"""What a worker's no means for the person; any other sends them to try again."""


@dataclass(frozen=True)
class Joining:
    """A person's wish to be in a room."""

    occurrence: str
    company: str
    participant: str
    name: str
    standing: Standing
    offer: str
    participants: int
    """How many people the plan allows at once."""
    memory_chat: bool = False
    """What is written is kept by the worker alone."""
    expected: Callable[[], int] = lambda: 0
    """How many people are awaited; asked for when the room is placed."""


@dataclass(frozen=True)
class Joined:
    """The SDP answer and the new connection's id."""

    answer: str
    connection: str


def join(wish: Joining) -> Joined:
    """Brings a person's offer to the worker that holds the room, or to one that can take it.

    A worker that is gone loses its lease at once; the room moves on with the next epoch. Raises `BadOffer`, `RoomFull`,
    `NoWorker`, `Gone`.
    """
    begun = time.perf_counter()
    joined = _join(wish)
    log.measure("JoinTime", 1000 * (time.perf_counter() - begun), "Milliseconds")
    return joined


def _join(wish: Joining) -> Joined:
    lost: set[str] = set()
    for _ in range(TRIES):
        room = _hold(wish, lost)
        try:
            return _hand_over(room, wish)
        except WorkerUnreachable:
            log.warning("worker_lost", worker=room.worker, epoch=int(room.epoch))
            lost.add(room.incarnation)
        except WorkerSlow as fault:
            raise NoWorker from fault
        except WorkerRefused as refusal:
            if refusal.code in REFUSALS:
                raise REFUSALS[refusal.code] from refusal
            log.warning("worker_refused", worker=room.worker, code=refusal.code)
            if refusal.code not in ("at_capacity", "draining"):
                raise NoWorker from refusal
            lost.add(room.incarnation)
    raise NoWorker


def tell(occurrence: str, push: Push) -> bool:
    """Pushes something to the room, if it is live. Whether it arrived; what it missed, clients fetch."""
    room = storage.get(Room, f"room#{occurrence}", "room")
    if room is None or room.ended:
        return False
    addressed = replace(push, epoch=int(room.epoch))
    private_key = settings.get("TICKET_PRIVATE_KEY")
    order = tickets.sign_order(messages.dump(addressed), room.incarnation, private_key, clock.wall_clock())
    try:
        gateway.push(room.control, occurrence, addressed, order)
    except WorkerError as fault:
        log.info("push_missed", type=push.type, reason=type(fault).__name__)
        return False
    return True


def end(occurrence: str) -> None:
    """The occurrence is over: everybody is told, no worker may hold its room again."""
    tell(occurrence, Push(type="end", epoch=0))
    room = storage.get(Room, f"room#{occurrence}", "room")
    if room is not None:
        storage.update(room, Room.ended.set(True), Room.list_pk.remove(), Room.list_sk.remove(), always=True)


def epoch(occurrence: str) -> int:
    """Under which epoch the room is held now; 0 when it is not."""
    room = storage.get(Room, f"room#{occurrence}", "room")
    return 0 if room is None or room.ended else int(room.epoch)


def live_rooms() -> list[Room]:
    """The rooms some worker holds."""
    return list(storage.listed(Room, "rooms"))


def drain(worker: str) -> bool:
    """Has a worker take no new room from its next report on; those it holds go on. Whether it is known."""
    item = storage.get(Worker, f"worker#{worker}", "worker")
    if item is not None:
        storage.update(item, Worker.drain.set(item.incarnation), always=True)
    return item is not None


def report(said: Report) -> list[Command]:
    """Takes a worker's report: its lease, its load, attendance. Returns what it must do."""
    now = clock.now()
    drained = _note_worker(said, now)
    named = dict.fromkeys([*(held.room for held in said.rooms), *(interval.room for interval in said.attendance)])
    rows = {room: storage.get(Room, f"room#{room}", "room") for room in named}
    commands = [command for held in said.rooms if (command := _judge_room(said, held, rows[held.room], now))]
    if drained and not said.draining:
        commands.append(Command("drain"))
    for room, row in rows.items():
        intervals = [interval for interval in said.attendance if interval.room == room]
        if row is not None and intervals:
            _note_intervals(row, intervals, now)
    return commands


def attendance(occurrence: str) -> dict[str, list[tuple[float, float]]]:
    """Who was in the room: participant → intervals as reported, seconds since 1970."""
    return {
        person: [(float(item.since), float(item.until)) for item in items]
        for person, items in connections(occurrence).items()
    }


def connections(occurrence: str) -> dict[str, list[Interval]]:
    """The same, each with how the network carried it."""
    people: dict[str, list[Interval]] = {}
    for item in storage.query(Interval, f"occurrence#{occurrence}", "interval#"):
        people.setdefault(str(item.participant), []).append(item)
    return people


def present(occurrence: str) -> set[str]:
    """Who is in the room, by the last reports: participants."""
    since = clock.now() - PRESENT
    found = storage.query(Interval, f"occurrence#{occurrence}", "interval#")
    return {str(item.participant) for item in found if item.open and item.until >= since}


def _hand_over(room: Room, wish: Joining) -> Joined:
    ticket = Ticket(
        worker=room.incarnation,
        room=wish.occurrence,
        epoch=int(room.epoch),
        participant=wish.participant,
        connection=keyed.new_id(),
        name=wish.name,
        role=wish.standing.role,
        offer_sha256=tickets.sha256(wish.offer),
        limits=Limits(participants=wish.participants),
        revision=wish.standing.revision,
        held=wish.standing.held,
        hand=wish.standing.hand,
        memory_chat=wish.memory_chat,
        expected=int(room.expected),
        expected_load=usual_load(int(room.expected)),
    )
    token = tickets.sign_ticket(ticket, settings.get("TICKET_PRIVATE_KEY"), clock.wall_clock())
    answer = gateway.join(room.control, JoinOrder(ticket=token, offer=wish.offer))
    return Joined(answer.answer, ticket.connection)


def _hold(wish: Joining, lost: set[str]) -> Room:
    """The room's row with a worker that may answer: the present one, or a new one with the next epoch.

    Who holds a room is asked for a sign of life: refused or silent for ``WORKER_PATIENCE``, and its lease is broken
    at once. Late reports alone break none: the store may be slow while media flows.
    """
    room = storage.get(Room, f"room#{wish.occurrence}", "room")
    if room is not None and room.ended:
        raise Gone
    if room is not None and room.incarnation not in lost:
        if gateway.incarnation(room.control) == room.incarnation:
            return room
        log.warning("worker_lost", worker=room.worker, epoch=int(room.epoch))
        lost.add(room.incarnation)
    able = [candidate for candidate in candidates() if candidate.incarnation not in lost]
    people = min(wish.expected(), wish.participants)
    chosen = choose(able, clock.now(), SystemRandom(), usual_load(people))
    if chosen is None:
        log.warning("no_worker", workers=len(able), lost=len(lost))
        raise NoWorker
    if gateway.incarnation(chosen.control) != chosen.incarnation:
        lost.add(chosen.incarnation)  # gone since its last report
        return _hold(wish, lost)
    try:
        placed = _place(wish, room, chosen, people)
    except (AlreadyThere, Changed):
        return _hold(wish, lost)  # somebody else placed it meanwhile: their choice stands
    _promise(chosen, usual_load(people))
    return placed


def _place(wish: Joining, room: Room | None, chosen: Candidate, people: int) -> Room:
    now = clock.now()
    if room is None:
        room = Room(
            f"room#{wish.occurrence}",
            "room",
            worker=chosen.worker,
            incarnation=chosen.incarnation,
            control=chosen.control,
            epoch=1,
            company=wish.company,
            participants=0,
            ended=False,
            expected=people,
        )
        room.list_pk, room.list_sk = "rooms", wish.occurrence
        storage.create(room, {Event.RENEWED: now})
        return room
    storage.happened(
        room,
        Event.RENEWED,
        now,
        Room.worker.set(chosen.worker),
        Room.incarnation.set(chosen.incarnation),
        Room.control.set(chosen.control),
        Room.epoch.set(int(room.epoch) + 1),
        Room.expected.set(people),
    )
    return room


def _promise(chosen: Candidate, need: int) -> None:
    """Counts the room as load at once: many rooms begin in the two seconds between reports, the next of which says the
    truth. A promise that is lost costs one choice that could have been better."""
    item = storage.get(Worker, f"worker#{chosen.worker}", "worker")
    if item is not None and need:
        storage.update(item, Worker.load.set(Worker.load + need), always=True)


def candidates() -> list[Candidate]:
    """The workers as their last reports describe them."""
    return [
        Candidate(
            worker=str(item.pk).partition("#")[2],
            incarnation=item.incarnation,
            control=item.control,
            capacity=int(item.capacity),
            load=int(item.load),
            draining=item.draining,
            reported_at=int(item.reported_at),
            revision=int(item.revision),
        )
        for item in storage.listed(Worker, "workers")
    ]


def _note_worker(said: Report, now: int) -> bool:
    """Whether an operator wants it to take no new room."""
    item = Worker(
        f"worker#{said.worker}",
        "worker",
        incarnation=said.incarnation,
        control=said.control,
        capacity=said.capacity,
        load=said.load,
        draining=said.draining,
        reported_at=now,
        revision=said.revision,
    )
    item.list_pk, item.list_sk = "workers", said.worker
    known = storage.get(Worker, item.pk, item.sk)
    if known is None:
        with suppress(AlreadyThere):  # its own report a moment ago; the next comes in two seconds
            storage.create(item, {Event.RENEWED: now})
        return False
    changes = (
        Worker.incarnation.set(said.incarnation),
        Worker.control.set(said.control),
        Worker.capacity.set(said.capacity),
        Worker.load.set(said.load),
        Worker.draining.set(said.draining),
        Worker.reported_at.set(now),
        Worker.revision.set(said.revision),
    )
    with suppress(Changed):
        if now - known.moments()[Event.RENEWED] >= RENEWED_EVERY // 2:
            storage.happened(known, Event.RENEWED, now, *changes)
        else:
            storage.update(known, *changes, always=True)
    return known.drain == said.incarnation


def _judge_room(said: Report, held: RoomReport, room: Room | None, now: int) -> Command | None:
    """Whether the worker may go on holding a room: the row decides, the higher epoch wins."""
    if room is None or room.ended or (room.incarnation, int(room.epoch)) != (said.incarnation, held.epoch):
        return Command("drop", held.room, held.epoch)
    count = held.participants
    try:
        if now - room.moments()[Event.RENEWED] >= RENEWED_EVERY:
            storage.happened(room, Event.RENEWED, now, Room.participants.set(count))
        elif count != room.participants:
            storage.update(room, Room.participants.set(count))
    except Changed:
        return None  # moved this instant: the next report tells
    return None


def _note_intervals(room: Room, said: list[messages.Interval], now: int) -> None:
    """Attendance of one room, read once. Who is still there is noted now and then, who has left at once."""
    partition = f"occurrence#{room.occurrence}"
    known = {str(item.sk): item for item in storage.query(Interval, partition, "interval#")}
    for interval in said:
        sk = f"interval#{interval.participant}#{interval.connection}"
        until = min(int(interval.until), now + FRESH)
        if sk in known:
            _prolong(known[sk], until, interval)
        else:
            _begin(Interval(partition, sk), room, interval, until)


def _begin(item: Interval, room: Room, said: messages.Interval, until: int) -> None:
    since = int(said.since)
    item.occurrence, item.participant, item.connection = room.occurrence, said.participant, said.connection
    item.since, item.until, item.open = since, until, said.open
    for name, value in _counted(said):
        setattr(item, name, value)
    with suppress(AlreadyThere):  # noted by another report this instant, or frozen
        storage.create(item, {Event.COLLECTED: since}, controller=room.company)


def _prolong(item: Interval, until: int, said: messages.Interval) -> None:
    left = bool(item.open) and not said.open
    if left or until - item.until >= (NOTED_EVERY if said.open else 1):
        changes = [getattr(Interval, name).set(value) for name, value in _counted(said)]
        changes += [Interval.until.set(max(until, int(item.until))), Interval.open.set(said.open)]
        storage.update(item, *changes, always=True)


def _counted(said: messages.Interval) -> list[tuple[str, float]]:
    """Fields of the interval's quality that are known."""
    return [(name, value) for name, value in vars(said.quality).items() if value is not None] if said.quality else []
