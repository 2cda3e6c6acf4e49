"""The officer's console: who enters, and what its books hold."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import boto3
import pyotp
import pytest

from chalicelib import clock, gates, ledger, storage
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict, FormErrors, NotAllowed
from chalicelib.meetings.models import Meeting
from chalicelib.privacy.sweep import sweep
from chalicelib.register import ROWS
from chalicelib.register.events import Event
from chalicelib.register.stores import USAGE
from chalicelib.rights import assessments, authorities, breaches, deadlines, holds, officers, subprocessors
from chalicelib.storage import expiry
from chalicelib.storage.expiry import Place
from chalicelib.storage.items import table_name
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host, link_of, sign_in
from tests.functional.people import is_signed_in

from .people import CONTACT, an_officer, ask, at, enter_console

pytestmark = pytest.mark.usefixtures("stores")

ZOE = "zoe@example.fr"
DAY = 86_400
BOOKS = ["holds", "freezes", "breaches", "authorities", "subprocessors", "assessments", "decisions", "register"]
BREACH: dict[str, Any] = {
    "title": "Fuite d’un journal",
    "nature": "Un journal d’un serveur de média a été lisible.",
    "categories": "Adresses de participants",
    "people": "14",
    "records": "40",
    "consequences": "Courriels indésirables",
    "measures": "Journal fermé, clés changées",
    "risk": "high",
}
CONTRACT = "c" * 64
PROVIDER: dict[str, Any] = {
    "name": "Courriels SAS",
    "seat": "FR",
    "parent": "FR",
    "place": "France",
    "task": "envoi des courriels",
}


def test_to_anybody_else_there_is_no_console(host: Host, mailbox: Mailbox) -> None:
    for path in ("/console", "/console/enter", "/console/holds", "/console/breaches", "/console/register"):
        assert host.browser.open(path).status == 404, path
    assert Browser().open("/console", follow=False).status == 404


def test_an_officer_without_the_second_factor_sees_nothing(host: Host) -> None:
    officers.grant(host.account.id)
    assert host.browser.open("/console/holds").path == "/console/enter"
    page = host.browser.send("/console/enter", code="000000")
    assert page.status == 400
    assert host.browser.open("/console").path == "/console/enter"


def test_a_code_of_the_second_factor_works_once(host: Host) -> None:
    officers.grant(host.account.id)
    officer = officers.find(host.account.id)
    assert officer is not None
    code = pyotp.TOTP(officer.secret).at(clock.now())
    host.browser.open("/console/enter")
    assert "otpauth:" in host.browser.page.text
    assert host.browser.send("/console/enter", code=code).path == "/console"
    other = Host(host.account)
    sign_in(other)
    assert "otpauth:" not in other.browser.open("/console/enter").text, "the secret is shown until first used"
    assert other.browser.send("/console/enter", code=code).status == 400


def test_the_second_factor_counts_for_four_hours_and_falls_with_the_role(
    stores: object, clock_file: MovedClock
) -> None:
    dpo = an_officer()
    assert dpo.browser.open("/console").path == "/console"
    clock_file.move(hours=4)
    assert dpo.browser.open("/console").path == "/console/enter"
    enter_console(dpo)
    officers.revoke(dpo.account.id)
    assert dpo.browser.open("/console").status == 404


def test_the_secret_of_the_second_factor_is_sealed(host: Host) -> None:
    officers.grant(host.account.id)
    officer = officers.find(host.account.id)
    assert officer is not None and len(officer.secret) >= 32
    assert officer.secret not in repr(list(expiry.scan(officer.store)))


def test_every_look_and_act_is_written_down(stores: object) -> None:
    dpo = an_officer()
    dpo.browser.open("/console/holds")
    dpo.browser.send("/console/holds", number="LH-1")
    found = [line.what for line in officers.accesses()]
    assert found[:2] == ["POST /console/holds", "GET /console/holds"]
    assert {line.officer for line in officers.accesses()} == {dpo.account.id}


def test_the_role_is_given_by_a_command(host: Host, capsys: pytest.CaptureFixture[str]) -> None:
    assert officers.main(["grant", "nobody@example.fr"]) == 2
    assert officers.main(["grant", "anne@lefevre.fr"]) == 0
    assert officers.find(host.account.id) is not None
    assert officers.main(["revoke", "anne@lefevre.fr"]) == 0
    assert officers.find(host.account.id) is None


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/holds",
        "/freezes",
        "/breaches",
        "/authorities",
        "/subprocessors",
        "/assessments",
        "/decisions",
        "/register",
    ],
)
def test_every_book_opens_in_both_languages(stores: object, path: str) -> None:
    dpo = an_officer()
    for language in ("fr", "en"):
        storage.update(dpo.account, Account.language.set(language), always=True)
        page = dpo.browser.open(f"/console{path}")
        assert page.status == 200 and f'lang="{language}"' in page.html


@pytest.mark.parametrize("role", ["controller", "processor"])
def test_the_record_of_processing_is_a_table_to_take_along(stores: object, role: str) -> None:
    page = an_officer().browser.open(f"/console/register/{role}")
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/csv")
    assert len(page.body.decode().splitlines()) == 1 + sum(len(row.clocks) for row in ROWS if role in row.roles)


def test_a_customer_takes_the_kit_for_an_impact_assessment(host: Host) -> None:
    host.browser.open("/company/privacy")
    kit = host.browser.send("/company/privacy/assessment-kit").json
    assert kit["controller"] == "Cabinet Lefèvre" and kit["processing"]


def test_requests_are_listed_by_deadline(stores: object, clock_file: MovedClock) -> None:
    late = a_host("late@example.fr")
    ask(late.browser, right="objection")
    clock_file.move(days=20)
    soon = a_host("soon@example.fr")
    ask(soon.browser, right="rectification")
    text = an_officer().browser.open("/console").text
    assert text.index("opposer") < text.index("corriger")


def test_f07_a_legal_hold_outlives_the_clock_and_ends_within_the_hour_of_its_release(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan(ZOE)
    dpo = an_officer()
    dpo.browser.open("/console/holds")
    review = datetime.fromtimestamp(clock.now() + 150 * DAY, UTC).date().isoformat()
    hold: dict[str, Any] = {"number": "LH-7", "meeting": plan.id, "reason": "Ordonnance", "case": "TJ Paris 26/1234"}
    assert dpo.browser.send("/console/holds", **hold).status == 400, "a review date is needed"
    assert dpo.browser.send("/console/holds", **hold, review=review).status == 200
    assert "LH-7" in dpo.browser.page.text
    clock_file.move(days=30)
    sweep()
    assert storage.get(Meeting, f"meeting#{plan.id}", "meeting") is None, "hidden from the product all the same"
    assert expiry.read(Place(USAGE, f"meeting#{plan.id}", "meeting")) is not None
    clock_file.move(days=370)
    sweep()
    held = {item["kind"] for item in expiry.partition(USAGE, f"meeting#{plan.id}")}
    assert {"meeting", "occurrence", "invitation"} <= held
    holds.release("LH-7")
    sweep()
    assert list(expiry.partition(USAGE, f"meeting#{plan.id}")) == []
    assert holds.open_ones() == []


def test_a_hold_has_a_reason_a_case_and_a_review_within_six_months(host: Host, mailbox: Mailbox) -> None:
    places = holds.on_meeting(host.plan(ZOE).id)
    now = clock.now()
    for reason, case, review in (
        ("", "c", now + DAY),
        ("r", "", now + DAY),
        ("r", "c", 0),
        ("r", "c", now + 200 * DAY),
    ):
        with pytest.raises(FormErrors):
            holds.open_hold("LH-1", reason, case, review, "meeting", places, "dpo")
    assert holds.open_ones() == []


def test_f08_a_hold_released_after_six_years_dies_within_the_hour(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan(ZOE)
    holds.open_hold("LH-8", "r", "c", clock.now() + DAY, "meeting", holds.on_meeting(plan.id), "dpo")
    clock_file.move(days=6 * 366)
    holds.release("LH-8")
    item = boto3.client("dynamodb").get_item(
        TableName=table_name(USAGE), Key={"pk": {"S": f"meeting#{plan.id}"}, "sk": {"S": "meeting"}}
    )["Item"]
    assert abs(int(item["ttl"]["N"]) - clock.now()) < 60, "DynamoDB ignores a time to live more than 5 years past"
    sweep()
    assert list(expiry.partition(USAGE, f"meeting#{plan.id}")) == []


def test_f23_seventy_two_hours_run_through_the_weekend_and_lateness_needs_a_reason(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan(ZOE)
    at(clock_file, "2026-11-20", "18:00")
    sign_in(host)
    dpo = an_officer()
    dpo.browser.open("/console/breaches")
    typed = {**BREACH, "aware": "2026-11-20T17:30", "companies": host.account.company, "exception": "encrypted"}
    assert dpo.browser.send("/console/breaches", **typed).status == 200
    (breach,) = breaches.every()
    due = datetime.fromtimestamp(breaches.due_at(breach), deadlines.PARIS)
    assert (due.strftime("%A"), due.isoformat()) == ("Monday", "2026-11-23T17:30:00+01:00")
    path = f"/console/breaches/{breach.id}"
    page = dpo.browser.open(path)
    assert "Un journal d’un serveur" in page.text and plan.id in page.text and "keys not exposed" in page.text
    dpo.browser.send(f"{path}/customers")
    assert plan.id in host.browser.open("/company/privacy").text
    assert "violation" in mailbox.last(CONTACT).text.lower() or "violation" in mailbox.last(CONTACT).subject
    at(clock_file, "2026-11-23", "17:31")
    sign_in(dpo)
    enter_console(dpo)
    dpo.browser.open(path)
    assert dpo.browser.send(f"{path}/notify").status == 400, "late without a reason"
    assert dpo.browser.send(f"{path}/notify", late_reason="Analyse en cours").status == 200
    assert dpo.browser.send(f"{path}/notify").status == 200, "the second phase needs none"
    assert [int(phase.number) for phase in breaches.phases(breaches.find(breach.id))] == [1, 2]


def test_containment_signs_every_member_out_and_voids_the_links_in_one_act(host: Host, mailbox: Mailbox) -> None:
    host.plan(ZOE)
    link = link_of(mailbox, ZOE)
    assert Browser().open(link).status == 200
    other = a_host("autre@autre.fr")
    breach = breaches.open_breach(BREACH, clock.now(), [host.account.company])
    assert is_signed_in(host.browser)
    breaches.contain(notice.company for notice in breaches.notices(breach))
    assert not is_signed_in(host.browser) and is_signed_in(other.browser)
    assert Browser().open(link).status == 404, "personal links are void"


def test_people_are_told_at_high_risk_unless_the_data_was_unreadable(host: Host, mailbox: Mailbox) -> None:
    breach = breaches.open_breach(BREACH, clock.now(), [host.account.company])
    assert breaches.tell_people(breach) == 1
    assert "Courriels indésirables" in mailbox.last(host.account.email).text
    sealed = breaches.open_breach({**BREACH, "exception": "encrypted"}, clock.now(), [host.account.company])
    with pytest.raises(Conflict):
        breaches.tell_people(sealed)


def test_a_breach_with_a_risk_is_not_closed_before_the_cnil_knows(host: Host) -> None:
    breach = breaches.open_breach(BREACH, clock.now(), [])
    with pytest.raises(FormErrors):
        breaches.close(breach)
    breaches.notify(breach, "")
    breaches.close(breaches.find(breach.id))
    closed = breaches.find(breach.id)
    assert closed.state == "closed" and closed.delete_by


def test_f29_an_order_is_carried_out_through_the_register_only(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan(ZOE, "bruno@example.fr")
    dpo = an_officer()
    dpo.browser.open("/console/authorities")
    order: dict[str, Any] = {
        "authority": "Tribunal judiciaire de Paris",
        "reference": "26/1234",
        "ground": "article 145 du code de procédure civile",
        "asked": "Participation de Zoé",
        "given": "Invitation et présence",
        "meeting": plan.id,
        "email": ZOE,
    }
    assert dpo.browser.send("/console/authorities", **{**order, "ground": ""}).status == 400
    answer = dpo.browser.send("/console/authorities", **order)
    assert answer.status == 200 and answer.body[:2] == b"PK"
    (line,) = authorities.every()
    assert line.digest == sha256(answer.body).hexdigest() and line.decided_by == dpo.account.id
    assert "Tribunal" in mailbox.last(ZOE).text and line.told_at
    assert authorities.by_year() == {deadlines.day_of(clock.now()).year: 1}
    assert "Tribunal judiciaire de Paris" in {one.recipient for one in ledger.of(ZOE)}


def test_f29_while_an_order_is_secret_the_person_is_not_told(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan(ZOE)
    mailbox.empty()
    order = dict.fromkeys(authorities.FIELDS, "x") | {"meeting": plan.id}
    line, _content = authorities.disclose(order, "dpo", ZOE, gag_until=clock.now() + DAY)
    assert mailbox.to(ZOE) == []
    with pytest.raises(Conflict):
        authorities.tell(line, ZOE)
    clock_file.move(days=1, seconds=5)
    authorities.tell(line, ZOE)
    assert mailbox.to(ZOE)


def test_f30_without_a_contract_a_subprocessor_gets_no_data_and_with_one_after_thirty_days(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    dpo = an_officer()
    dpo.browser.open("/console/subprocessors")
    dpo.browser.send("/console/subprocessors", **PROVIDER)
    (item,) = subprocessors.every()
    action = f"/console/subprocessors/{item.id}/announce"
    dpo.browser.open("/console/subprocessors")
    assert dpo.browser.send(action).status == 400 and not subprocessors.may_work("Courriels SAS")
    assert mailbox.to(CONTACT) == []
    subprocessors.announce(subprocessors.find(item.id), CONTRACT)
    assert "sous-traitant" in mailbox.last(CONTACT).subject
    assert not subprocessors.may_work("Courriels SAS")
    assert "Courriels SAS" in Browser().open("/subprocessors").text
    host.browser.open("/company/privacy")
    host.browser.send(f"/company/privacy/subprocessors/{item.id}/object", words="Non merci")
    (objection,) = subprocessors.objections(item)
    assert objection.company == host.account.company
    clock_file.move(days=30)
    assert subprocessors.may_work("Courriels SAS")


def test_a_subprocessor_beyond_europe_needs_a_tool_for_the_transfer(stores: object) -> None:
    with pytest.raises(FormErrors):
        subprocessors.announce(subprocessors.draft({**PROVIDER, "name": "Far Inc", "parent": "US"}), CONTRACT)
    assert not subprocessors.may_work("Far Inc")


def test_a_feature_that_needs_an_assessment_stays_off_until_it_is_signed(
    stores: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBOO_STAGE", "prod")
    with pytest.raises(NotAllowed):
        gates.require("transcription")
    form = {"title": "Transcription", "measures": "Locale", "risk": "Faible"}
    item = assessments.write("transcription", form)
    with pytest.raises(NotAllowed):
        gates.require("transcription")
    assessments.sign("transcription", int(item.edition), "dpo")
    gates.require("transcription")
    newer = assessments.write("transcription", form)
    assessments.sign("transcription", int(newer.edition), "dpo")
    old, _new = gates.editions("transcription")
    assert old.closed_at and Event.CLOSED in old.moments()


def test_unsigned_choices_of_the_register_are_listed_and_signed_one_by_one(stores: object) -> None:
    dpo = an_officer()
    unsigned = [choice for row in ROWS for choice in row.unsigned]
    page = dpo.browser.open("/console/register")
    assert page.actions.count("/console/register/sign") == len(unsigned)
    dpo.browser.send("/console/register/sign")
    assert dpo.browser.page.actions.count("/console/register/sign") == len(unsigned) - 1
    token = dpo.browser.csrf
    answer = dpo.browser.post("/console/register/sign", {"csrf": token, "row": "right", "choice": "Anything"})
    assert answer.status == 400
