"""Whatever the history of events, holds, freezes and requests: nothing is read past its due date, nothing is deleted
under a hold or a freeze, and what the erasure plan says is what a census of the person finds afterwards.

The expected dates are worked out here by other means than the product's: a calendar and a table of periods.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib import clock, ledger, sessions, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Account, Contract
from chalicelib.billing.models import Payment
from chalicelib.consents import newsletter, objections
from chalicelib.contact import actions as contact
from chalicelib.contact.actions import Asked
from chalicelib.errors import Conflict
from chalicelib.ledger import Disclosure
from chalicelib.meetings.models import ChatMessage, Meeting
from chalicelib.privacy.census import by_category, census
from chalicelib.privacy.models import Package
from chalicelib.privacy.sweep import sweep
from chalicelib.register import row_of
from chalicelib.register.events import Event
from chalicelib.register.published import EXPORT
from chalicelib.register.stores import CONTRACTS
from chalicelib.rights import erasing
from chalicelib.storage import Frozen, Held, Item, expiry, keys, objects, suspension
from chalicelib.storage.expiry import Place
from chalicelib.storage.items import kind_name
from dev.engine import Engine
from tests.functional.conftest import PREFIX, MovedClock
from tests.functional.mailbox import Mailbox

from .things import DAY, a_customer

FEW = settings(deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate))
"""Without shrinking: each example is some hundred calls to the engine, and says in words what it did."""


def months_after(start: int, months: int) -> int:
    """The same day of the month so many months later, or the month's last."""
    day = datetime.fromtimestamp(start, UTC)
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return int(day.replace(year=day.year + year, month=month + 1, day=min(day.day, last)).timestamp())


DUE: dict[type[Item], tuple[Event, Callable[[int], int]]] = {
    Disclosure: (Event.COLLECTED, lambda at: at + 28 * DAY),
    ChatMessage: (Event.COLLECTED, lambda at: at + 28 * DAY),
    Meeting: (Event.MEETING_END, lambda at: at + 28 * DAY),
    Package: (Event.COLLECTED, lambda at: at + 6 * DAY),
    Payment: (Event.COLLECTED, lambda at: months_after(at, 6) - 2 * DAY),
    Account: (Event.LAST_USE, lambda at: months_after(at, 36) - 30 * DAY),
    Contract: (Event.TERMINATED, lambda at: months_after(at, 60) - 7 * DAY),
}
"""The published promises, less what is set aside for delays."""


@dataclass
class Thing:
    """An item, and what must hold of it. ``started``: when its clock did; `None`: it has not."""

    model: type[Item]
    pk: str
    sk: str
    started: int | None
    holds: set[str] = field(default_factory=set)
    frozen: bool = False
    gone: bool = False

    @property
    def due(self) -> int | None:
        return None if self.started is None else DUE[self.model][1](self.started)

    @property
    def over(self) -> bool:
        return self.due is not None and self.due <= clock.now()

    @property
    def suspended(self) -> bool:
        return bool(self.holds) or self.frozen

    @property
    def place(self) -> Place:
        """Where it lies: a contract that has ended moves to the archive with the sweep."""
        here = Place(self.model.store, self.pk, self.sk)
        return (
            here
            if expiry.read(here) is not None
            else Place(row_of(self.kind).archive or self.model.store, self.pk, self.sk)
        )

    @property
    def kind(self) -> str:
        return str(kind_name(self.model))

    def is_there(self) -> bool:
        return expiry.read(self.place) is not None


FIELDS: dict[type[Item], dict[str, object]] = {
    Disclosure: {"row_key": "invite", "subject_hash": "x", "recipient": "r", "what": "w", "at": 1},
    ChatMessage: {"occurrence": "m", "seq": 1, "participant": "p", "client_id": "i", "said_at": 1},
    Meeting: {"title": "t", "host": "a", "company": "c", "timezone": "UTC", "sequence": 0, "created_at": 1},
    Package: {"account": "a", "downloads": 0},
    Payment: {"reference": "r", "amount": "1.00", "currency": "EUR", "paid_at": 1, "result": "accepted"},
    Account: {
        **{"email": "a@b.fr", "first_name": "A", "name": "B", "password_hash": "x", "company": "c", "role": "owner"},
        **{"language": "fr", "timezone": "UTC", "verified_at": 1, "created_at": 1, "policy_version": "1"},
    },
    Contract: {
        **{"company": "c", "account": "a", "company_name": "C", "signatory": "A", "signatory_email": "a@b.fr"},
        **{"documents": [], "accepted_at": 1},
    },
}
PROCESSED = (Disclosure, ChatMessage, Meeting)


