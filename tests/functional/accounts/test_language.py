"""The language follows the account, then the choice made in this browser, then the browser's own."""

import pytest

from chalicelib.accounts import actions
from tests.functional.browser import Browser
from tests.functional.people import Customer, fill_in_sign_up, sign_in

pytestmark = pytest.mark.usefixtures("stores")


def test_the_browser_decides_at_first() -> None:
    assert Browser(language="en-GB,en;q=0.8").open("/").headers["Content-Language"] == "en"
    assert Browser(language="de").open("/").headers["Content-Language"] == "fr"


def test_a_choice_is_kept_in_a_cookie_and_leads_back() -> None:
    browser = Browser()
    browser.open("/signup")
    page = browser.send("/language", language="en")
    assert (page.path, page.headers["Content-Language"]) == ("/signup", "en")
    assert browser.open("/").headers["Content-Language"] == "en"


def test_a_choice_is_kept_with_the_account(anne: Customer) -> None:
    anne.browser.open("/account")
    anne.browser.send("/language", language="en")
    account = actions.by_email(anne.email)
    assert account is not None
    assert account.language == "en"
    other = Browser(language="fr")
    sign_in(other, anne.email)
    assert other.open("/account").headers["Content-Language"] == "en"


def test_a_choice_on_a_form_sent_back_leads_to_the_page_that_shows_it(anne: Customer) -> None:
    anne.browser.open("/account")
    assert anne.browser.send("/account/profile", name="").status == 400
    assert anne.browser.send("/language", language="en").path == "/account"


def test_a_choice_on_a_form_of_one_thing_sent_back_leads_to_that_thing(anne: Customer) -> None:
    anne.browser.open("/meetings/new")
    meeting = anne.browser.send("/meetings/new", title="Point").path.partition("?")[0]
    assert anne.browser.send(f"{meeting}/invitations", invitees="x").status == 400
    page = anne.browser.send("/language", language="en")
    assert (page.path, page.status) == (meeting, 200)


def test_an_unknown_language_is_refused() -> None:
    browser = Browser()
    browser.open("/")
    assert browser.send("/language", language="de").status == 400


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_a_choice_leads_to_no_other_site(target: str) -> None:
    browser = Browser()
    browser.open("/")
    assert browser.send("/language", follow=False, language="en", next=target).headers["Location"] == "/"


def test_the_choice_of_language_is_forgotten_after_six_months_at_most() -> None:
    browser = Browser()
    browser.open("/")
    (cookie,) = browser.send("/language", follow=False, language="en").set_cookies
    assert "Max-Age=15552000" in cookie


def test_every_form_to_register_speaks_the_readers_language() -> None:
    assert "Create" in fill_in_sign_up(Browser(language="en"), name="").text
