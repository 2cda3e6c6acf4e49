"""The hourly sweep: exactly what is due goes, whatever stops or doubles it."""

from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import clock, storage
from chalicelib.meetings.models import Meeting
from chalicelib.privacy import endings
from chalicelib.privacy.models import SweepMark
from chalicelib.privacy.sweep import HOUR, Run, sweep
from chalicelib.register.stores import USAGE
from chalicelib.storage import expiry
from chalicelib.storage.expiry import Place
from dev.engine import Engine
from tests.functional.conftest import PREFIX, MovedClock

from .things import DAY, a_line, a_meeting, everything, keys_of

pytestmark = pytest.mark.usefixtures("stores")


def mark() -> int:
    found = storage.get(SweepMark, "sweep", USAGE.key)
    assert found is not None
    return int(found.hour)


def at(place: Place) -> tuple[str, str]:
    return place.pk, place.sk


def test_after_28_days_a_meeting_is_hidden_that_second_and_gone_after_the_sweep(clock_file: MovedClock) -> None:
    a_meeting("m", said="bonjour")
    clock_file.move(days=28, seconds=1)
    assert storage.get(Meeting, "meeting#m", "meeting") is None
    assert everything() >= {("meeting#m", "meeting"), ("occurrence#m", "chat#1"), ("key#occurrence#m", "key")}
    sweep()
    assert everything() == set()


def test_what_is_not_due_stays(clock_file: MovedClock) -> None:
    a_meeting("old", said="bonjour")
    clock_file.move(days=2)
    a_meeting("new", said="bonsoir")
    clock_file.move(days=26, seconds=1)
    sweep()
    assert everything() == {("meeting#new", "meeting"), ("occurrence#new", "chat#1"), ("key#occurrence#new", "key")}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ages=st.lists(st.integers(0, 40 * DAY), max_size=8),
    jumps=st.lists(st.integers(0, 4 * HOUR) | st.integers(49 * HOUR, 20 * DAY), min_size=1, max_size=3),
)
def test_whatever_the_history_the_sweep_deletes_what_is_due_and_nothing_else(
    stores: Engine, clock_file: MovedClock, ages: list[int], jumps: list[int]
) -> None:
    stores.empty_stores(PREFIX)
    clock_file.move(seconds=-clock_file.offset)
    due = {at(a_line(f"{number}", age=age)): clock.now() - age + 28 * DAY for number, age in enumerate(ages)}
    sweep()
    for jump in jumps:
        before = clock.now()
        clock_file.move(seconds=jump)
        assert sweep().finished
        left, after = keys_of(USAGE), clock.now()
        assert {line for line, moment in due.items() if moment > after} <= left
        assert left <= {line for line, moment in due.items() if moment > before + jump}


def test_a_bounded_run_stops_there_and_the_next_ones_finish(clock_file: MovedClock) -> None:
    sweep()
    started = mark()
    lines = {at(a_line(f"{number}", limit=HOUR)) for number in range(5)}
    clock_file.move(hours=3)
    first = sweep(most=2)
    assert (first.finished, first.outcomes["deleted"]) == (False, 2)
    assert len(lines & keys_of(USAGE)) == 3
    assert mark() <= started + HOUR, "the mark went past an hour that still holds something"
    runs = [sweep(most=2) for _ in range(3)]
    assert runs[-1].finished
    assert keys_of(USAGE) == set()
    assert mark() == clock.now() - clock.now() % HOUR


def test_a_run_past_its_deadline_takes_no_step(clock_file: MovedClock) -> None:
    a_line("1", limit=HOUR)
    clock_file.move(hours=2)
    run = sweep(deadline=clock.precise_now() - 1)
    assert (run.finished, run.steps) == (False, 0)
    assert len(keys_of(USAGE)) == 1


def test_what_is_written_into_an_hour_behind_the_mark_is_found(clock_file: MovedClock) -> None:
    sweep()
    clock_file.move(hours=30)
    sweep()
    a_line("late", age=28 * DAY + 20 * HOUR)
    sweep()
    assert keys_of(USAGE) == set()


def test_without_a_mark_everything_due_is_found_however_old(clock_file: MovedClock) -> None:
    a_line("old")
    clock_file.move(days=300)
    sweep()
    assert keys_of(USAGE) == set()


def test_two_sweeps_at_once_delete_once_and_harm_nothing(clock_file: MovedClock) -> None:
    sweep()
    due = {at(a_line(f"due{number}", limit=HOUR)) for number in range(20)}
    kept = {at(a_line(f"kept{number}")) for number in range(5)}
    clock_file.move(hours=2)
    runs: list[Run] = []
    start = Barrier(2)

    def one() -> None:
        start.wait()
        runs.append(sweep())

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys_of(USAGE) == kept
    assert sum(run.outcomes["deleted"] for run in runs) == len(due)
    assert sum(run.outcomes["postponed"] for run in runs) == 0


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The ending of ledger lines called "bad" fails."""

    def fail(item: expiry.Raw) -> None:
        if item["sk"] == "bad":
            raise RuntimeError("no way")

    monkeypatch.setitem(endings.ENDINGS, "disclosure", fail)
    yield "bad"


def test_an_item_whose_ending_fails_keeps_nothing_else_and_comes_again(
    clock_file: MovedClock, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep()
    a_line(failing, limit=HOUR)
    a_line("good", limit=HOUR)
    clock_file.move(hours=2)
    assert sweep().outcomes == {"deleted": 1, "postponed": 1}
    assert keys_of(USAGE) == {("disclosures#bad", "bad")}
    monkeypatch.delitem(endings.ENDINGS, "disclosure")
    clock_file.move(hours=1, seconds=1)
    sweep()
    assert keys_of(USAGE) == set()