def write(model: type[Item], number: int) -> Thing:
    """A new item, its clock started now where it starts at all."""
    now = clock.now()
    thing = Thing(model, f"history#{number}", f"{number}", None if model is Contract else now)
    item = model(thing.pk, thing.sk, **FIELDS[model])
    starts = {} if thing.started is None else {DUE[model][0]: now}
    controller = "c" if model in PROCESSED else None
    if model is ChatMessage:
        key = keys.key_for(f"history#{number}", now + 28 * DAY, "c")
        storage.create(item, starts, controller=controller, key=key)
    else:
        storage.create(item, starts, controller=controller)
    if model is Package:
        key = keys.key_for(f"history#{number}", now + 6 * DAY, None)
        objects.put(EXPORT, objects.name_for(thing.pk, thing.sk, "copy.zip"), b"copy", key)
    return thing


class Histories(RuleBasedStateMachine):
    """Everything that may happen to items of seven kinds, in any order."""

    engine: Engine
    moved: MovedClock

    def __init__(self) -> None:
        super().__init__()
        self.things: list[Thing] = []

    @initialize()
    def begins(self) -> None:
        self.engine.empty_stores(PREFIX)
        self.moved.move(seconds=-self.moved.offset)

    def pick(self, number: int) -> Thing:
        there = [thing for thing in self.things if not thing.gone]
        assume(bool(there))
        return there[number % len(there)]

    @precondition(lambda self: len(self.things) < 7)
    @rule(model=st.sampled_from(list(DUE)))
    def is_written(self, model: type[Item]) -> None:
        self.things.append(write(model, len(self.things)))

    @rule(seconds=st.integers(1, 3_600) | st.integers(3 * DAY, 40 * DAY) | st.integers(150 * DAY, 1200 * DAY))
    def time_passes(self, seconds: int) -> None:
        self.moved.move(seconds=seconds)

    @rule(number=st.integers(0, 6))
    def its_event_happens(self, number: int) -> None:
        thing = self.pick(number)
        assume(thing.model in (Account, Meeting, Contract) and not thing.over)
        assume(thing.model is not Contract or thing.started is None)
        item = storage.get(thing.model, thing.pk, thing.sk, because="storage")
        assert item is not None
        if thing.frozen:
            with pytest.raises(Frozen):
                storage.happened(item, DUE[thing.model][0], clock.now())
        else:
            thing.started = clock.now()
            storage.happened(item, DUE[thing.model][0], thing.started)

    @rule(number=st.integers(0, 6), case=st.sampled_from(["LH-1", "LH-2"]))
    def is_held(self, number: int, case: str) -> None:
        thing = self.pick(number)
        suspension.hold(thing.place, case)
        thing.holds.add(case)

    @rule(number=st.integers(0, 6), case=st.sampled_from(["LH-1", "LH-2"]))
    def is_released(self, number: int, case: str) -> None:
        thing = self.pick(number)
        assume(case in thing.holds)
        suspension.release(thing.place, case)
        thing.holds.discard(case)

    @rule(number=st.integers(0, 6))
    def is_frozen_or_thawed(self, number: int) -> None:
        thing = self.pick(number)
        (suspension.thaw if thing.frozen else suspension.freeze)(thing.place)
        thing.frozen = not thing.frozen

    @rule(number=st.integers(0, 6))
    def erasure_is_asked(self, number: int) -> None:
        thing = self.pick(number)
        assume(not thing.over)
        item = storage.get(thing.model, thing.pk, thing.sk, because="storage")
        assume(item is not None)  # an archived contract is out of the product's reach
        assert item is not None
        if thing.suspended:
            with pytest.raises(Held):
                storage.delete(item)
        else:
            storage.delete(item)
            thing.gone = True

    @rule()
    def the_sweep_runs(self) -> None:
        assert sweep().finished
        for thing in self.things:
            thing.gone = thing.gone or (thing.over and not thing.suspended)
            assert thing.is_there() != thing.gone, thing

    @invariant()
    def nothing_is_read_past_its_due_date_and_nothing_live_is_hidden(self) -> None:
        for thing in self.things:
            item = storage.get(thing.model, thing.pk, thing.sk, because="storage")
            if thing.over or thing.gone:
                assert item is None, thing
            elif thing.model is not Contract:
                assert item is not None, thing
            if item is not None and thing.frozen:
                with pytest.raises(Frozen):
                    storage.get(thing.model, thing.pk, thing.sk)

    @invariant()
    def nothing_is_deleted_under_a_hold_or_a_freeze(self) -> None:
        for thing in self.things:
            if thing.suspended:
                assert thing.is_there(), thing

    def teardown(self) -> None:
        if not self.things:
            return
        self.the_sweep_runs()
        assert sum(count.late for count in census().values()) == 0
        counted = {row: int(found.counted) for row, found in by_category().items()}
        for thing in self.things:
            if not thing.gone:
                assert counted[row_of(thing.kind).key] > 0
        files = {thing.pk for thing in self.things if thing.model is Package and not thing.gone and not thing.over}
        assert {(objects.owner_of(name) or ("", ""))[0] for name in objects.names(EXPORT)} == files


