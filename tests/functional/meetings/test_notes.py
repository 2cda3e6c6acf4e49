"""The notes everybody edits."""

import base64
from typing import Any

import pytest
from pycrdt import Doc as AnyDoc
from pycrdt import Text

from chalicelib import ledger
from chalicelib.meetings import notes, scheduling
from chalicelib.register.stores import USAGE
from chalicelib.storage import expiry
from tests.functional.browser import Seen
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, a_guest, admitted, in_

Doc = AnyDoc[Any]


class Page:
    """Somebody's page: types, and saves what it typed."""

    def __init__(self, person: Guest, plan: Plan) -> None:
        self.person, self.plan = person, plan
        self.id = person.id(plan)
        self.doc: Doc = Doc()
        self.text = self.doc.get("notes", type=Text)
        self.number = 0

    def types(self, words: str, at: int | None = None) -> dict[str, Any]:
        """The change as it is posted, saved by nobody yet."""
        before = self.doc.get_state()
        if at is None:
            self.text += words
        else:
            self.text.insert(at, words)
        self.number += 1
        update = base64.b64encode(self.doc.get_update(before)).decode()
        return {"client": self.doc.client_id, "number": self.number, "update": update}

    def saves(self, change: dict[str, Any]) -> Seen:
        return self.person.browser.call("POST", self.plan.api("notes"), change)

    def reads(self) -> str:
        answer = self.person.browser.call("GET", self.plan.api("notes"))
        assert answer.status == 200
        if answer.json["update"]:
            self.doc.apply_update(base64.b64decode(answer.json["update"]))
        return str(self.text)


@pytest.fixture
def plan(host: Host) -> Plan:
    return host.plan("zoe@example.fr", "paul@example.com", **in_(0))


@pytest.fixture
def zoe(plan: Plan, mailbox: Mailbox) -> Page:
    return Page(admitted(plan, mailbox), plan)


@pytest.fixture
def paul(plan: Plan, mailbox: Mailbox) -> Page:
    return Page(admitted(plan, mailbox, "paul@example.com"), plan)


def test_what_people_type_at_the_same_time_is_one_text(zoe: Page, paul: Page) -> None:
    first, second = zoe.types("Décision : oui. "), paul.types("Budget 👍 ")
    assert zoe.saves(first).status == paul.saves(second).status == 204
    assert zoe.reads() == paul.reads()
    assert sorted(zoe.reads()) == sorted("Décision : oui. Budget 👍 ")


def test_the_same_change_twice_is_one(zoe: Page, paul: Page) -> None:
    change = zoe.types("une fois")
    zoe.saves(change)
    assert zoe.saves(change).status == 204
    assert paul.reads() == "une fois"


def test_changes_may_come_in_any_order(zoe: Page, paul: Page) -> None:
    first, second = zoe.types("un "), zoe.types("deux")
    zoe.saves(second)
    assert paul.reads() == ""
    zoe.saves(first)
    assert paul.reads() == "un deux"


def test_notes_are_sealed_and_go_with_their_clock(plan: Plan, zoe: Page) -> None:
    zoe.saves(zoe.types("confidentiel"))
    kept = [item for item in expiry.partition(USAGE, f"occurrence#{plan.occurrence}") if item["kind"] == "note_change"]
    assert len(kept) == 1
    assert "confidentiel" not in str(kept)
    answer = zoe.person.browser.call("GET", plan.api("notes"))
    assert answer.json["kept"] == "28d"
    assert abs(int(kept[0]["delete_by"]) - answer.json["until"]) < 60


@pytest.mark.parametrize(
    "broken",
    [
        {"client": "x"},
        {"number": -1},
        {"update": "not base64"},
        {"update": ""},
        {"client": 7},
        {"update": base64.b64encode(b"\x01\x01\x05\x00\x04\x01\x05other\x01a\x00").decode()},
    ],
)
def test_what_is_no_change_of_the_notes_is_refused(zoe: Page, broken: dict[str, Any]) -> None:
    assert zoe.saves(zoe.types("a") | broken).status == 400
    assert zoe.reads() == "a"
    assert notes.text(scheduling.occurrence_of(zoe.plan.occurrence)) == ""


