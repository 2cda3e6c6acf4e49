"""Planning, changing, cancelling and inviting by a program: the pages' rules, and each act once."""

from typing import Any

import pytest

from chalicelib import clock, keyed, storage
from chalicelib.accounts.models import Subscription
from chalicelib.accounts.scopes import Scope
from chalicelib.api import once
from chalicelib.meetings import book, invitations, scheduling
from chalicelib.meetings.addresses import Address
from chalicelib.meetings.models import BookEntry
from chalicelib.register.events import Event
from chalicelib.register.stores import EPHEMERAL
from chalicelib.storage import expiry
from tests.functional.api.programs import Program, Told, program_of
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, Guest, Host, a_host, in_, link_of
from tests.functional.recordings.watching import a_colleague

ZOE, PAUL = {"email": "zoe@example.fr", "name": "Zoé Été"}, {"email": "paul@example.fr"}


def wanted(**more: Any) -> dict[str, Any]:
    """A right request: an hour, tomorrow."""
    return {"title": "Point projet", **in_(DAY), "minutes": 60, **more}


def planned(program: Program, **more: Any) -> dict[str, Any]:
    answer = program.call("POST", "/meetings", wanted(**more))
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.json
    return made


def fields(answer: Told) -> list[str]:
    assert answer.status == 400, answer.body
    return [one["field"] for one in answer.json["errors"]]


def test_a_planned_meeting_is_on_the_members_page_and_its_guests_have_their_mail(
    host: Host, program: Program, mailbox: Mailbox
) -> None:
    made = planned(program, invitees=[ZOE, PAUL])
    page = host.browser.open(f"/meetings/{made['id']}")
    assert page.status == 200 and "Point projet" in page.text and "zoe@example.fr" in page.text
    assert (made["invited"], made["state"], made["series"]) == (2, "planned", False)
    guest = Guest(link_of(mailbox, "zoe@example.fr"))
    assert guest.enter().status == 200
    assert mailbox.last("anne@lefevre.fr")


def test_a_series_has_its_dates(program: Program) -> None:
    made = planned(program, repeat={"every": "weekly", "count": 4})
    dates = program.get(f"/meetings/{made['meeting']}/dates").json["items"]
    assert [one["state"] for one in dates] == ["planned"] * 4 and made["series"]


