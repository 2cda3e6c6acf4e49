"""Rights of customers and visitors: what Iboo itself answers for."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

import pytest

from chalicelib import automated, clock, ledger, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Account, Company, Contract
from chalicelib.consents import newsletter, objections
from chalicelib.errors import Conflict, Gone
from chalicelib.gateways import transfer
from chalicelib.privacy.sweep import sweep
from chalicelib.register.events import Event
from chalicelib.register.stores import PEOPLE
from chalicelib.rights import (
    decisions,
    directives,
    erasing,
    extending,
    freezes,
    inbound,
    packages,
    pushing,
    steps,
    watch,
)
from chalicelib.storage import expiry
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, sign_in
from tests.functional.newsletter.sending import send
from tests.functional.people import OTHER_PASSWORD, join, sign_up
from tests.functional.people import sign_in as sign_in_page

from .people import an_officer, ask, at, code_in, enter_console, only_request, parts

pytestmark = pytest.mark.usefixtures("stores")

ANNE = "anne@lefevre.fr"
NEW = "anne.privee@example.fr"


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def a_contract(account: Account) -> None:
    """The proof that the trial's terms were accepted."""
    item = Contract(
        f"company#{account.company}",
        f"contract#{clock.now()}",
        company=account.company,
        account=account.id,
        company_name="Cabinet Lefèvre",
        signatory="Anne Dupont",
        signatory_email=account.email,
        documents=[],
        accepted_at=clock.now(),
    )
    storage.create(item, {})


def a_mail(sender: str, subject: str, body: str, arrived: int) -> bytes:
    message = EmailMessage()
    date = format_datetime(datetime.fromtimestamp(arrived, UTC))
    message["Received"] = f"from mx.example by inbound.iboo.live; {date}"
    message["From"], message["To"], message["Subject"] = sender, "rgpd@iboo.live", subject
    message["Date"] = "Mon, 01 Jan 2001 00:00:00 +0000"
    message.set_content(body)
    return message.as_bytes()


