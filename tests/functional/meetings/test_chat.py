"""What people write to each other."""

from threading import Barrier, Thread
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.meetings import chat, lobby, scheduling
from chalicelib.meetings.rules import LONGEST_MESSAGE
from chalicelib.register.stores import EPHEMERAL, KEYS, USAGE
from chalicelib.storage import expiry, suspension
from chalicelib.storage.expiry import Place
from tests.functional.browser import Seen
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, a_guest, admitted, in_


@pytest.fixture
def plan(host: Host) -> Plan:
    return host.plan("zoe@example.fr", "paul@example.com", **in_(0))


@pytest.fixture
def zoe(plan: Plan, mailbox: Mailbox) -> Guest:
    return admitted(plan, mailbox)


def say(guest: Guest | Host, plan: Plan, body: object, identifier: object = "1") -> Seen:
    return guest.browser.call("POST", plan.api("chat"), {"id": identifier, "body": body})


def read(guest: Guest | Host, plan: Plan, after: int = 0) -> list[dict[str, Any]]:
    """Every line beyond ``after``, page by page."""
    answer = guest.browser.call("GET", plan.api(f"chat?after={after}"))
    assert answer.status == 200
    lines: list[dict[str, Any]] = answer.json["messages"]
    return lines + (read(guest, plan, lines[-1]["seq"]) if answer.json["more"] else [])


def test_a_line_is_stored_numbered_and_pushed(plan: Plan, zoe: Guest, worker: ScriptedWorker) -> None:
    assert zoe.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    answer = say(zoe, plan, "  Bonjour <b>à tous</b> 👋 ")
    assert answer.status == 201
    line = answer.json["message"]
    assert (line["seq"], line["name"], line["body"]) == (1, "Zoé Été", "Bonjour <b>à tous</b> 👋")
    assert line["participant"] == zoe.id(plan)
    assert [push.message for push in worker.pushed("chat")] == [line]
    assert read(zoe, plan) == [line]


def test_while_keys_can_not_be_had_nothing_is_half_written_and_people_meet(
    plan: Plan, zoe: Guest, worker: ScriptedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr("chalicelib.storage.keys._kek", away)
        assert say(zoe, plan, "bonjour", "a").status == 500
        assert zoe.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    assert say(zoe, plan, "bonjour", "a").status == 201
    assert [(line["seq"], line["body"]) for line in read(zoe, plan)] == [(1, "bonjour")]


def test_a_line_is_kept_when_no_room_hears_it(plan: Plan, zoe: Guest) -> None:
    assert say(zoe, plan, "tout seul").status == 201
    assert [line["body"] for line in read(zoe, plan)] == ["tout seul"]


def test_the_same_id_twice_is_one_line(plan: Plan, zoe: Guest, worker: ScriptedWorker) -> None:
    first, second = say(zoe, plan, "une fois", "same"), say(zoe, plan, "une fois", "same")
    assert first.json == second.json and len(read(zoe, plan)) == 1


def test_the_same_id_of_two_people_is_two_lines(plan: Plan, zoe: Guest, mailbox: Mailbox) -> None:
    paul = admitted(plan, mailbox, "paul@example.com")
    say(zoe, plan, "de Zoé", "1")
    say(paul, plan, "de Paul", "1")
    assert [line["body"] for line in read(zoe, plan)] == ["de Zoé", "de Paul"]


def test_twenty_people_writing_at_once_leave_no_gap_and_lose_no_line(plan: Plan, zoe: Guest) -> None:
    writers = 20
    start = Barrier(writers)
    answers: list[Seen] = []

    def write(number: int) -> None:
        start.wait()
        answers.append(say(zoe, plan, f"ligne {number}", f"{number}"))

    threads = [Thread(target=write, args=[number]) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {201}
    lines = read(zoe, plan)
    assert [line["seq"] for line in lines] == list(range(1, writers + 1))
    assert {line["body"] for line in lines} == {f"ligne {number}" for number in range(writers)}


def test_a_late_joiner_reads_everything_in_order_page_by_page(plan: Plan, zoe: Guest, mailbox: Mailbox) -> None:
    occurrence = scheduling.occurrence_of(plan.occurrence)
    (person,) = [one for one in lobby.participants(occurrence) if one.id == zoe.id(plan)]
    for number in range(chat.PAGE + 3):
        chat.say(occurrence, person, f"{number}", f"ligne {number}")
    late = admitted(plan, mailbox, "paul@example.com")
    first = late.browser.call("GET", plan.api("chat?after=0"))
    assert len(first.json["messages"]) == chat.PAGE and first.json["more"] is True
    assert [line["body"] for line in read(late, plan)] == [f"ligne {number}" for number in range(chat.PAGE + 3)]


def test_only_the_lines_beyond_a_number_are_read(plan: Plan, zoe: Guest) -> None:
    for number in range(3):
        say(zoe, plan, f"{number}", f"{number}")
    assert [line["seq"] for line in read(zoe, plan, 1)] == [2, 3]
    assert read(zoe, plan, 3) == []


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "²", "9" * 10])
def test_a_number_that_is_none_is_refused(plan: Plan, zoe: Guest, after: str) -> None:
    assert zoe.browser.call("GET", plan.api(f"chat?after={quote(after)}")).status == 400


