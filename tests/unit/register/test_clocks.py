"""What the clocks of a row say about one item."""

from chalicelib.register import clocks
from chalicelib.register.events import Event
from chalicelib.register.model import Basis, Clock, Phase, Role, Row, Words
from chalicelib.register.period import period
from chalicelib.register.stores import CONTRACTS, PEOPLE

DAY = 86_400
SOMETHING = Words("quelque chose", "something")


def a_clock(keep: str, *fields: str, start: Event = Event.COLLECTED, phase: Phase = Phase.ACTIVE) -> Clock:
    return Clock(SOMETHING, Basis.CONTRACT, start, period(keep), period("100y"), "§7", frozenset(fields), phase)


def a_row(*of: Clock) -> Row:
    return Row(
        key="thing",
        label=SOMETHING,
        subjects=SOMETHING,
        roles=frozenset({Role.CONTROLLER}),
        store=PEOPLE,
        archive=CONTRACTS,
        clocks=of,
        kinds={"thing": frozenset({"name", "email", "amount"})},
        why="a test",
    )


def test_an_item_is_due_when_the_last_of_its_clocks_has_run_out() -> None:
    row = a_row(a_clock("10d", "name"), a_clock("30d", "amount"))
    assert clocks.due(row, {"collected": 0}) == 30 * DAY


def test_an_item_with_an_open_clock_is_not_due() -> None:
    row = a_row(a_clock("10d"), a_clock("30d", start=Event.TERMINATED))
    assert clocks.due(row, {"collected": 0}) is None
    assert clocks.due(row, {"collected": 0, "terminated": 5 * DAY}) == 35 * DAY


def test_fields_narrow_as_each_clock_ends() -> None:
    row = a_row(a_clock("10d", "name", "email"), a_clock("30d", "email", "amount"))
    events = {"collected": 0}
    assert clocks.live_fields(row, "thing", events, 9 * DAY) == {"name", "email", "amount"}
    assert clocks.live_fields(row, "thing", events, 10 * DAY) == {"email", "amount"}
    assert clocks.live_fields(row, "thing", events, 30 * DAY) == frozenset()


def test_the_next_step_is_the_first_clock_to_end() -> None:
    row = a_row(a_clock("10d"), a_clock("30d"))
    assert clocks.next_step(row, {"collected": 0}, now=0) == 10 * DAY
    assert clocks.next_step(row, {"collected": 0}, now=10 * DAY) == 30 * DAY
    assert clocks.next_step(row, {"collected": 0}, now=99 * DAY) == 30 * DAY


def test_the_archive_phase_begins_when_no_active_clock_runs() -> None:
    row = a_row(a_clock("10d"), a_clock("30d", "amount", phase=Phase.ARCHIVE))
    assert clocks.phase(row, {"collected": 0}, now=9 * DAY) is Phase.ACTIVE
    assert clocks.phase(row, {"collected": 0}, now=10 * DAY) is Phase.ARCHIVE


def test_an_item_may_be_kept_shorter_than_its_row_but_never_longer() -> None:
    row = a_row(a_clock("10d"))
    assert clocks.due(row, {"collected": 0}, limit=2 * DAY) == 2 * DAY
    assert clocks.due(row, {"collected": 0}, limit=99 * DAY) == 10 * DAY
