"""Rights of guests: the customer is controller, is told at once, decides; the person sees the clock."""

import io
import zipfile
from collections import Counter

import pytest

from chalicelib import storage
from chalicelib.meetings import notes, scheduling
from chalicelib.meetings.models import ChatMessage, Participant
from chalicelib.privacy import certificates
from chalicelib.register.stores import USAGE
from chalicelib.rights import freezes, steps, watch
from chalicelib.rights.forwarding import open_of
from chalicelib.storage import expiry
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host, admitted, sign_in
from tests.functional.meetings.test_notes import Page

from .people import CONTACT, ask, ask_as_guest, at, code_in, instruct, only_request, parts

pytestmark = pytest.mark.usefixtures("stores")

ZOE = "zoe@example.fr"


def kinds_of(meeting: str) -> list[str]:
    """Kinds of all that the table holds of a meeting."""
    partitions = (f"meeting#{meeting}", f"occurrence#{meeting}-1")
    return sorted(item["kind"] for item in expiry.scan(USAGE) if item["pk"] in partitions)


def test_f01_a_guests_erasure_goes_to_the_customer_who_executes_it_with_one_click(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    at(clock_file, "2026-11-23")
    sign_in(host)
    plan = host.plan(ZOE, "bruno@example.fr")
    admitted(plan, mailbox, ZOE)
    before = kinds_of(plan.id)
    assert {"invitation", "participant"} <= set(before)
    browser = ask_as_guest(mailbox, ZOE, "erasure")
    page = browser.page.text
    assert "Cabinet Lefèvre" in page and "23 novembre 2026" in page and "23 décembre 2026" in page
    assert [part.state for part in parts()] == ["forwarded"]
    assert kinds_of(plan.id) == before, "nothing is deleted before the customer says so"
    assert "cnil.fr" in page
    done = instruct(mailbox, "grant")
    assert done.status == 200 and "satisfaite" in done.text
    after = kinds_of(plan.id)
    gone = Counter(before) - Counter(after)
    assert gone["invitation"] == gone["delivery"] == gone["participant"] == 1, gone
    answer = mailbox.last(ZOE)
    assert "effacé" in answer.text and "CNIL" in answer.text
    certificate = browser.open(answer.link("/certificates/"))
    assert certificate.status == 200 and "Demande d’effacement" in certificate.text
    assert done.path and answer.link("/certificates/") in done.html, "the customer has it too"
    lines = certificates.lines(certificates.find(answer.link("/certificates/").rsplit("/", 1)[1]))
    assert {line.row: line.count for line in lines} == {"invite": 1, "guest": 1}, "this guest's, nobody else's"
    assert only_request().state == "closed" and only_request().outcome == "granted"


def test_what_others_said_stays_when_a_guest_is_erased(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan(ZOE, "bruno@example.fr")
    zoe, bruno = admitted(plan, mailbox, ZOE), admitted(plan, mailbox, "bruno@example.fr")
    for guest in (zoe, bruno):
        guest.browser.open(f"/m/{plan.occurrence}")
        answer = guest.browser.call("POST", plan.api("chat"), {"id": guest.id(plan), "body": "Bonjour"})
        assert answer.status in (200, 201), answer.body
    ask_as_guest(mailbox, ZOE, "erasure")
    instruct(mailbox, "grant")
    (left,) = storage.query(ChatMessage, f"occurrence#{plan.occurrence}", "chat#")
    assert left.participant == bruno.id(plan)
    people = storage.query(Participant, f"occurrence#{plan.occurrence}", "participant#")
    assert [person.id for person in people if person.role == "guest"] == [bruno.id(plan)]


def test_a_guests_words_leave_the_notes_and_those_of_others_stay(host: Host, mailbox: Mailbox) -> None:
    sign_in(host)
    plan = host.plan(ZOE, "bruno@example.fr")
    zoe, bruno = (Page(admitted(plan, mailbox, email), plan) for email in (ZOE, "bruno@example.fr"))
    zoe.saves(zoe.types("Zoé dit ceci. "))
    bruno.reads()
    bruno.saves(bruno.types("Bruno cela.", 4))
    ask_as_guest(mailbox, ZOE, "erasure")
    assert instruct(mailbox, "grant").status == 200
    assert notes.text(scheduling.occurrence_of(plan.occurrence)) == "Bruno cela."


def test_a_refusal_needs_a_reason_that_the_person_reads(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan(ZOE)
    ask_as_guest(mailbox, ZOE, "erasure")
    before = kinds_of(plan.id)
    assert instruct(mailbox, "refuse").status == 400
    assert instruct(mailbox, "refuse", "Un litige est en cours.").status == 200
    assert kinds_of(plan.id) == before
    assert "Un litige est en cours." in mailbox.last(ZOE).text
    assert only_request().outcome == "refused"


def test_an_instruction_is_given_once(host: Host, mailbox: Mailbox) -> None:
    host.plan(ZOE)
    ask_as_guest(mailbox, ZOE, "erasure")
    link = mailbox.last(CONTACT).link("/instructions/")
    first, second = Browser(), Browser()
    first.open(link)
    second.open(link)
    first.send(link, decision="grant")
    assert second.send(link, decision="refuse", reason="Trop tard").status == 409
    assert only_request().outcome == "granted"


def test_a_forged_link_shows_nothing(host: Host, mailbox: Mailbox) -> None:
    host.plan(ZOE)
    ask_as_guest(mailbox, ZOE, "erasure")
    link = mailbox.last(CONTACT).link("/instructions/")
    identifier = link.rsplit("/", 1)[1].split(".")[0]
    for forged in (f"{identifier}.1.aaaa", f"{identifier}.2.aaaa", "nothing.1.aaaa", identifier):
        assert Browser().open(f"/instructions/{forged}").status == 404
    assert Browser().open(f"/rights/{identifier}.aaaa").status == 404


def test_a_customer_who_does_not_answer_is_reminded_three_times_and_iboo_never_decides(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan(ZOE)
    ask_as_guest(mailbox, ZOE, "erasure")
    sent = len(mailbox.to(CONTACT))
    for days in (6, 1, 0, 7, 7, 5):
        clock_file.move(days=days)
        watch.run()
        watch.run()
    assert len(mailbox.to(CONTACT)) - sent == 3
    assert [part.state for part in parts()] == ["forwarded"]
    assert "invitation" in kinds_of(plan.id)


def test_a_guests_freeze_is_provisional_and_hides_the_data_until_the_customer_decides(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan(ZOE)
    link = mailbox.last(ZOE).link("/my-data/")
    ask_as_guest(mailbox, ZOE, "restriction")
    assert Browser().open(link).status == 409, "frozen: shown to nobody"
    assert ZOE not in host.browser.open(plan.page).text
    assert len(freezes.open_ones()) == 1
    clock_file.move(days=6, hours=1)
    watch.run()
    assert "levée" in mailbox.last(ZOE).text
    clock_file.move(days=1)
    watch.run()
    assert freezes.open_ones() == []
    assert ZOE in host.browser.open(plan.page).text


def test_f03_a_mixed_person_has_one_receipt_and_two_parts(mailbox: Mailbox, clock_file: MovedClock) -> None:
    at(clock_file, "2026-11-23")
    anne = a_host("anne@lefevre.fr")
    other = a_host("bob@autre.fr", name="Autre")
    other.plan("anne@lefevre.fr", title="Réunion chez Autre")
    page = ask(anne.browser, right="access")
    ours, theirs = parts()
    assert not ours.company and theirs.company == other.account.company
    assert (theirs.state, ours.state) == ("forwarded", "executed")
    assert page.text.count("Transmise à") == 1 and "23 décembre 2026" in page.text
    receipts = [mail for mail in mailbox.to("anne@lefevre.fr") if "parvenue" in mail.subject]
    assert len(receipts) == 1
    (download,) = [action for action in page.actions if "/parts/1" in action and not action.endswith("push")]
    content = anne.browser.send(download).body
    assert content[:2] == b"PK"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "anne@lefevre.fr" in everything and "Réunion chez Autre" not in everything


def test_a_public_request_of_a_guest_waits_for_the_code_then_reaches_the_customer(host: Host, mailbox: Mailbox) -> None:
    host.plan(ZOE)
    browser = Browser()
    ask(browser, right="erasure", email=ZOE)
    assert only_request().state == "received" and parts() == []
    link = browser.page.path
    browser.send(f"{link}/code", code=code_in(mailbox, ZOE))
    assert [part.state for part in parts()] == ["forwarded"]
    assert only_request().identity_method == "code"


def test_the_privacy_contacts_page_lists_what_waits(host: Host, mailbox: Mailbox) -> None:
    host.plan(ZOE)
    ask_as_guest(mailbox, ZOE, "erasure")
    page = host.browser.open("/company/privacy")
    assert page.status == 200 and "Faire effacer mes données" in page.text
    assert len(open_of(host.account.company)) == 1
    instruct(mailbox, "grant")
    assert open_of(host.account.company) == []


def test_every_step_is_in_the_history_and_its_clock_starts_at_the_end(host: Host, mailbox: Mailbox) -> None:
    host.plan(ZOE)
    ask_as_guest(mailbox, ZOE, "erasure")
    assert not only_request().delete_by, "an open file has no end"
    instruct(mailbox, "grant")
    what = [step.what for step in steps.of(only_request())]
    assert what[0] == "received:guest" and what[-1] == "closed"
    for item in (only_request(), *parts(), *steps.of(only_request())):
        assert item.delete_by