def test_whatever_the_history_nothing_is_read_past_its_date_and_nothing_held_is_deleted(
    stores: Engine, clock_file: MovedClock
) -> None:
    Histories.engine, Histories.moved = stores, clock_file
    run_state_machine_as_test(
        Histories,
        settings=settings(FEW, max_examples=5, stateful_step_count=22),
    )


def wrote(who: Account) -> None:
    contact.take_in(Asked("complaint", who.name, who.email, "", "Bonjour"), "fr", who)


DID: dict[str, Callable[[Account], object]] = {
    "became customer": lambda who: newsletter.became_customer(who.email, "fr", refused=False),
    "objected": lambda who: objections.oppose(who.email, "form"),
    "subscribed": lambda who: newsletter.subscribe(who.email, "fr", "account", "1"),
    "wrote": wrote,
    "was told": lambda who: ledger.record("account", who.email, "prestataire", "mail"),
    "signed in": lambda who: sessions.start(who.id, "Firefox, Linux"),
}
"""What a customer may have done before asking to be erased."""


@settings(FEW, max_examples=10)
@given(did=st.sets(st.sampled_from(sorted(DID))), days=st.integers(0, 900), held=st.booleans())
def test_whatever_a_person_did_the_erasure_plan_is_what_a_census_of_the_person_finds_afterwards(
    stores: Engine, clock_file: MovedClock, mailbox: Mailbox, did: set[str], days: int, held: bool
) -> None:
    stores.empty_stores(PREFIX)
    clock_file.move(seconds=-clock_file.offset)
    a_customer()
    account = accounts.find("a1")
    assert account is not None
    for one in sorted(did):
        DID[one](account)
    clock_file.move(days=days)
    if held:
        suspension.hold(Place(Account.store, account.pk, account.sk), "LH-1")
        before = {(item["pk"], item["sk"]) for item in expiry.scan(Account.store)}
        with pytest.raises(Conflict):
            erasing.carry_out(account)
        assert {(item["pk"], item["sk"]) for item in expiry.scan(Account.store)} == before, "all of it or nothing"
        return
    planned = erasing.plan(account, terminated=True)
    carried_out = erasing.carry_out(account)
    assert {fate.row for fate in planned} == {fate.row for fate in carried_out}
    sweep()
    archived = {row_of(str(item["kind"])).key for item in expiry.scan(CONTRACTS)}
    assert erasing.remaining(account) | archived == {fate.row for fate in planned if not fate.erased}
    assert archived == {"contract"}
