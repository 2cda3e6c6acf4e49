"""Rooms on workers: placing, joining, telling, ending; and what workers report."""

from dataclasses import dataclass, replace
from random import SystemRandom

from chalicelib import clock, keyed, log, settings, storage
from chalicelib.errors import BadOffer, Gone, NotAdmitted, NoWorker, RoomFull
from chalicelib.gateways import workers as gateway
from chalicelib.gateways.workers import WorkerError, WorkerRefused, WorkerSlow, WorkerUnreachable
from chalicelib.register.events import Event
from chalicelib.signalling import messages, tickets
from chalicelib.signalling.messages import Command, JoinOrder, Push, Report
from chalicelib.signalling.tickets import Limits, Role, Ticket
from chalicelib.storage import AlreadyThere, Changed

from .models import Interval, Room, Worker
from .rules import FRESH, Candidate, choose

TRIES = 3
"""Workers tried for one join before the person is asked to come back."""
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
    role: Role
    offer: str
    participants: int
    """How many people the plan allows at once."""


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
    lost: set[str] = set()
    for _ in range(TRIES):
        room = _hold(wish.occurrence, wish.company, lost)
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


def live_rooms() -> list[Room]:
    """The rooms some worker holds."""
    return list(storage.listed(Room, "rooms"))


def report(said: Report) -> list[Command]:
    """Takes a worker's report: its lease, its load, attendance. Returns what it must do."""
    now = clock.now()
    _note_worker(said, now)
    commands = [command for room in said.rooms if (command := _judge_room(said, room.room, room.epoch, now))]
    for interval in said.attendance:
        _note_interval(interval, now)
    return commands


def attendance(occurrence: str) -> dict[str, list[tuple[float, float]]]:
    """Who was in the room: participant → intervals as reported, seconds since 1970."""
    people: dict[str, list[tuple[float, float]]] = {}
    for item in storage.query(Interval, f"occurrence#{occurrence}", "interval#"):
        people.setdefault(item.participant, []).append((float(item.since), float(item.until)))
    return people


def _hand_over(room: Room, wish: Joining) -> Joined:
    ticket = Ticket(
        worker=room.incarnation,
        room=wish.occurrence,
        epoch=int(room.epoch),
        participant=wish.participant,
        connection=keyed.new_id(),
        name=wish.name,
        role=wish.role,
        offer_sha256=tickets.sha256(wish.offer),
        limits=Limits(participants=wish.participants),
    )
    token = tickets.sign_ticket(ticket, settings.get("TICKET_PRIVATE_KEY"), clock.wall_clock())
    answer = gateway.join(room.control, JoinOrder(ticket=token, offer=wish.offer))
    return Joined(answer.answer, ticket.connection)


def _hold(occurrence: str, company: str, lost: set[str]) -> Room:
    """The room's row with a worker that may answer: the present one, or a new one with the next epoch.

    Who holds a room is asked for a sign of life: refused or silent for 0.4 s, and its lease is broken at once. Late
    reports alone break none: the store may be slow while media flows.
    """
    room = storage.get(Room, f"room#{occurrence}", "room")
    if room is not None and room.ended:
        raise Gone
    if room is not None and room.incarnation not in lost:
        if gateway.incarnation(room.control) == room.incarnation:
            return room
        log.warning("worker_lost", worker=room.worker, epoch=int(room.epoch))
        lost.add(room.incarnation)
    candidates = [candidate for candidate in _candidates() if candidate.incarnation not in lost]
    chosen = choose(candidates, clock.now(), SystemRandom())
    if chosen is None:
        raise NoWorker
    try:
        return _place(occurrence, company, room, chosen)
    except (AlreadyThere, Changed):
        return _hold(occurrence, company, lost)  # somebody else placed it meanwhile: their choice stands


def _place(occurrence: str, company: str, room: Room | None, chosen: Candidate) -> Room:
    now = clock.now()
    if room is None:
        room = Room(
            f"room#{occurrence}",
            "room",
            worker=chosen.worker,
            incarnation=chosen.incarnation,
            control=chosen.control,
            epoch=1,
            company=company,
            participants=0,
            ended=False,
        )
        room.list_pk, room.list_sk = "rooms", occurrence
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
    )
    return room


def _candidates() -> list[Candidate]:
    return [
        Candidate(
            worker=str(item.pk).partition("#")[2],
            incarnation=item.incarnation,
            control=item.control,
            capacity=int(item.capacity),
            load=int(item.load),
            draining=item.draining,
            reported_at=int(item.reported_at),
        )
        for item in storage.listed(Worker, "workers")
    ]


def _note_worker(said: Report, now: int) -> None:
    item = Worker(
        f"worker#{said.worker}",
        "worker",
        incarnation=said.incarnation,
        control=said.control,
        capacity=said.capacity,
        load=said.load,
        draining=said.draining,
        reported_at=now,
    )
    item.list_pk, item.list_sk = "workers", said.worker
    known = storage.get(Worker, item.pk, item.sk)
    if known is None:
        try:
            storage.create(item, {Event.RENEWED: now})
        except AlreadyThere:
            return  # its own report a moment ago; the next comes in two seconds
        return
    changes = (
        Worker.incarnation.set(said.incarnation),
        Worker.control.set(said.control),
        Worker.capacity.set(said.capacity),
        Worker.load.set(said.load),
        Worker.draining.set(said.draining),
        Worker.reported_at.set(now),
    )
    try:
        if now - known.moments()[Event.RENEWED] >= RENEWED_EVERY // 2:
            storage.happened(known, Event.RENEWED, now, *changes)
        else:
            storage.update(known, *changes)
    except Changed:
        return


def _judge_room(said: Report, occurrence: str, epoch: int, now: int) -> Command | None:
    """Whether the worker may go on holding a room: the row decides, the higher epoch wins."""
    room = storage.get(Room, f"room#{occurrence}", "room")
    if room is None or room.ended or (room.incarnation, int(room.epoch)) != (said.incarnation, epoch):
        return Command("drop", occurrence, epoch)
    count = next(held.participants for held in said.rooms if held.room == occurrence)
    try:
        if now - room.moments()[Event.RENEWED] >= RENEWED_EVERY:
            storage.happened(room, Event.RENEWED, now, Room.participants.set(count))
        elif count != room.participants:
            storage.update(room, Room.participants.set(count))
    except Changed:
        return None  # moved this instant: the next report tells
    return None


def _note_interval(said: messages.Interval, now: int) -> None:
    room = storage.get(Room, f"room#{said.room}", "room")
    if room is None:
        return
    key = f"occurrence#{said.room}", f"interval#{said.participant}#{said.connection}"
    since, until = int(said.since), min(int(said.until), now + FRESH)
    known = storage.get(Interval, *key)
    if known is None:
        item = Interval(
            *key,
            occurrence=said.room,
            participant=said.participant,
            connection=said.connection,
            since=since,
            until=until,
            open=said.open,
        )
        try:
            storage.create(item, {Event.COLLECTED: since}, controller=room.company)
        except AlreadyThere:
            return
    elif until > known.until or (known.open and not said.open):
        storage.update(
            known, Interval.until.set(max(until, int(known.until))), Interval.open.set(said.open), always=True
        )
