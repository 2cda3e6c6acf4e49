"""A meeting that comes again: planned, changed and cancelled by one date, by those that follow, or as a whole."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.meetings import scheduling
from dev.engine import Engine
from tests.functional.browser import Seen
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.letters import calendar_of, calendar_parts, event_of
from tests.functional.meetings.people import Host, Plan, a_guest, a_host, change_of_clocks, link_of
from tests.functional.meetings.readers import Date, by_icalendar, by_vobject

ZOE = "zoe@example.fr"
PARIS = ZoneInfo("Europe/Paris")


def monday_before_summer_time() -> date:
    """Two weeks before clocks are put forward."""
    return change_of_clocks(forward=True) - timedelta(days=13)


def weekly(host: Host, *invitees: str, **typed: str) -> Plan:
    """Six Mondays at ten, over the change of clocks."""
    fields = {"date": f"{monday_before_summer_time()}", "time": "10:00", "repeat": "weekly", "count": "6", **typed}
    return host.plan(*(invitees or (ZOE,)), **fields)


def page_of(plan: Plan, number: int) -> str:
    return f"/meetings/{plan.id}-{number}"


def change(host: Host, plan: Plan, number: int, scope: str, **typed: str | bool) -> Seen:
    """Opens the form for that date and scope, and sends it with what is typed."""
    host.browser.open(f"{page_of(plan, number)}/edit?scope={scope}")
    return host.browser.send(f"{page_of(plan, number)}/edit", follow=False, **typed)


def cancel(host: Host, plan: Plan, number: int, scope: str) -> Seen:
    host.browser.open(f"{page_of(plan, number)}/cancel")
    return host.browser.send(f"{page_of(plan, number)}/cancel", follow=False, scope=scope)


def file_of(mailbox: Mailbox, email: str = ZOE) -> str:
    (part,) = calendar_parts(mailbox.last(email))
    return str(part.get_content())


def whole_file(host: Host, plan: Plan, mailbox: Mailbox) -> str:
    """What somebody gets who is invited now: everything that holds."""
    host.browser.open(page_of(plan, 1))
    host.browser.send(f"{page_of(plan, 1)}/invitations", invitees="later@example.fr")
    return file_of(mailbox, "later@example.fr")


def held(plan: Plan) -> list[Date]:
    """The dates as the product has them."""
    dates = [one for one in scheduling.read(plan.id).dates if not one.cancelled_at]
    return sorted(
        Date(datetime.fromtimestamp(int(one.starts_at), UTC), datetime.fromtimestamp(int(one.ends_at), UTC), one.title)
        for one in dates
    )


def local(dates: list[Date]) -> list[str]:
    return [f"{one.start.astimezone(PARIS):%m-%d %H:%M}" for one in dates]


def by_week(*hours: str) -> list[str]:
    """Consecutive Mondays with the hour of each; "" where there is none."""
    first = monday_before_summer_time()
    return [f"{first + timedelta(weeks=week):%m-%d} {hour}" for week, hour in enumerate(hours) if hour]


def assert_both_read(content: str, plan: Plan) -> None:
    """Date by date, two independent readers see what the product holds."""
    assert by_icalendar(content) == by_vobject(content) == held(plan)


def test_ten_o_clock_stays_ten_o_clock_over_the_change_of_clocks(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    assert local(held(plan)) == by_week(*["10:00"] * 6)
    assert {one.start.hour for one in held(plan)} == {8, 9}
    assert_both_read(file_of(mailbox), plan)
    assert_both_read(file_of(mailbox, host.account.email), plan)


@pytest.mark.parametrize(
    "typed",
    [
        {"repeat": "weekly", "day_1": "yes", "day_4": "yes"},
        {"repeat": "fortnightly"},
        {"repeat": "workdays"},
        {"repeat": "monthly_weekday"},
        {"repeat": "monthly_day"},
        {"repeat": "weekly", "timezone": "America/New_York"},
        {"repeat": "weekly", "timezone": "Africa/Casablanca"},
        {"repeat": "weekly", "timezone": "America/Martinique"},
    ],
)
def test_each_rhythm_is_read_alike_by_two_calendars(host: Host, mailbox: Mailbox, typed: dict[str, str]) -> None:
    plan = weekly(host, **typed)
    assert len(held(plan)) == 6
    assert_both_read(file_of(mailbox), plan)


def test_one_file_of_a_moved_and_a_cancelled_date_is_read_alike_by_two_calendars(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    moved = monday_before_summer_time() + timedelta(weeks=2, days=2)
    assert change(host, plan, 3, "one", date=f"{moved}", time="16:30", length="45", title="Point long").status == 303
    assert cancel(host, plan, 5, "one").status == 303
    content = whole_file(host, plan, mailbox)
    assert_both_read(content, plan)
    assert local(held(plan)) == [
        *by_week("10:00", "10:00"),
        f"{moved:%m-%d} 16:30",
        *by_week("", "", "", "10:00", "", "10:00"),
    ]
    master, override = calendar_of(mailbox.last("later@example.fr")).walk("VEVENT")
    assert (master["sequence"], override["sequence"]) == (2, 2)
    assert master["uid"] == override["uid"] and override["recurrence-id"].params["tzid"] == "Europe/Paris"
    assert override["summary"] == "Point long" and master["summary"] == "Point projet"


def test_a_moved_date_is_told_alone_under_its_recurrence_id(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    whole = calendar_of(mailbox.last(ZOE)).walk("VEVENT")[0]
    slot = monday_before_summer_time() + timedelta(weeks=2)
    mailbox.empty()
    change(host, plan, 3, "one", time="15:00")
    event = event_of(mailbox.last(ZOE))
    assert calendar_of(mailbox.last(ZOE))["method"] == "REQUEST"
    assert event["recurrence-id"].dt == datetime(slot.year, slot.month, slot.day, 10, tzinfo=PARIS)
    assert event["dtstart"].dt.astimezone(PARIS).hour == 15 and "rrule" not in event
    assert (event["uid"], event["sequence"]) == (whole["uid"], 1)
    assert "une date de la série" in mailbox.last(ZOE).text and "au lieu du" in mailbox.last(ZOE).text


def test_a_cancelled_date_is_told_alone_under_its_recurrence_id(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    mailbox.empty()
    cancel(host, plan, 2, "one")
    event = event_of(mailbox.last(ZOE))
    assert calendar_of(mailbox.last(ZOE))["method"] == "CANCEL"
    slot = monday_before_summer_time() + timedelta(weeks=1)
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
    assert event["recurrence-id"].dt == datetime(slot.year, slot.month, slot.day, 10, tzinfo=PARIS)
    assert "Les autres restent" in mailbox.last(ZOE).text
    assert local(held(plan)) == by_week("10:00", "", "10:00", "10:00", "10:00", "10:00")


def test_this_and_the_following_move_together(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    change(host, plan, 2, "one", time="08:00")
    moved = monday_before_summer_time() + timedelta(weeks=3, days=1)
    assert change(host, plan, 4, "following", date=f"{moved}", time="11:15").status == 303
    tuesdays = [f"{moved + timedelta(weeks=week):%m-%d} 11:15" for week in range(3)]
    assert local(held(plan)) == [*by_week("10:00", "08:00", "10:00"), *tuesdays]
    assert_both_read(file_of(mailbox), plan)


def test_renaming_those_that_follow_leaves_each_its_time(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    change(host, plan, 5, "one", time="08:00")
    change(host, plan, 4, "following", title="Nouveau nom")
    assert local(held(plan)) == by_week("10:00", "10:00", "10:00", "10:00", "08:00", "10:00")
    assert [one.title for one in held(plan)] == ["Point projet"] * 3 + ["Nouveau nom"] * 3
    assert_both_read(file_of(mailbox), plan)


def test_the_whole_series_takes_another_rhythm_and_what_was_cancelled_stays_so(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    cancel(host, plan, 2, "one")
    change(host, plan, 3, "one", time="17:00")
    links = link_of(mailbox, ZOE)
    assert change(host, plan, 1, "all", repeat="weekly", day_2=True, count="9", time="09:00").status == 303
    first = monday_before_summer_time()
    expected = [
        f"{first + timedelta(weeks=week, days=days):%m-%d} 09:00"
        for week in range(5)
        for days in (0, 2)
        if (week, days) not in ((1, 0), (4, 2))
    ]
    assert local(held(plan)) == expected
    assert_both_read(file_of(mailbox), plan)
    assert link_of(mailbox, ZOE) == links


def test_the_whole_series_made_shorter_drops_its_last_dates(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    change(host, plan, 1, "all", count="3")
    assert local(held(plan)) == by_week("10:00", "10:00", "10:00")
    assert_both_read(file_of(mailbox), plan)


def test_renaming_the_whole_series_leaves_a_moved_date_where_it_is(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    change(host, plan, 3, "one", time="17:00")
    change(host, plan, 3, "all", title="Comité")
    assert local(held(plan)) == by_week("10:00", "10:00", "17:00", "10:00", "10:00", "10:00")
    assert {one.title for one in held(plan)} == {"Comité"}
    assert_both_read(file_of(mailbox), plan)


def test_cancelling_those_that_follow_cuts_the_rule(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    cancel(host, plan, 2, "one")
    mailbox.empty()
    cancel(host, plan, 4, "following")
    assert calendar_of(mailbox.last(ZOE))["method"] == "REQUEST"
    assert local(held(plan)) == by_week("10:00", "", "10:00")
    assert_both_read(file_of(mailbox), plan)
    assert "sont annulées" in mailbox.last(ZOE).text


def test_cancelling_all_takes_the_series_out_of_every_calendar(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    guest = a_guest(mailbox)
    mailbox.empty()
    cancel(host, plan, 3, "all")
    event = event_of(mailbox.last(ZOE))
    assert (calendar_of(mailbox.last(ZOE))["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 1)
    assert "recurrence-id" not in event
    assert "annulée" in guest.browser.open(guest.link).text
    assert plan.id not in host.browser.open("/meetings").html.partition("Passées")[0]


def test_the_last_date_that_is_left_takes_the_series_with_it(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host, count="2")
    cancel(host, plan, 1, "one")
    host.browser.open(f"{page_of(plan, 2)}/cancel")
    host.browser.send(f"{page_of(plan, 2)}/cancel")
    assert "recurrence-id" not in event_of(mailbox.last(ZOE)) and held(plan) == []


@pytest.mark.parametrize(
    ("number", "scope", "days"),
    [(3, "one", 7), (3, "one", -7), (3, "one", 8), (3, "following", -7), (2, "following", -8)],
)
def test_a_date_is_not_moved_onto_or_past_another(
    host: Host, mailbox: Mailbox, number: int, scope: str, days: int
) -> None:
    plan = weekly(host)
    mailbox.empty()
    day = monday_before_summer_time() + timedelta(weeks=number - 1, days=days)
    page = change(host, plan, number, scope, date=f"{day}")
    assert page.status == 400 and 'id="wrong-date"' in page.html
    assert local(held(plan)) == by_week(*["10:00"] * 6) and mailbox.mails == []


def test_a_change_of_nothing_tells_nobody(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    change(host, plan, 3, "one", time="17:00")
    mailbox.empty()
    for number, scope in ((1, "one"), (3, "one"), (2, "following"), (1, "all")):
        assert change(host, plan, number, scope).status == 303, scope
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"repeat": "hourly"}, "repeat"),
        ({"count": "1"}, "count"),
        ({"count": "91"}, "count"),
        ({"count": ""}, "count"),
        ({"ends": "until", "until": ""}, "until"),
        ({"ends": "until", "until": "2020-01-01"}, "until"),
        ({"repeat": "monthly_day", "count": "90"}, "count"),
    ],
)
def test_a_wrong_series_is_refused_beside_its_field_and_keeps_what_was_typed(
    host: Host, mailbox: Mailbox, wrong: dict[str, str], field: str
) -> None:
    typed = {"date": f"{monday_before_summer_time()}", "time": "10:00", "repeat": "weekly", "day_3": "yes", **wrong}
    page = host.fill_in(ZOE, **typed)
    assert page.status == 400 and f'id="wrong-{field}"' in page.html
    assert page.form("/meetings/new").fields["day_3"] == "yes"
    assert mailbox.mails == [] and "Point projet" not in host.browser.open("/meetings").text


def test_a_scope_that_is_none_changes_the_one_date(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    host.browser.open(f"{page_of(plan, 2)}/edit?scope=everything")
    host.browser.send(f"{page_of(plan, 2)}/edit", scope="\u0000", time="11:00")
    assert local(held(plan)) == by_week("10:00", "11:00", "10:00", "10:00", "10:00", "10:00")


@pytest.mark.parametrize("number", ["0", "7", "01", "x", "1-1", "9999999999"])
def test_a_date_that_the_series_does_not_have_is_not_found(host: Host, number: str) -> None:
    plan = weekly(host)
    for page in ("", "/edit", "/cancel"):
        assert host.browser.open(f"/meetings/{plan.id}-{number}{page}").status == 404


def test_the_form_says_in_words_what_it_asks_for(host: Host) -> None:
    host.browser.open("/meetings/new")
    typed: dict[str, Any] = {
        "title": "Comité",
        "date": f"{monday_before_summer_time()}",
        "time": "10:00",
        "repeat": "weekly",
        "day_0": "yes",
        "day_3": "yes",
        "count": "4",
    }
    page = host.browser.send("/meetings/new", show="yes", **typed)
    words = "Chaque semaine, le lundi et le jeudi à 10 h : 4 dates, du"
    assert page.status == 200 and words in page.text and "Comité" not in host.browser.open("/meetings").text
    host.browser.open("/meetings/new")
    answer = host.browser.call("POST", "/api/meetings/series", {**typed, "timezone": "Europe/Paris"})
    assert answer.json["words"].replace("\u202f", " ").replace("\u00a0", " ").startswith(words)
    untitled = host.browser.call("POST", "/api/meetings/series", {**typed, "title": "", "timezone": "Europe/Paris"})
    assert untitled.json == answer.json, "while the title is not typed yet"
    assert host.browser.call("POST", "/api/meetings/series", {**typed, "count": 4}).json == {"words": ""}
    assert host.browser.call("POST", "/api/meetings/series", {}).json == {"words": ""}


def test_the_words_are_in_the_readers_language(stores: Engine, mailbox: Mailbox) -> None:
    anne = a_host(language="en")
    page = anne.browser.open(weekly(anne).page)
    assert "Every week on Monday at 10:00: 6 dates, from" in page.text
    assert "Every week on Monday" in mailbox.last(ZOE).text and "Chaque semaine, le lundi" in mailbox.last(ZOE).text


def test_the_list_shows_a_series_once_and_its_page_every_date(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    cancel(host, plan, 2, "one")
    upcoming = host.browser.open("/meetings")
    assert upcoming.html.count(f'href="/meetings/{plan.id}') == 1 and "et 4 autres dates" in upcoming.text
    page = host.browser.open(plan.page)
    assert [f'href="/meetings/{plan.id}-{number}"' in page.html for number in range(1, 7)] == [False] + [True] * 5
    assert page.text.count("Date annulée") == 1


def test_others_find_no_date_of_a_series_that_is_not_theirs(host: Host, mailbox: Mailbox) -> None:
    plan = weekly(host)
    other = a_host("karim@ailleurs.fr")
    for page in (page_of(plan, 2), f"{page_of(plan, 2)}/edit?scope=all", f"{page_of(plan, 2)}/cancel"):
        assert other.browser.open(page).status == 404