def test_who_is_not_in_neither_reads_nor_writes(plan: Plan, mailbox: Mailbox) -> None:
    waiting = a_guest(mailbox)
    waiting.enter()
    page = Page(waiting, plan)
    assert page.saves(page.types("a")).status == 403
    assert waiting.browser.call("GET", plan.api("notes")).status == 403


def test_minutes_go_to_whom_the_host_wants_and_the_authors_copy_says_so(
    plan: Plan, host: Host, zoe: Page, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    assert zoe.person.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    zoe.saves(zoe.types("Décision : oui."))
    host.enter(plan)
    mailbox.mails.clear()
    assert host.browser.call("POST", plan.api("notes/minutes"), {"to": "me"}).status == 204
    (mail,) = mailbox.mails
    assert mail.to == host.account.email
    (file,) = mail.message.iter_attachments()
    assert (file.get_filename(), file.get_content().strip()) == ("compte-rendu.txt", "Décision : oui.")
    assert [line.what for line in ledger.of("zoe@example.fr") if line.row_key == "notes"] == ["minutes"]
    assert [line for line in ledger.of("paul@example.com") if line.row_key == "notes"] == []
    assert [push.message["what"] for push in worker.pushed("tell")] == ["minutes"]
    mailbox.mails.clear()
    host.browser.call("POST", plan.api("notes/minutes"), {"to": "all"})
    assert {mail.to for mail in mailbox.mails} == {host.account.email, "zoe@example.fr", "paul@example.com"}


def test_empty_notes_are_not_sent_and_a_guest_sends_none(plan: Plan, host: Host, zoe: Page) -> None:
    host.enter(plan)
    assert host.browser.call("POST", plan.api("notes/minutes"), {"to": "me"}).status == 409
    assert host.browser.call("POST", plan.api("notes/minutes"), {"to": "everybody"}).status == 400
    assert zoe.person.browser.call("POST", plan.api("notes/minutes"), {"to": "me"}).status in (401, 404)


def test_one_persons_words_can_be_erased_and_the_others_stay(plan: Plan, zoe: Page, paul: Page) -> None:
    zoe.saves(zoe.types("Zoé dit ceci. "))
    paul.reads()
    paul.saves(paul.types("Et Paul cela.", 4))
    occurrence = scheduling.occurrence_of(plan.occurrence)
    for change in notes.written_by(occurrence, zoe.id):
        notes.forget(occurrence, change)
    assert notes.text(occurrence) == "Et Paul cela."
    assert notes.written_by(occurrence, zoe.id) == []
    assert notes.authors(occurrence) == {paul.id}


def test_a_persons_copy_shows_the_words_that_person_typed(plan: Plan, zoe: Page, paul: Page) -> None:
    zoe.saves(zoe.types("Zoé dit ceci."))
    paul.saves(paul.types("Et Paul cela."))
    occurrence = scheduling.occurrence_of(plan.occurrence)
    mine = notes.written_by(occurrence, zoe.id)
    assert [change.body for change in mine] == ["Zoé dit ceci."]


@pytest.mark.parametrize("keep", ["end", "none"])
def test_the_meetings_choice_of_keeping_holds_for_its_notes(host: Host, mailbox: Mailbox, keep: str) -> None:
    plan = host.plan("zoe@example.fr", keep=keep, **in_(0))
    zoe = Page(admitted(plan, mailbox), plan)
    change = zoe.types("Décision")
    assert zoe.saves(change).status == (409 if keep == "none" else 204)
    answer = zoe.person.browser.call("GET", plan.api("notes")).json
    assert (answer["kept"], bool(answer["update"])) == (keep, keep == "end")
    scheduling.end(scheduling.occurrence_of(plan.occurrence))
    assert notes.text(scheduling.occurrence_of(plan.occurrence)) == ""
