"""No name, no address, no e-mail in the logs: every flow of the product is run, every line read.

The flows are lived through; then every route of every door is called with names and addresses in its path and its form,
and every schedule runs.
"""

import logging
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from chalice.test import Client

from chalicelib import clock, log, sessions
from chalicelib.accounts.actions import by_email
from chalicelib.billing import checking, invoicing
from chalicelib.gateways.mail import MailRefused, MailUnavailable
from chalicelib.mailing import actions as mailing
from chalicelib.privacy import census, notices, proof, sweep
from chalicelib.rights import authorities, breaches, evidence, holds, inbound, officers, steps, subprocessors, watch
from dev.cloud.schedules import jobs
from dev.monetico import Simulator
from tests.functional.billing.buyers import Buyer
from tests.functional.browser import Browser, functions
from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.newsletter.sending import send
from tests.functional.people import OTHER_PASSWORD, PASSWORD, fill_in_sign_up, join, sign_in
from tests.functional.privacy.test_forgetting import GUEST, Held
from tests.functional.recordings.scene import a_meeting
from tests.functional.recordings.writing import record_somebody
from tests.functional.rights.people import an_officer, ask, ask_as_guest, instruct
from tests.functional.rights.test_officer import BOOKS, BREACH, PROVIDER

pytestmark = pytest.mark.usefixtures("stores")

ADDRESS = "203.0.113.99"
VISITOR = "victor@visiteur.example"
COLLEAGUE = "karim@lefevre.fr"
SAID = (
    GUEST,
    VISITOR,
    COLLEAGUE,
    ADDRESS,
    PASSWORD,
    OTHER_PASSWORD,
    "anne@lefevre.fr",
    "lefevre",
    "Lefèvre",
    "Anne",
    "Dupont",
    "Bruno",
    "Martin",
    "Karim",
    "Benali",
    "visiteur",
    "Point mensuel",
    "192.0.2.1",
    "zoe@example.fr",
    "Zoé",
    "odile",
    "Odile",
    "Opérateur",
    "République",
    "69002",
    "4111",
    "rgpd@iboo.live",
)


OPAQUE = re.compile(r'"(?:request|occurrence)": "[a-z0-9-]*"')


