"""What people do in these scenarios: ask, give codes, answer as customer, sit at the console."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyotp

from chalicelib import clock, storage
from chalicelib.rights import officers, steps
from chalicelib.rights.models import Part, Request
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host

PARIS = ZoneInfo("Europe/Paris")
CONTACT = "dpo@lefevre.fr"


def at(moved: MovedClock, day: str, hour: str = "10:00") -> int:
    """Puts the clock at a moment in Paris."""
    wanted = int(datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS).timestamp())
    moved.move(seconds=wanted - clock.now())
    return wanted


def ask(browser: Browser, **typed: Any) -> Seen:
    """Sends the public form; ends on the page of the request."""
    browser.open("/rights")
    return browser.send("/rights", **typed)


def ask_as_guest(mailbox: Mailbox, email: str, right: str, words: str = "") -> Browser:
    """Opens "your data" of the invitation and asks there."""
    browser = Browser()
    page = browser.open(mailbox.last(email).link("/my-data/"))
    (action,) = [one for one in page.actions if one.endswith("/rights")]
    assert browser.send(action, right=right, words=words).status == 200, browser.page.text
    return browser


def code_in(mailbox: Mailbox, email: str) -> str:
    """The code in the last mail that brought one."""
    for mail in reversed(mailbox.to(email)):
        if found := re.search(r"\b(\d{8})\b", mail.text):
            return found[1]
    raise AssertionError(f"no code to {email}")


def only_request() -> Request:
    """The one request there is (open or closed)."""
    found = [*storage.listed(Request, steps.OPEN), *storage.listed(Request, steps.CLOSED)]
    assert len(found) == 1, found
    request = steps.find(found[0].id)
    assert request is not None
    return request


def parts() -> list[Part]:
    """The parts of the one request."""
    return steps.parts(only_request())


def instruct(mailbox: Mailbox, decision: str, reason: str = "", contact: str = CONTACT) -> Seen:
    """The customer opens the link of the mail and presses a button."""
    browser = Browser()
    link = mailbox.last(contact).link("/instructions/")
    browser.open(link)
    return browser.send(link, decision=decision, reason=reason)


def an_officer(email: str = "dpo@iboo.live") -> Host:
    """The data protection officer, at the console with the second factor given."""
    person = a_host(email)
    officers.grant(person.account.id)
    enter_console(person)
    return person


def enter_console(person: Host, room: str = "/console") -> None:
    """Gives the second factor, which leads to a room."""
    officer = officers.find(person.account.id)
    assert officer is not None
    person.browser.open("/console/enter")
    page = person.browser.send("/console/enter", code=pyotp.TOTP(officer.secret).at(clock.now()))
    assert page.path == room, page.text
