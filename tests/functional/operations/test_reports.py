"""Reports of abuse: anybody writes one, an operator acts on it and answers."""

from typing import Any

import pytest

from chalicelib.billing import acts
from chalicelib.contact import actions as contact
from chalicelib.contact.models import Ticket
from chalicelib.fleet import actions as fleet
from tests.functional.browser import Browser, Seen
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Host, Plan, admitted, in_
from tests.functional.operations.conftest import ROOM

VISITOR = "victor@visiteur.example"
WORDS = "Un inconnu est entré et nous a menacés."
WHY = "signalement fondé, menaces entendues"


def report(place: str = "", browser: Browser | None = None, **typed: Any) -> Seen:
    browser = browser or Browser()
    browser.open("/report")
    right: dict[str, Any] = {
        "category": "harassment",
        "place": place,
        "name": "Victor Visiteur",
        "email": VISITOR,
        "body": WORDS,
        "faith": True,
    }
    return browser.send("/report", **{**right, **typed})


def only_one() -> Ticket:
    (ticket,) = contact.open_ones()
    return ticket


def running(host: Host, mailbox: Mailbox) -> Plan:
    plan = host.plan("zoe@example.fr", **in_(0))
    admitted(plan, mailbox)
    host.enter(plan)
    assert host.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    return plan


def test_whoever_reports_is_told_that_it_arrived_and_we_are_told_what(host: Host, mailbox: Mailbox) -> None:
    page = report()
    assert page.status == 200 and only_one().reference in page.text
    assert only_one().reference in mailbox.last(VISITOR).subject
    assert "nous a menacés" in mailbox.last("contact@iboo.live").text


@pytest.mark.parametrize("wrong", ["category", "body", "name", "email", "faith"])
def test_what_a_notice_needs_is_asked_for_and_nothing_typed_is_lost(wrong: str, host: Host, mailbox: Mailbox) -> None:
    typed: dict[str, Any] = {wrong: None if wrong == "faith" else ""}
    page = report(**typed)
    assert page.status == 400 and f'id="wrong-{wrong}"' in page.html
    assert contact.open_ones() == [] and mailbox.to("contact@iboo.live") == []
    assert wrong == "body" or "nous a menacés" in page.html


def test_harm_to_a_minor_is_reported_without_a_name(host: Host, mailbox: Mailbox) -> None:
    assert report(category="minors", name="", email="").status == 200
    assert only_one().email is None and only_one().category == "minors"
    assert len(mailbox.mails) == 1, "to us alone"


@pytest.mark.parametrize("by", ["id", "link", "page", "nothing"])
def test_the_meeting_is_found_by_what_people_have(by: str, host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    link = mailbox.last("zoe@example.fr").link("/i/")
    place = {"id": plan.occurrence, "link": link, "page": f"/m/{plan.occurrence}", "nothing": "hier à dix heures"}[by]
    assert report(place).status == 200
    assert only_one().about == (None if by == "nothing" else plan.occurrence)
    assert place in only_one().body


def test_the_room_leads_to_the_form_with_its_own_address(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    assert f'href="/report?meeting={plan.occurrence}"' in host.enter(plan).html
    page = Browser().open(f"/report?meeting={plan.occurrence}")
    assert f'value="{plan.occurrence}"' in page.html


def test_an_answer_never_tells_whether_a_meeting_exists(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan()
    seen = {report(place).status for place in (plan.occurrence, "aaaaaaaaaa-1")}
    assert seen == {200}


def test_an_operator_ends_the_reported_meeting_without_seeing_what_it_is(
    host: Host, operator: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = running(host, mailbox)
    report(plan.occurrence)
    at = f"{ROOM}/requests/{only_one().reference}"
    assert only_one().reference in operator.browser.open(f"{ROOM}/requests").text
    page = operator.browser.open(at)
    assert host.account.company in page.text and "Point projet" not in page.text and "Zoé" not in page.text
    assert operator.browser.send(f"{at}/end-meeting", reason="non").status == 400
    assert len(fleet.live_rooms()) == 1
    assert "terminée" in operator.browser.send(f"{at}/end-meeting", reason=WHY).text
    assert fleet.live_rooms() == [] and len(worker.pushed("end")) == 1
    (line,) = acts.concerning(host.account.company)
    assert (line.act, line.about, line.operator, line.reason) == ("end_meeting", plan.occurrence, "Chloé Martin", WHY)


def test_the_decision_is_told_and_the_report_closed(host: Host, operator: Host, mailbox: Mailbox) -> None:
    report()
    ticket = only_one()
    at = f"{ROOM}/requests/{ticket.reference}"
    operator.browser.open(at)
    assert operator.browser.send(f"{at}/answer", body="").status == 400
    assert operator.browser.send(f"{at}/answer", body="Nous avons fermé la salle.", settled=True).status == 200
    assert "fermé la salle" in mailbox.last(VISITOR).text
    assert contact.open_ones() == [] and contact.find(ticket.reference).closed_at


def test_a_request_is_closed_without_a_word(host: Host, operator: Host, mailbox: Mailbox) -> None:
    report()
    at = f"{ROOM}/requests/{only_one().reference}"
    operator.browser.open(at)
    sent = len(mailbox.mails)
    assert operator.browser.send(f"{at}/close").path == f"{ROOM}/requests"
    assert contact.open_ones() == [] and len(mailbox.mails) == sent
