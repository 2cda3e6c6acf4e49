"""Reading meetings by a program: what the member's pages show, and nothing of anybody else's."""

from typing import Any

import pytest

from tests.functional.api.programs import Program, program_of
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, Host, a_host, in_


def test_a_meeting_is_read_as_it_was_planned(host: Host, program: Program) -> None:
    plan = host.plan("zoe@example.fr", title="Point budget")
    (listed,) = program.get("/meetings").json["items"]
    one = program.get(f"/meetings/{plan.id}")
    assert one.status == 200 and one.json == listed
    assert one.json["id"] == one.json["meeting"] == plan.id
    assert (one.json["title"], one.json["state"], one.json["invited"]) == ("Point budget", "planned", 1)
    assert one.json["host"] == {"id": host.account.id, "name": "Anne Dupont"}
    assert one.json["starts_at"].endswith("Z") and one.json["url"].endswith(f"/m/{plan.id}-1")
    assert program.get(f"/meetings/{plan.occurrence}").json == one.json


def test_the_dates_of_a_series_are_meetings_of_their_own(host: Host, program: Program) -> None:
    plan = host.plan(repeat="weekly", ends="count", count="3")
    dates = program.get(f"/meetings/{plan.id}/dates").json["items"]
    assert [one["id"] for one in dates] == [f"{plan.id}-{number}" for number in (1, 2, 3)]
    assert all(one["series"] and one["meeting"] == plan.id for one in dates)
    assert program.get(f"/meetings/{plan.id}-2").json == dates[1]


def test_a_list_comes_in_pages_that_hold_each_meeting_once(host: Host, program: Program) -> None:
    plans = [host.plan(**in_((number + 1) * DAY)).id for number in range(5)]
    seen: list[str] = []
    path = "/meetings?limit=2"
    for size in (2, 2, 1):
        page = program.get(path).json
        assert len(page["items"]) == size
        seen += [one["id"] for one in page["items"]]
        path = f"/meetings?limit=2&cursor={page['next']}"
    assert page["next"] is None and seen == plans


def test_a_meeting_planned_meanwhile_moves_no_other_onto_another_page(host: Host, program: Program) -> None:
    plans = [host.plan(**in_((number + 2) * DAY)).id for number in range(3)]
    first = program.get("/meetings?limit=2").json
    host.plan(**in_(DAY))
    rest = program.get(f"/meetings?limit=2&cursor={first['next']}").json
    assert [one["id"] for one in rest["items"]] == plans[2:]


@pytest.mark.parametrize("cursor", ["x", "W10", "eyJhIjoxfQ", "WyJhIiwxXQ", "%C3%A9", "a" * 200])
def test_a_cursor_that_is_not_ours_is_said_to_be_none(program: Program, cursor: str) -> None:
    answer = program.get(f"/meetings?cursor={cursor}")
    assert answer.status == 400
    assert answer.json["errors"][0]["field"] == "cursor"


def test_what_is_cancelled_is_past(host: Host, program: Program) -> None:
    plan = host.plan()
    host.cancel(plan)
    assert program.get("/meetings").json["items"] == []
    (one,) = program.get("/meetings?when=past").json["items"]
    assert (one["id"], one["state"]) == (plan.id, "cancelled")


def test_the_people_invited_come_with_what_became_of_their_invitation(
    host: Host, program: Program, mailbox: Mailbox
) -> None:
    plan = host.plan("zoe@example.fr", "paul@example.fr")
    first = program.get(f"/meetings/{plan.id}/invitees?limit=1").json
    second = program.get(f"/meetings/{plan.id}/invitees?limit=1&cursor={first['next']}").json
    people = first["items"] + second["items"]
    assert {one["email"] for one in people} == {"zoe@example.fr", "paul@example.fr"}
    assert {one["state"] for one in people} == {"sent"} and second["next"] is None


@pytest.mark.parametrize("path", ["", "/dates", "/invitees"])
def test_another_companys_meeting_looks_like_none(host: Host, path: str) -> None:
    plan = host.plan("zoe@example.fr")
    theirs = program_of(a_host("paul@autre.fr"))
    missing = theirs.get(f"/meetings/unknown{path}")
    answer = theirs.get(f"/meetings/{plan.id}{path}")
    assert (answer.status, answer.json) == (404, missing.json)


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("when=never", "when"), ("page=2", "page")],
)
def test_a_wrong_query_is_said_by_its_field(program: Program, query: str, field: str) -> None:
    answer = program.get(f"/meetings?{query}")
    assert answer.status == 400
    assert answer.json["errors"][0]["field"] == field


@pytest.mark.parametrize(("language", "word"), [("fr", "jeton"), ("en", "token")])
def test_problems_speak_the_language_asked_for(program: Program, language: str, word: str) -> None:
    program.language = language
    answer = program.get("/meetings/unknown")
    problem: dict[str, Any] = answer.json
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert set(problem) == {"type", "title", "status", "detail", "code"}
    assert problem["status"] == answer.status == 404 and word in problem["detail"]


def test_nothing_of_an_answer_is_kept_on_the_way(program: Program) -> None:
    answer = program.get("/meetings")
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