class Collected(logging.Handler):
    """Every line of every logger, as its reader gets it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logs() -> Iterator[Collected]:
    log.info("logs_are_read")  # the logger is made by its first line
    collected = Collected()
    loggers = (logging.getLogger(), logging.getLogger("iboo.events"), logging.getLogger("iboo"))
    for logger in loggers:
        logger.addHandler(collected)
    yield collected
    for logger in loggers:
        logger.removeHandler(collected)


def accounts(held: Held, mailbox: Mailbox) -> None:
    host = held.host
    sign_in(Browser(address=ADDRESS), host.email, OTHER_PASSWORD)
    sign_in(Browser(address=ADDRESS), host.email)
    join(host, mailbox, COLLEAGUE)
    host.browser.open("/account")
    host.browser.send("/account/profile", first_name="Anne", name="Dupont")
    host.browser.send("/account/email", email="anne@lefevre.fr", email_password=OTHER_PASSWORD)
    host.browser.send("/account/export")
    host.browser.open("/forgot")
    host.browser.send("/forgot", email=host.email)
    fill_in_sign_up(Browser(address=ADDRESS), VISITOR, newsletter=True)


def visitors(held: Held, mailbox: Mailbox) -> None:
    visitor = Browser(address=ADDRESS)
    visitor.open("/newsletter")
    visitor.send("/newsletter", email=VISITOR, agree=True)
    link = mailbox.last(VISITOR).link("/newsletter/")
    visitor.open(link)
    visitor.send(link)
    send()
    visitor.open("/")
    visitor.send("/privacy-choices", choice="accept")
    visitor.open(held.link.replace("/i/", "/my-data/"))
    for path in held.pages():
        visitor.open(path)


def billing(held: Held, mailbox: Mailbox, bank: Simulator) -> None:
    account = by_email(held.host.email)
    assert account is not None
    buyer = Buyer(account, held.host.browser)
    for card, more in (("refused", {"filtragecause": "3"}), ("accepted", {"surprise": "4111 1111 1111 1111"})):
        reference = buyer.order(keep_card=True)
        bank.play(buyer.form(), card, how={"extra": more})
        buyer.returns(reference)
    invoicing.issue_due()
    checking.ask_due()
    page = held.host.browser.open("/subscription")
    for link in re.findall(r'href="(/subscription/invoices/[^"]+)"', page.html):
        held.host.browser.open(link)
    held.host.browser.open("/subscription")
    held.host.browser.send("/subscription/card/remove")


def rights(held: Held, mailbox: Mailbox) -> None:
    ask_as_guest(mailbox, GUEST, "access", f"{GUEST} Bruno Martin")
    instruct(mailbox, "grant", contact=held.host.email)
    browser = held.host.browser
    for right in ("access", "portability", "objection"):
        ask(browser, right=right, words="Anne Dupont")
    ask(browser, right="rectification", freeze=True, words="Dupond et non Dupont")
    stranger = Browser(address=ADDRESS)
    ask(stranger, right="erasure", email=VISITOR, about=held.host.email)
    stranger.send(f"{stranger.page.path}/code", code="00000000")
    inbound.receive(f"From: {VISITOR}\r\nSubject: Victor\r\n\r\nMerci de m'effacer.".encode())
    browser.open("/account/directives")
    browser.send("/account/directives", wish="give", person="Bruno Martin", contact=GUEST, consent=True)
    stranger.open("/contact")
    stranger.send("/contact", topic="complaint", email=VISITOR, name="Victor", body="Anne Dupont me gêne")


def console(held: Held, mailbox: Mailbox) -> None:
    dpo = an_officer("odile@iboo.live")
    account = by_email(held.host.email)
    assert account is not None
    company = account.company
    breach = breaches.open_breach(BREACH | {"nature": "Anne Dupont"}, clock.now(), [company])
    breaches.tell_customers(breach)
    breaches.tell_people(breach)
    dpo.browser.open("/console/authorities")
    order = dict.fromkeys(authorities.FIELDS, "Bruno Martin") | {"meeting": held.meeting, "email": GUEST}
    assert dpo.browser.send("/console/authorities", **order).status == 200  # type: ignore[arg-type]
    holds.open_hold("LH-1", "Dupont", "Martin", clock.now() + 86_400, "m", holds.on_meeting(held.meeting), "odile")
    evidence.of_person(held.host.email, breach)
    for book in ("", "/evidence", *(f"/{book}" for book in BOOKS), f"/breaches/{breach.id}", "/billing"):
        dpo.browser.open(f"/console{book}")
    for opened in steps.open_ones():
        dpo.browser.open(f"/console/requests/{opened.id}")
    holds.release("LH-1")
    subprocessors.announce(subprocessors.draft({**PROVIDER, "name": "Odile SAS"}), "c" * 64)
    officers.revoke(dpo.account.id)
    watch.run()


def recording(worker: ScriptedWorker, mailbox: Mailbox) -> None:
    scene = a_meeting(worker, mailbox, email="odile@morel.example")
    scene.ask()
    record_somebody(scene)
    scene.call(scene.guests[0], "POST", "chat", {"id": "1", "body": "Zoé Été dit bonjour"})
    scene.call(scene.host, "POST", "recording/stop", {})
    scene.call(scene.host, "POST", "end", {})


def everywhere(held: Held) -> None:
    """Every route, whatever it makes of it."""
    words = {"email": GUEST, "about": GUEST, "name": "Martin", "first_name": "Bruno", "words": f"Bruno {GUEST}"}
    account = by_email(held.host.email)
    assert account is not None
    words |= {"reason": "Anne Dupont", "password": PASSWORD, "buyer": "Lefèvre", "person": "Bruno", "body": "Bruno"}
    for pattern, methods in sorted(functions().routes.items()):
        for method in methods:
            path = re.sub(r"\{[^}]+\}", quote(GUEST), pattern)
            cookie = sessions.start(account.id, "Firefox, Linux")  # the last route may have ended the one before
            held.host.browser.cookies[cookie.name] = cookie.value
            if method == "GET":
                held.host.browser.open(path)
            else:
                held.host.browser.open("/account")
                held.host.browser.post(path, {"csrf": held.host.browser.csrf, **words})
                held.host.browser.open("/account")  # what was posted may have given a file
                held.host.browser.call(method, path, words)


def schedules() -> None:
    """Every schedule, once, as EventBridge calls it."""
    client = Client(functions())
    for job in jobs(functions(), clock.now()):
        client.lambda_.invoke(job.name, client.events.generate_cw_event("aws.events", "Scheduled Event", {}, []))


def faults(held: Held, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails must not quote what it failed on."""
    for fault in (MailUnavailable("smtp 451"), MailRefused("smtp 550")):
        mailbox.fault = fault
        asking = Browser(address=ADDRESS)
        asking.open("/forgot")
        asking.send("/forgot", email=held.host.email)
        mailing.send_due()
    mailbox.fault = None

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"{held.host.email} {GUEST}")

    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.privacy.policy.lines", broken)
        assert Browser(address=ADDRESS).open("/policy").status == 500


def test_no_log_line_of_any_flow_holds_a_name_an_address_or_an_e_mail(
    held: Held,
    mailbox: Mailbox,
    bank: Simulator,
    worker: ScriptedWorker,
    logs: Collected,
    clock_file: MovedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accounts(held, mailbox)
    visitors(held, mailbox)
    billing(held, mailbox, bank)
    recording(worker, mailbox)
    rights(held, mailbox)
    console(held, mailbox)
    everywhere(held)
    faults(held, mailbox, monkeypatch)
    clock_file.move(seconds=held.ends_at + 28 * 86_400 + 1 - clock.now())
    sweep.sweep()
    census.census()
    proof.close_days()
    clock_file.move(days=735)
    notices.tell()
    schedules()
    told = "\n".join(logs.lines)
    for event in ("mail_sent", "mail_delayed", "mail_failed", "sweep", "census", "unexpected", "order_paid"):
        assert f'"event": "{event}"' in told, "this flow was not run"
    assert told.count('"event": "unexpected"') == 1, "nothing breaks but what `faults` broke"
    named = OPAQUE.sub("", told)  # a chance id may hold any digits
    for word in SAID:
        assert word not in named, word
