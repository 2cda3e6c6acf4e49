"""What a form may ask for, when a meeting is over, what a guest must give."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import FormErrors
from chalicelib.meetings.rules import LONGEST_PASTE, MOST_AT_ONCE, Plan, is_over, person_names, read_invitees, read_plan
from chalicelib.meetings.times import FARTHEST, LATE, typed

NOW = int(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp())
FORM = {"title": "Point projet", "date": "2026-12-01", "time": "10:00", "length": "60", "timezone": "Europe/Paris"}
DAY = 86_400


def plan(**typed: str) -> Plan:
    return read_plan({**FORM, **typed}, NOW)


def wrong(form: Mapping[str, str]) -> set[str]:
    """The fields that must be corrected."""
    with pytest.raises(FormErrors) as refused:
        read_plan(form, NOW)
    return set(refused.value.fields)


def wrong_with(**typed: str) -> set[str]:
    return wrong({**FORM, **typed})


def at(moment: int) -> dict[str, str]:
    """The fields of a form for a moment in UTC."""
    day, hour = typed(moment, "UTC")
    return {"date": day, "time": hour, "timezone": "UTC"}


def test_a_complete_form_is_a_plan() -> None:
    starts_at = int(datetime(2026, 12, 1, 9, tzinfo=UTC).timestamp())
    assert plan() == Plan("Point projet", starts_at, starts_at + 3600, "Europe/Paris")


def test_every_wrong_field_is_named_at_once() -> None:
    assert wrong({}) >= {"title", "length", "timezone"}
    assert wrong_with(title="", length="0", date="", time="") == {"title", "length", "date"}


def test_a_title_is_one_line_of_printable_signs() -> None:
    assert plan(title="  Point\n projet\t ").title == "Point projet"
    assert plan(title="a" * 120).title == "a" * 120
    for title in ("", "   ", "a" * 121, "Point\0", "Point\x07", "Point\x1b[2J"):
        assert wrong_with(title=title) == {"title"}, title


@pytest.mark.parametrize("length", ["", "4", "721", "-60", "60.5", "soixante", "²", "1e2", "9" * 5000])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    assert wrong_with(length=length) == {"length"}


def test_a_meeting_lasts_from_five_minutes_to_twelve_hours() -> None:
    assert [plan(length=length).ends_at - plan().starts_at for length in ("5", "720")] == [300, 43_200]


def test_a_past_date_is_refused_but_not_the_present_minute() -> None:
    assert wrong_with(**at(NOW - 120)) == {"date"}
    assert plan(**at(NOW)).starts_at == NOW


def test_a_meeting_is_planned_a_year_ahead_at_most() -> None:
    assert plan(**at(NOW + FARTHEST)).starts_at == NOW + FARTHEST
    assert wrong_with(**at(NOW + FARTHEST + 60)) == {"date"}


def test_a_time_that_clocks_skip_is_refused_at_the_time() -> None:
    assert wrong_with(date="2027-03-28", time="02:30") == {"time"}


def test_of_a_time_that_comes_twice_the_first_is_taken() -> None:
    expected = int(datetime(2027, 10, 31, 0, 30, tzinfo=UTC).timestamp())
    assert plan(date="2027-10-31", time="02:30").starts_at == expected


@pytest.mark.parametrize("zone", ["", "Paris", "../../etc/passwd", "Europe"])
def test_a_zone_nobody_knows_is_refused_at_the_zone(zone: str) -> None:
    assert wrong_with(timezone=zone) == {"timezone"}


@given(st.dictionaries(st.sampled_from(list(FORM)), st.text(max_size=30)))
def test_whatever_is_typed_is_a_plan_or_fields_to_correct(form: dict[str, str]) -> None:
    try:
        read_plan({**FORM, **form}, NOW)
    except FormErrors as error:
        assert set(error.fields) <= set(FORM)


def test_what_is_no_address_is_named_in_the_error() -> None:
    with pytest.raises(FormErrors) as refused:
        read_invitees({"invitees": "anne@example.fr, pas une adresse"})
    assert "pas" in str(refused.value.values["addresses"])
    assert set(refused.value.fields) == {"invitees"}


def test_a_hundred_addresses_at_once_are_enough() -> None:
    many = [f"a{number}@example.fr" for number in range(MOST_AT_ONCE + 1)]
    read_invitees({"invitees": "\n".join(many[:-1])})
    with pytest.raises(FormErrors):
        read_invitees({"invitees": "\n".join(many)})


def test_a_paste_longer_than_a_hundred_people_is_not_read() -> None:
    with pytest.raises(FormErrors) as refused:
        read_invitees({"invitees": "anne@example.fr" + " " * LONGEST_PASTE})
    assert set(refused.value.fields) == {"invitees"}


def test_a_meeting_is_over_when_ended_cancelled_or_long_past() -> None:
    assert not is_over(NOW, None, None, NOW + LATE)
    assert is_over(NOW, None, None, NOW + LATE + 1)
    assert is_over(NOW + DAY, NOW, None, NOW)
    assert is_over(NOW + DAY, None, NOW, NOW)


def test_a_guest_gives_first_name_and_name() -> None:
    assert person_names({"first_name": " Zoé ", "name": "d’Été"}) == ("Zoé", "d’Été")
    with pytest.raises(FormErrors) as refused:
        person_names({})
    assert set(refused.value.fields) == {"first_name", "name"}


@pytest.mark.parametrize("name", ["a" * 81, "https://example.com", "Anne\0", "‮Anne"])
def test_a_name_others_would_have_to_endure_is_refused(name: str) -> None:
    with pytest.raises(FormErrors) as refused:
        person_names({"first_name": "Anne", "name": name})
    assert set(refused.value.fields) == {"name"}