def test_f02_an_erasure_under_contract_shows_the_plan_and_keeps_what_the_law_keeps(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    at(clock_file, "2026-11-23")
    sign_in(host)
    a_contract(host.account)
    newsletter.became_customer(ANNE, "fr", refused=False)
    page = ask(host.browser, right="erasure")
    assert "Le contrat est en cours" in page.text and "litige" in page.text
    (action,) = [one for one in page.actions if one.endswith("/erase")]
    assert host.browser.send(action, code="1").status == 400, "the end of the contract must be confirmed"
    assert host.browser.send(action, terminate=True).status == 400, "and a code given"
    host.browser.send(f"{host.browser.page.path.removesuffix('/erase')}/send-code")
    assert accounts.by_email(ANNE) is not None
    planned = {fate.row for fate in erasing.plan(host.account, terminated=True) if fate.erased}
    host.browser.send(action, terminate=True, code=code_in(mailbox, ANNE))
    assert accounts.by_email(ANNE) is None
    request = only_request()
    assert (request.outcome, request.state) == ("partly", "closed")
    answer = mailbox.last(ANNE)
    assert "en partie" in answer.text and "conservé jusqu’au" in answer.text and "CNIL" in answer.text
    left = erasing.remaining(host.account)
    assert "newsletter" in planned and "suppression" not in planned
    assert not left & planned, "what the plan erases is what a census of the person no longer finds"
    (contract,) = [item for item in expiry.scan(PEOPLE) if item["kind"] == "contract"]
    assert Event.TERMINATED in contract["events"]


def test_a_frozen_person_may_still_be_erased(host: Host, mailbox: Mailbox) -> None:
    ask(host.browser, right="restriction")
    page = ask(host.browser, right="erasure")
    (action,) = [one for one in page.actions if one.endswith("/erase")]
    host.browser.send(action.replace("/erase", "/send-code"))
    host.browser.send(action, terminate=True, code=code_in(mailbox, ANNE))
    assert accounts.by_email(ANNE) is None and freezes.open_ones() == []


def test_a_member_takes_nothing_of_the_company_along(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox, ANNE)
    join(anne, mailbox, "karim@lefevre.fr")
    karim = accounts.by_email("karim@lefevre.fr")
    assert karim is not None
    rows = {fate.row for fate in erasing.plan(karim, terminated=True)}
    assert "account" in rows and "contract" not in rows
    erasing.carry_out(karim)
    assert accounts.by_email(ANNE) is not None
    assert "company" in {item["kind"] for item in expiry.scan(PEOPLE)}


def test_an_objection_outlives_the_account(host: Host, mailbox: Mailbox) -> None:
    objections.oppose(ANNE, "form")
    erasing.carry_out(host.account)
    assert objections.opposed(ANNE)
    assert erasing.remaining(host.account) >= {"suppression"}


def test_an_erasure_without_a_known_account_says_that_nothing_is_kept(mailbox: Mailbox) -> None:
    browser = Browser()
    ask(browser, right="erasure", email=NEW)
    browser.send(f"{browser.page.path}/code", code=code_in(mailbox, NEW))
    assert "ne conserve rien" in mailbox.last(NEW).text and only_request().outcome == "granted"


def test_f09_a_freeze_stops_every_use_but_the_persons_own(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    newsletter.became_customer(ANNE, "fr", refused=False)
    dpo = an_officer()
    assert ask(host.browser, right="rectification", words="Le nom est faux.", freeze=True).status == 200
    request = only_request()
    mailbox.empty()
    send()
    assert mailbox.to(ANNE) == [], "no newsletter"
    assert host.browser.open("/account").status == 200, "their own use goes on"
    page = dpo.browser.open(f"/console/requests/{request.id}")
    assert "Gelé" in page.text
    before = expiry.read(freezes.place_of(f"people|account#{host.account.id}|account"))
    clock_file.move(days=2)
    sign_in(host)
    assert host.browser.open("/account").status == 200
    after = expiry.read(freezes.place_of(f"people|account#{host.account.id}|account"))
    assert before is not None and after is not None
    assert before["events"] == after["events"], "the last use moves nothing while frozen"
    (freeze,) = freezes.open_ones()
    with pytest.raises(Conflict):
        freezes.lift(freeze)
    enter_console(dpo)
    action = f"/console/requests/{request.id}"
    dpo.browser.open(action)
    answer = dpo.browser.send(
        f"{action}/decide", outcome="granted", field="company.name", value="Cabinet Lefèvre et Fille"
    )
    assert answer.status == 200, answer.text
    company = storage.get(Company, f"company#{host.account.company}", "company", because="consent")
    assert company is not None and company.name == "Cabinet Lefèvre et Fille"
    assert any("levée" in mail.text for mail in mailbox.to(ANNE)), "told before it is lifted"
    assert freezes.open_ones(), "not lifted yet"
    assert any(step.what == "recipient told" for step in steps.of(only_request()))
    clock_file.move(days=1, seconds=5)
    watch.run()
    assert freezes.open_ones() == []
    account = accounts.find(host.account.id)
    assert account is not None and not account.frozen


def test_f10_a_frozen_contact_outlives_its_clock_and_goes_within_the_hour_of_lifting(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    ask(host.browser, right="restriction")
    place = freezes.place_of(f"people|account#{host.account.id}|account")
    clock_file.move(days=3 * 366)
    sweep()
    item = expiry.read(place)
    assert item is not None and "delete_by" not in item, "suspended: no date"
    (freeze,) = freezes.open_ones()
    freezes.announce(freeze)
    clock_file.move(days=1, seconds=5)
    watch.run()
    sweep()
    assert expiry.read(place) is None


def test_f14_an_objection_by_mail_needs_no_identity_and_holds_for_later_imports(
    stores: object, mailbox: Mailbox
) -> None:
    now = clock.now()
    inbound.receive(a_mail(NEW, "Désabonnement", "Merci de ne plus m'écrire.", now))
    assert objections.opposed(NEW)
    request = only_request()
    assert (request.identity_method, request.outcome) == ("none needed", "granted")
    mailbox.empty()
    newsletter.became_customer(NEW, "fr", refused=False)
    send()
    assert mailbox.to(NEW) == []


def test_a_mails_clock_starts_when_it_arrived_whatever_its_sender_dates_it(stores: object, mailbox: Mailbox) -> None:
    arrived = clock.now() - 3 * 86_400
    request = inbound.receive(a_mail(NEW, "Mes données", "Je souhaite accéder à mes données.", arrived))
    assert request.received_at == arrived and request.right == "access" and request.state == "received"
    code_in(mailbox, NEW)


def test_f18_a_doubt_is_settled_by_a_code_to_the_known_address_and_adds_its_days(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    at(clock_file, "2026-11-23")
    browser = Browser()
    ask(browser, right="access", email=NEW, about=ANNE)
    link = browser.page.path
    assert "autre adresse que celle" in browser.page.text and "pièce d’identité" in browser.page.text
    assert only_request().state == "identity_asked"
    code = code_in(mailbox, ANNE)
    with pytest.raises(AssertionError):
        code_in(mailbox, NEW)
    clock_file.move(days=2)
    assert "2 jours" in browser.open(link).text
    browser.send(f"{link}/code", code=code)
    request = only_request()
    assert request.suspended_days == 2 and request.identity_method == "code"
    assert datetime.fromtimestamp(int(request.due_at), UTC).date().isoformat() == "2026-12-28"
    assert parts()[0].outcome == "granted"


def test_f18_three_wrong_codes_close_the_request_with_reasons(host: Host, mailbox: Mailbox) -> None:
    browser = Browser()
    ask(browser, right="access", email=NEW, about=ANNE)
    link, code = browser.page.path, code_in(mailbox, ANNE)
    wrong = "00000000" if code != "00000000" else "11111111"
    for status in (400, 400, 200):
        assert browser.send(f"{link}/code", code=wrong).status == status
        browser.open(link)
    request = only_request()
    assert (request.state, request.outcome) == ("closed", "unidentified")
    answer = mailbox.last(NEW).text
    assert "Trois codes faux" in answer and "CNIL" in answer
    assert parts() == [], "nothing was answered"


def test_a_fresh_code_does_not_give_three_more_tries(host: Host, mailbox: Mailbox) -> None:
    browser = Browser()
    ask(browser, right="access", email=NEW, about=ANNE)
    link = browser.page.path
    for _ in range(2):
        browser.send(f"{link}/code", code="12")
        browser.open(link)
    browser.send(f"{link}/send-code")
    browser.send(f"{link}/code", code="12")
    assert only_request().outcome == "unidentified"


def test_f19_an_extension_is_told_in_the_first_month_or_not_at_all(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    at(clock_file, "2026-11-23")
    sign_in(host)
    ask(host.browser, right="objection", words="Statistiques")
    at(clock_file, "2026-12-22")
    extending.extend(only_request(), "Demande complexe")
    assert datetime.fromtimestamp(int(only_request().due_at), UTC).date().isoformat() == "2027-02-23"
    answer = mailbox.last(ANNE).text.replace("\u00a0", " ")
    assert "23 février 2027" in answer and "Demande complexe" in answer


def test_f19_after_the_first_month_the_request_is_late_and_alarms(
    host: Host, mailbox: Mailbox, clock_file: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    at(clock_file, "2026-11-23")
    sign_in(host)
    ask(host.browser, right="objection")
    at(clock_file, "2026-12-24")
    with pytest.raises(Conflict) as refused:
        extending.extend(only_request(), "Trop tard")
    assert "trop tard" in refused.value.message
    watch.run()
    watch.run()
    assert only_request().alerted == 100
    assert [step.what for step in steps.of(only_request())].count("late") == 1
    alerts = [mail for mail in mailbox.to("rgpd@iboo.live") if "retard" in mail.subject]
    assert len(alerts) == 1


def test_alerts_come_at_half_three_quarters_and_nine_tenths(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    at(clock_file, "2026-11-23")
    sign_in(host)
    ask(host.browser, right="objection")
    for day, level in (("2026-12-01", 0), ("2026-12-09", 50), ("2026-12-17", 75), ("2026-12-22", 90)):
        at(clock_file, day)
        watch.run()
        assert only_request().alerted == level, day


def test_f21_a_portable_copy_holds_what_the_person_provided_in_forms_other_programs_read(
    host: Host, mailbox: Mailbox
) -> None:
    host.plan("zoe@example.fr")
    page = ask(host.browser, right="portability")
    (action,) = [one for one in page.actions if "/parts/1" in one and not one.endswith("push")]
    files = opened(host.browser.send(action).body)
    manifest = json.loads(files["manifest.json"])
    assert {entry["name"] for entry in manifest["files"]} == files.keys() - {"manifest.json"}
    assert all(sha256(files[entry["name"]]).hexdigest() == entry["sha256"] for entry in manifest["files"])
    data: dict[str, Any] = json.loads(files["data.json"])["rows"]
    assert "account" in data and "meeting" in data
    assert not {"right", "disclosure", "invite", "seclog"} & data.keys()
    assert "BEGIN:VEVENT" in files["meetings.ics"].decode()
    assert "EMAIL:anne@lefevre.fr" in files["contact.vcf"].decode()
    (row,) = csv.DictReader(io.StringIO(files["account.csv"].decode("utf-8-sig")))
    assert row["email"] == ANNE and "password_hash" not in row
    assert b"zoe@example.fr" not in b"".join(files.values())


def test_f21_the_link_dies_after_three_downloads(host: Host, mailbox: Mailbox) -> None:
    ask(host.browser, right="portability")
    request, (part,) = only_request(), parts()
    for _ in range(3):
        assert packages.take(request, part)
    with pytest.raises(Gone):
        packages.take(request, part)


def test_f21_the_link_dies_after_seven_days(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    ask(host.browser, right="portability")
    clock_file.move(days=7)
    with pytest.raises(Gone):
        packages.take(only_request(), parts()[0])


def test_f21_the_copy_goes_to_another_provider_and_the_recipient_is_noted(host: Host, mailbox: Mailbox) -> None:
    ask(host.browser, right="portability")
    received: list[tuple[str, bytes]] = []
    pushing.push(
        only_request(), parts()[0], "Autre SAS", "https://depot.autre.fr/x?sig=1", lambda *a: received.append(a)
    )
    assert received[0][0].startswith("https://depot.autre.fr") and received[0][1][:2] == b"PK"
    assert "Autre SAS" in {line.recipient for line in ledger.of(ANNE)}


@pytest.mark.parametrize(
    "url",
    ["http://example.fr/x", "https://127.0.0.1/x", "https://10.0.0.1/x", "https://169.254.169.254/latest", "file:///x"],
)
def test_a_copy_is_handed_to_public_https_addresses_only(url: str) -> None:
    with pytest.raises(transfer.NotAccepted):
        transfer.put(url, b"content")


def test_f26_the_last_directive_is_the_only_one_in_force(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox, ANNE)
    anne.browser.open("/account/directives")
    assert anne.browser.send("/account/directives", wish="erase", person="Bruno").status == 400, "consent is needed"
    anne.browser.send("/account/directives", wish="erase", person="Bruno", contact="bruno@example.fr", consent=True)
    account = accounts.by_email(ANNE)
    assert account is not None
    first = directives.live(account.id)
    assert first is not None and (first.wish, first.person) == ("erase", "Bruno")
    stored = [item for item in expiry.scan(first.store) if item["kind"] == "directive"]
    assert "Bruno" not in repr(stored), "sealed"
    anne.browser.send("/account/directives/revoke")
    assert directives.live(account.id) is None
    anne.browser.send("/account/directives", wish="keep", consent=True)
    live = directives.live(account.id)
    assert live is not None and live.wish == "keep"
    states = [item["state"] for item in expiry.scan(first.store) if item["kind"] == "directive"]
    assert sorted(states) == ["live", "revoked"]


def test_f26_heirs_may_close_the_account_and_not_read_the_chat(host: Host, mailbox: Mailbox) -> None:
    dpo, heir = an_officer(), "heritiere@example.fr"
    for action, outcome, reason in (("chat", "refused", "Non prévu"), ("close", "granted", "")):
        browser = Browser()
        ask(browser, right="death", email=heir, words="Je suis sa fille.")
        browser.send(f"{browser.page.path}/code", code=code_in(mailbox, heir))
        request = next(one for one in steps.of_address(heir) if one.state != "closed")
        directives.note_proof(request, "acte de notoriété", "a" * 64)
        page = f"/console/requests/{request.id}"
        dpo.browser.open(page)
        answer = dpo.browser.send(f"{page}/decide", outcome=outcome, asked=action, account=ANNE, reason=reason)
        assert answer.status == 200, answer.text
        if action == "chat":
            assert "article 85" in mailbox.last(heir).text and accounts.by_email(ANNE) is not None
    assert accounts.by_email(ANNE) is None


def test_f27_whoever_a_rule_refused_has_an_answer_by_a_person_in_two_working_days(
    stores: object, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    at(clock_file, "2026-11-23")
    decision = automated.refused("payment_fraud", ANNE)
    browser = Browser()
    path = automated.path(decision)
    assert "Demander à une personne" in browser.open(path).text
    browser.send(path, email=ANNE, words="C'est ma carte.")
    assert "25 novembre 2026" in browser.page.text
    dpo = an_officer()
    dpo.browser.open("/console/decisions")
    dpo.browser.send("/console/decisions", decision=decision.id, outcome="overturned", answer="Vérifié au téléphone.")
    found = decisions.find(decision.id)
    assert (found.human, found.outcome) == (dpo.account.id, "overturned") and found.human_at <= found.due_at
    assert "Vérifié au téléphone." in mailbox.last(ANNE).text
    assert decisions.waiting() == []


def test_f27_who_is_shut_out_for_long_may_ask_a_person_whose_yes_opens_again(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    browser = Browser(address="203.0.113.5")
    for number in range(6):
        browser.open("/forgot")
        page = browser.send("/forgot", email=ANNE)
        assert page.status == (429 if number == 5 else 200)
    (link,) = {part for part in page.html.split('"') if part.startswith("/decisions/")}
    assert "trop d’essais" in browser.open(link).text
    browser.send(link, email=ANNE)
    dpo = an_officer()
    dpo.browser.open("/console/decisions")
    (waiting,) = decisions.waiting()
    dpo.browser.send("/console/decisions", decision=waiting.id, outcome="overturned", answer="Ce n’était pas un abus.")
    browser.open("/forgot")
    assert browser.send("/forgot", email=ANNE).status == 200


def test_f27_a_pause_of_minutes_is_no_decision(host: Host) -> None:
    browser = Browser(address="203.0.113.6")
    for _ in range(6):
        page = sign_in_page(browser, ANNE, OTHER_PASSWORD)
    assert page.status == 429 and "/decisions/" not in page.html


def test_f27_an_answer_that_a_person_owes_alarms_once(
    stores: object, clock_file: MovedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    decision = automated.refused("abuse_block", ANNE)
    decisions.ask(decision, ANNE, "", "fr")
    clock_file.move(days=7)
    watch.run()
    watch.run()
    assert decisions.find(decision.id).alerted
    assert decisions.waiting() != []
