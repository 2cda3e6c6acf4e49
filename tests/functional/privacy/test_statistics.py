"""Statistics that point to nobody, and what is stated of copies elsewhere."""

from datetime import UTC, datetime

import pytest

from chalicelib import clock, storage
from chalicelib.fleet.models import Interval
from chalicelib.privacy import statistics
from chalicelib.privacy.statements import STATEMENTS, VALID_DAYS
from chalicelib.privacy.sweep import sweep
from chalicelib.register.events import Event
from chalicelib.register.stores import PROOF, USAGE
from chalicelib.storage import expiry, suspension
from chalicelib.storage.tombstones import day_of
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock

pytestmark = pytest.mark.usefixtures("stores")


def attended(meetings: int, people: int, minutes: int = 30) -> list[Interval]:
    """Meetings today, in each of which so many people were so long."""
    now = clock.now()
    made = [
        Interval(
            f"occurrence#m{meeting}",
            f"interval#p{person}#c",
            occurrence=f"m{meeting}",
            participant=f"p{person}",
            connection="c",
            since=now,
            until=now + minutes * 60,
            open=False,
        )
        for meeting in range(meetings)
        for person in range(people)
    ]
    for one in made:
        storage.create(one, {Event.COLLECTED: now}, controller="c1")
    return made


def kept() -> tuple[object, object, object]:
    one = statistics.keep(day_of(clock.now()))
    return one.meetings, one.participants, one.minutes


def test_a_day_is_counted_without_ids() -> None:
    attended(5, 2)
    assert kept() == (5, 10, 300)
    item = next(item for item in expiry.scan(PROOF) if item["kind"] == "day_count")
    assert "m1" not in str(item) and "p1" not in str(item)


@pytest.mark.parametrize(
    ("meetings", "people", "expected"),
    [(4, 1, (None, None, None)), (2, 3, (None, 6, None)), (5, 1, (5, 5, 150)), (0, 0, (None, None, None))],
)
def test_a_count_under_five_is_not_kept(meetings: int, people: int, expected: tuple[object, ...]) -> None:
    attended(meetings, people)
    assert kept() == expected


def test_what_is_restricted_is_not_counted() -> None:
    made = attended(6, 1)
    suspension.freeze(expiry.Place(USAGE, made[0].pk, made[0].sk))
    assert kept() == (5, 5, 150)


def test_counting_a_day_again_changes_nothing(clock_file: MovedClock) -> None:
    attended(5, 1)
    kept()
    attended_day = day_of(clock.now())
    clock_file.move(days=29)
    sweep()
    statistics.keep(attended_day)
    assert [one.meetings for one in statistics.days(attended_day, attended_day)] == [5]


def test_yesterday_is_counted_long_before_its_data_go(clock_file: MovedClock) -> None:
    attended(5, 1)
    today = day_of(clock.now())
    clock_file.move(days=1)
    assert statistics.keep_yesterday().day == today


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_stated_of_copies_elsewhere_says_when_it_was_checked(language: str) -> None:
    html = Browser(language).open("/retention").html
    for one in STATEMENTS:
        assert getattr(one.place, language).replace("'", "’").split("’")[0] in html
        if one.is_current(clock.now()):
            assert one.checked in html


def test_a_statement_nobody_checked_within_a_year_is_shown_as_to_be_checked() -> None:
    checked = next(one for one in STATEMENTS if one.checked)
    at = int(datetime.fromisoformat(checked.checked).replace(tzinfo=UTC).timestamp())
    assert checked.is_current(at + VALID_DAYS * 86_400)
    assert not checked.is_current(at + (VALID_DAYS + 1) * 86_400)
    assert not any(one.is_current(at) for one in STATEMENTS if not one.checked)