def test_a_meeting_is_planned_for_a_colleague_by_the_rules_of_the_page(host: Host, program: Program) -> None:
    lea = a_colleague(host)
    made = planned(program, host=lea.account.id, cohosts=[host.account.id])
    assert made["host"]["id"] == lea.account.id
    assert lea.browser.open(f"/meetings/{made['id']}").status == 200
    stranger = a_host("paul@autre.fr")
    assert fields(program.call("POST", "/meetings", wanted(host=stranger.account.id))) == ["host"]
    assert fields(program.call("POST", "/meetings", wanted(cohosts=[stranger.account.id]))) == ["cohosts"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"title": 1}, "title"),
        ({"title": "a\u0000b"}, "title"),
        ({"date": "2020-01-01"}, "date"),
        ({"date": "9999-12-31"}, "date"),
        ({"date": "tomorrow"}, "date"),
        ({"time": "25:00"}, "time"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"timezone": "../etc"}, "timezone"),
        ({"minutes": 4}, "minutes"),
        ({"minutes": 240}, "minutes"),
        ({"keep": "ever"}, "keep"),
        ({"repeat": {"every": "daily"}}, "repeat.every"),
        ({"repeat": {"every": "weekly"}}, "count"),
        ({"invitees": [{"email": "no address"}]}, "invitees"),
        ({"invitees": [{"name": "Zoé"}]}, "invitees[0].email"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_said_by_its_field_and_nothing_is_planned(
    program: Program, change: dict[str, Any], field: str
) -> None:
    assert fields(program.call("POST", "/meetings", wanted(**change))) == [field]
    assert program.get("/meetings").json["items"] == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"a"', b"\xff", b'{"title":' * 5_000])
def test_a_body_that_is_no_object_is_refused(program: Program, body: bytes) -> None:
    assert program.call("POST", "/meetings", body).status == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_kind_is_said_to_be_one(program: Program, kind: str) -> None:
    answer = program.call("POST", "/meetings", b"{}", Content_Type=kind)
    assert (answer.status, answer.json["code"]) == (415, "not_json")


def test_a_company_that_may_not_meet_is_told_so(host: Host, program: Program, clock_file: MovedClock) -> None:
    clock_file.move(days=29)
    subscription = storage.get(Subscription, f"company#{host.account.company}", "subscription")
    assert subscription is not None
    storage.update(subscription, Subscription.until.set(clock.now() - 1))
    answer = program.call("POST", "/meetings", wanted())
    assert (answer.status, answer.json["code"]) == (403, "plan_over")


def test_the_plans_number_of_invitations_holds_for_programs(program: Program) -> None:
    many = [{"email": f"guest{number}@example.fr"} for number in range(51)]
    assert fields(program.call("POST", "/meetings", wanted(invitees=many))) == ["invitees"]


def test_who_was_invited_moves_the_clock_of_their_entry_in_the_book(
    host: Host, program: Program, clock_file: MovedClock
) -> None:
    book.keep(host.account, [Address("zoe@example.fr", "Zoé")])
    place = f"book#{host.account.company}", f"entry#{keyed.email_hash('zoe@example.fr')}"
    before = storage.get(BookEntry, *place)
    clock_file.move(days=3)
    planned(program, invitees=[ZOE])
    after = storage.get(BookEntry, *place)
    assert before is not None and after is not None
    assert after.moments()[Event.LAST_USE] > before.moments()[Event.LAST_USE]


def test_a_change_changes_what_it_names_and_tells_everybody(program: Program, mailbox: Mailbox) -> None:
    made = planned(program, invitees=[ZOE])
    mailbox.empty()
    later = in_(2 * DAY)
    answer = program.call("PATCH", f"/meetings/{made['id']}", {"title": "Point budget", "date": later["date"]})
    assert answer.status == 200
    assert answer.json["title"] == "Point budget" and answer.json["starts_at"] > made["starts_at"]
    assert answer.json["timezone"] == made["timezone"]
    assert "Point budget" in mailbox.last("zoe@example.fr").text


def test_a_change_that_changes_nothing_writes_to_nobody(program: Program, mailbox: Mailbox) -> None:
    made = planned(program, invitees=[ZOE])
    mailbox.empty()
    assert program.call("PATCH", f"/meetings/{made['id']}", {"title": made["title"]}).json == made
    assert program.call("PATCH", f"/meetings/{made['id']}", {}).json == made
    assert not mailbox.to("zoe@example.fr")


def test_one_date_of_a_series_or_all_are_changed(program: Program) -> None:
    made = planned(program, repeat={"every": "weekly", "count": 3})
    program.call("PATCH", f"/meetings/{made['meeting']}-2", {"title": "Seule"})
    titles = [one["title"] for one in program.get(f"/meetings/{made['meeting']}/dates").json["items"]]
    assert titles == ["Point projet", "Seule", "Point projet"]
    answer = program.call("PATCH", f"/meetings/{made['meeting']}", {"title": "Toutes", "scope": "all"})
    assert answer.status == 200
    titles = [one["title"] for one in program.get(f"/meetings/{made['meeting']}/dates").json["items"]]
    assert titles == ["Toutes"] * 3


def test_a_cancelled_meeting_is_told_to_its_guests_and_can_be_read(program: Program, mailbox: Mailbox) -> None:
    made = planned(program, invitees=[ZOE])
    answer = program.call("POST", f"/meetings/{made['id']}/cancel", {})
    assert (answer.status, answer.json["state"]) == (200, "cancelled")
    assert "a annulé la réunion" in mailbox.last("zoe@example.fr").text
    assert program.call("POST", f"/meetings/{made['id']}/cancel", {}).status == 404
    assert program.call("PATCH", f"/meetings/{made['id']}", {"title": "Trop tard"}).status == 404
    assert program.get(f"/meetings/{made['id']}").status == 200


def test_people_are_added_taken_out_and_written_to_again(program: Program, mailbox: Mailbox) -> None:
    made = planned(program, invitees=[ZOE])
    path = f"/meetings/{made['id']}/invitees"
    added = program.call("POST", path, {"invitees": [PAUL, ZOE]})
    assert added.status == 200 and len(added.json["items"]) == 2
    assert len(mailbox.to("zoe@example.fr")) == 1, "who is invited already gets no second mail"
    zoe = next(one for one in added.json["items"] if one["email"] == "zoe@example.fr")
    guest = Guest(link_of(mailbox, "zoe@example.fr"))
    for _ in range(2):
        assert program.call("DELETE", f"{path}/{zoe['id']}").status == 204
    assert guest.browser.open(guest.link).status == 404
    people = {one["email"]: one["state"] for one in program.get(path).json["items"]}
    assert people == {"zoe@example.fr": "revoked", "paul@example.fr": "sent"}
    again = program.call("POST", f"{path}/{zoe['id']}/resend")
    assert (again.status, again.json["state"]) == (200, "sent")
    assert Guest(link_of(mailbox, "zoe@example.fr")).enter().status == 200


WRITING = [
    ("PATCH", "/meetings/{meeting}", {"title": "Volé"}),
    ("POST", "/meetings/{meeting}/cancel", {}),
    ("POST", "/meetings/{meeting}/invitees", {"invitees": [PAUL]}),
    ("DELETE", "/meetings/{meeting}/invitees/{invitee}", None),
    ("POST", "/meetings/{meeting}/invitees/{invitee}/resend", None),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITING, ids=[f"{one[0]} {one[1]}" for one in WRITING])
def test_another_companys_meeting_is_none_to_write_to(
    host: Host, mailbox: Mailbox, method: str, path: str, body: Any
) -> None:
    plan = host.plan("zoe@example.fr")
    (zoe,) = invitations.of(scheduling.read(plan.id).meeting)
    mailbox.empty()
    theirs = program_of(a_host("paul@autre.fr"))
    answer = theirs.call(method, path.format(meeting=plan.id, invitee=zoe.id), body)
    assert answer.status == 404
    assert answer.json == theirs.call(method, path.format(meeting="unknown", invitee="unknown"), body).json
    assert not mailbox.to("zoe@example.fr") and not mailbox.to("paul@example.fr")
    assert program_of(host).get(f"/meetings/{plan.id}").json["title"] == "Point projet"


def test_an_invitee_of_another_meeting_is_none_of_this_one(host: Host, program: Program) -> None:
    one, other = host.plan("zoe@example.fr"), host.plan("paul@example.fr")
    (zoe,) = invitations.of(scheduling.read(one.id).meeting)
    assert program.call("DELETE", f"/meetings/{other.id}/invitees/{zoe.id}").status == 404


def test_a_colleague_of_the_house_is_not_the_host(host: Host, program: Program) -> None:
    lea = a_colleague(host)
    plan = lea.plan()
    assert program.get(f"/meetings/{plan.id}").status == 404, "an owner reads no colleague's meetings either"


def test_the_same_request_with_its_key_is_done_once(program: Program, mailbox: Mailbox) -> None:
    first = program.call("POST", "/meetings", wanted(invitees=[ZOE]), Idempotency_Key="abc")
    again = program.call("POST", "/meetings", wanted(invitees=[ZOE]), Idempotency_Key="abc")
    assert (first.status, again.status) == (201, 201) and again.json["id"] == first.json["id"]
    assert "idempotent-replayed" not in first.headers and again.headers["idempotent-replayed"] == "true"
    assert len(program.get("/meetings").json["items"]) == 1 and len(mailbox.to("zoe@example.fr")) == 1


def test_resending_with_a_key_writes_one_mail(program: Program, mailbox: Mailbox) -> None:
    made = planned(program, invitees=[ZOE])
    (zoe,) = program.get(f"/meetings/{made['id']}/invitees").json["items"]
    mailbox.empty()
    for _ in range(2):
        path = f"/meetings/{made['id']}/invitees/{zoe['id']}/resend"
        assert program.call("POST", path, Idempotency_Key="once").status == 200
    assert len(mailbox.to("zoe@example.fr")) == 1


def test_a_key_of_another_request_is_refused(program: Program) -> None:
    program.call("POST", "/meetings", wanted(), Idempotency_Key="abc")
    answer = program.call("POST", "/meetings", wanted(title="Autre"), Idempotency_Key="abc")
    assert (answer.status, answer.json["code"]) == (422, "key_used")


def test_a_key_belongs_to_its_token(host: Host, program: Program) -> None:
    program.call("POST", "/meetings", wanted(), Idempotency_Key="abc")
    other = program_of(host).call("POST", "/meetings", wanted(), Idempotency_Key="abc")
    assert other.status == 201 and len(program.get("/meetings").json["items"]) == 2


def test_what_was_refused_may_be_corrected_under_the_same_key(program: Program) -> None:
    assert program.call("POST", "/meetings", wanted(minutes=600), Idempotency_Key="abc").status == 400
    assert program.call("POST", "/meetings", wanted(), Idempotency_Key="abc").status == 201


def test_what_is_under_way_or_broke_off_is_not_done_again(program: Program) -> None:
    first = program.call("POST", "/meetings", wanted(), Idempotency_Key="abc")
    (row,) = [item for item in expiry.scan(EPHEMERAL) if item["kind"] == "api_request"]
    found = storage.get(once.ApiRequest, row["pk"], row["sk"])
    assert first.status == 201 and found is not None
    storage.update(found, once.ApiRequest.result.remove())
    answer = program.call("POST", "/meetings", wanted(), Idempotency_Key="abc")
    assert (answer.status, answer.json["code"]) == (409, "still_at_it")


def test_a_key_is_forgotten_after_a_day_and_holds_nobodys_data(program: Program, clock_file: MovedClock) -> None:
    body = wanted(**in_(3 * DAY), invitees=[ZOE])
    program.call("POST", "/meetings", body, Idempotency_Key="zoe@example.fr")
    rows = [item for item in expiry.scan(EPHEMERAL) if item["kind"] == "api_request"]
    assert len(rows) == 1 and "zoe" not in str(rows) and "Point" not in str(rows)
    clock_file.move(days=1, seconds=1)
    program.call("POST", "/meetings", body, Idempotency_Key="zoe@example.fr")
    assert len(program.get("/meetings").json["items"]) == 2


@pytest.mark.parametrize("key", ["x" * 256, "clé"])
def test_a_key_that_is_none_is_refused(program: Program, key: str) -> None:
    assert fields(program.call("POST", "/meetings", wanted(), Idempotency_Key=key)) == ["Idempotency-Key"]


def test_a_token_that_only_reads_writes_nothing(host: Host) -> None:
    assert program_of(host, Scope.READ).call("POST", "/meetings", wanted()).status == 403
    assert program_of(host, Scope.READ).get("/meetings").json["items"] == []
