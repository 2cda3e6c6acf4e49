"""No name, no address, no e-mail in the logs: flows of accounts, meetings, mail and privacy are run, every line read.

Billing, rights requests and the console are not run here yet.
"""

import logging
from collections.abc import Iterator

import pytest

from chalicelib import clock, log
from chalicelib.consents import newsletter
from chalicelib.gateways.mail import MailRefused, MailUnavailable
from chalicelib.mailing import actions as mailing
from chalicelib.privacy import census, notices, proof, sweep
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.newsletter.test_newsletter import ISSUE
from tests.functional.people import OTHER_PASSWORD, PASSWORD, fill_in_sign_up, join, sign_in
from tests.functional.privacy.test_forgetting import GUEST, Held

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
)


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
    newsletter.send(ISSUE)
    visitor.open("/")
    visitor.send("/privacy-choices", choice="accept")
    visitor.open(held.link.replace("/i/", "/my-data/"))
    for path in held.pages():
        visitor.open(path)


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
    held: Held, mailbox: Mailbox, logs: Collected, clock_file: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts(held, mailbox)
    visitors(held, mailbox)
    faults(held, mailbox, monkeypatch)
    clock_file.move(seconds=held.ends_at + 28 * 86_400 + 1 - clock.now())
    sweep.sweep()
    census.census()
    proof.close_days()
    clock_file.move(days=735)
    notices.tell()
    told = "\n".join(logs.lines)
    for event in ("mail_sent", "mail_delayed", "mail_failed", "sweep", "census", "unexpected"):
        assert f'"event": "{event}"' in told, "this flow was not run"
    for word in SAID:
        assert word not in told, word
