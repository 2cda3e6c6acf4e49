"""People of the tests: who has an account, and how they came to it through the pages."""

from dataclasses import dataclass
from typing import Any

from tests.functional.browser import Browser, Seen
from tests.functional.mailbox import Mailbox

PASSWORD = "quatre chevaux bleus sur le pont"
OTHER_PASSWORD = "un parapluie oublié dans le train"


@dataclass
class Customer:
    """Somebody signed in, with the browser they use."""

    email: str
    browser: Browser
    password: str = PASSWORD


def fill_in_sign_up(browser: Browser, email: str = "anne@lefevre.fr", **typed: str | bool | None) -> Seen:
    """Sends the form to register, right in every field but those in ``typed``."""
    browser.open("/signup")
    right: dict[str, Any] = {
        "first_name": "Anne",
        "name": "Dupont",
        "company": "Cabinet Lefèvre",
        "email": email,
        "password": PASSWORD,
        "terms": True,
        "dpa": True,
    }
    return browser.send("/signup", **{**right, **typed})


def sign_up(mailbox: Mailbox, email: str = "anne@lefevre.fr", browser: Browser | None = None) -> Customer:
    """Registers through the pages and the mail; the new company's administrator, signed in."""
    browser = browser or Browser()
    assert fill_in_sign_up(browser, email).status == 200
    link = mailbox.last(email).link("/verify/")
    browser.open(link)
    browser.send(link, follow=False)
    assert "__Host-sid" in browser.cookies
    return Customer(email, browser)


def invite_colleague(admin: Customer, mailbox: Mailbox, email: str, role: str = "member") -> str:
    """Invites through the company's page. Returns the link's path."""
    admin.browser.open("/company")
    assert admin.browser.send("/company/members", email=email, role=role).status == 200
    return mailbox.last(email).link("/join/")


def join(admin: Customer, mailbox: Mailbox, email: str, role: str = "member") -> Customer:
    """A colleague, invited and signed in."""
    link = invite_colleague(admin, mailbox, email, role)
    browser = Browser()
    browser.open(link)
    browser.send(link, follow=False, first_name="Karim", name="Benali", password=PASSWORD, terms=True)
    assert "__Host-sid" in browser.cookies
    return Customer(email, browser)


def sign_in(browser: Browser, email: str, password: str = PASSWORD, follow: bool = False) -> Seen:
    """Sends the form to sign in; by default stays where the answer is."""
    browser.open("/signin")
    return browser.send("/signin", follow=follow, email=email, password=password)


def is_signed_in(browser: Browser) -> bool:
    """Whether the site knows who this browser's person is."""
    return browser.open("/account", follow=False).status == 200