@pytest.mark.parametrize(
    ("identifier", "body"),
    [
        ("1", ""),
        ("1", "   \n "),
        ("1", "a" * (LONGEST_MESSAGE + 1)),
        ("", "a"),
        ("a" * 65, "a"),
        (1, "a"),
        ("1", None),
        ("1", ["a"]),
    ],
)
def test_what_is_no_line_is_refused(plan: Plan, zoe: Guest, identifier: object, body: object) -> None:
    answer = say(zoe, plan, body, identifier)
    assert (answer.status, answer.json["error"]["code"]) == (400, "bad_input")
    assert read(zoe, plan) == []


def test_the_longest_line_is_taken(plan: Plan, zoe: Guest) -> None:
    assert say(zoe, plan, "é" * LONGEST_MESSAGE).status == 201


def test_nobody_reads_or_writes_who_was_not_let_in(plan: Plan, zoe: Guest, mailbox: Mailbox) -> None:
    say(zoe, plan, "entre nous")
    waiting = a_guest(mailbox, "paul@example.com")
    waiting.enter(first_name="Paul", name="Martin")
    for _ in range(2):
        assert waiting.browser.call("GET", plan.api("chat")).status == 403
        assert say(waiting, plan, "coucou").status == 403
        plan.host.decide(plan, "refuse", waiting.id(plan))
    assert [line["body"] for line in read(zoe, plan)] == ["entre nous"]


def test_what_is_said_lies_sealed_in_the_store(plan: Plan, zoe: Guest) -> None:
    say(zoe, plan, "un secret bien gardé")
    raw = str([item for store in (USAGE, KEYS, EPHEMERAL) for item in expiry.scan(store)])
    assert "un secret bien gardé" not in raw
    (message,) = [item for item in expiry.scan(USAGE) if item["kind"] == "chat_message"]
    assert set(message["sealed"]) == {"name", "body"}
    assert "name" not in message and "Zoé" not in str(message)


def test_the_host_writes_like_everybody(plan: Plan, zoe: Guest) -> None:
    plan.host.enter(plan)
    assert say(plan.host, plan, "Bienvenue").status == 201
    assert read(zoe, plan)[0]["name"] == "Anne Dupont"


def test_a_frozen_line_stops_nobody_from_writing(plan: Plan, zoe: Guest) -> None:
    assert say(zoe, plan, "une", "1").status == 201
    suspension.freeze(Place(USAGE, f"occurrence#{plan.occurrence}", "chat#0000000001"))
    assert say(zoe, plan, "deux", "2").json["message"]["seq"] == 2
