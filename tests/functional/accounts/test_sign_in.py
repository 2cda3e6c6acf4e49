"""Signing in: one answer for every failure, few tries, a fresh session, and nowhere to be led astray to."""

import pytest
from argon2 import PasswordHasher

from chalicelib import storage
from chalicelib.accounts import actions, hashing, tries
from chalicelib.accounts.models import Account
from tests.functional.accounts.test_sign_up import words_but_token
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.people import OTHER_PASSWORD, PASSWORD, Customer, is_signed_in, sign_in

pytestmark = pytest.mark.usefixtures("stores")


def test_address_and_password_sign_in(anne: Customer) -> None:
    browser = Browser()
    answer = sign_in(browser, anne.email)
    assert (answer.status, answer.headers["Location"]) == (303, "/meetings")
    assert is_signed_in(browser)


def test_case_of_the_address_does_not_matter(anne: Customer) -> None:
    assert sign_in(Browser(), " Anne@Lefevre.FR ").status == 303


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(anne: Customer) -> None:
    wrong = sign_in(Browser(), anne.email, OTHER_PASSWORD)
    unknown = sign_in(Browser(), "nobody@lefevre.fr", OTHER_PASSWORD)
    assert wrong.status == unknown.status == 400
    assert words_but_token(wrong).replace(anne.email, "@") == words_but_token(unknown).replace("nobody@lefevre.fr", "@")
    assert wrong.form("/signin").fields["email"] == anne.email
    assert wrong.form("/signin").fields["password"] == ""


def test_the_sixth_try_within_five_minutes_is_refused_even_if_right(anne: Customer, midnight: MovedClock) -> None:
    for _ in range(5):
        assert sign_in(Browser(), anne.email, OTHER_PASSWORD).status == 400
    assert sign_in(Browser(address="198.51.100.7"), anne.email).status == 429
    midnight.move(seconds=300)
    assert sign_in(Browser(), anne.email).status == 303


def test_tries_on_an_unknown_address_are_limited_alike(midnight: MovedClock) -> None:
    for _ in range(5):
        sign_in(Browser(), "nobody@lefevre.fr")
    assert sign_in(Browser(), "nobody@lefevre.fr").status == 429


def test_twenty_five_tries_a_day_are_the_limit(anne: Customer, midnight: MovedClock) -> None:
    for _ in range(5):
        for _ in range(5):
            tries.on_account("signin", anne.email)
        midnight.move(seconds=300)
    assert sign_in(Browser(), anne.email).status == 429
    midnight.move(days=1)
    assert sign_in(Browser(), anne.email).status == 303


def test_an_origin_is_limited_over_all_accounts(anne: Customer, midnight: MovedClock) -> None:
    for _ in range(60):
        tries.from_origin("signin", "192.0.2.9")
    assert sign_in(Browser(address="192.0.2.9"), anne.email).status == 429
    assert sign_in(Browser(address="192.0.2.10"), anne.email).status == 303


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/a\r\nX: y", "evil"]
)
def test_signing_in_leads_to_no_other_site(anne: Customer, target: str) -> None:
    browser = Browser()
    browser.open("/signin")
    answer = browser.send("/signin", follow=False, email=anne.email, password=PASSWORD, next=target)
    assert answer.headers["Location"] == "/"


def test_signing_in_leads_on_to_the_page_asked_for(anne: Customer) -> None:
    browser = Browser()
    page = browser.open("/account/close")
    assert page.path.startswith("/signin")
    assert browser.send("/signin", email=anne.email, password=PASSWORD).path == "/account/close"


def test_the_session_cookie_is_for_this_host_alone_and_out_of_scripts_reach(anne: Customer) -> None:
    (cookie,) = [one for one in sign_in(Browser(), anne.email).set_cookies if one.startswith("__Host-sid=")]
    attributes = set(cookie.split("; ")[1:])
    assert attributes == {"Max-Age=1209600", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"}
    assert len(cookie.partition(";")[0].partition("=")[2]) == 43


def test_signing_in_starts_a_fresh_session_and_voids_old_forms(anne: Customer) -> None:
    browser = anne.browser
    old_session, old_token = browser.cookies["__Host-sid"], browser.open("/account").form("/signout").fields["csrf"]
    browser.cookies.pop("__Host-sid")
    sign_in(browser, anne.email)
    assert browser.cookies["__Host-sid"] != old_session
    assert browser.post("/signout", {"csrf": old_token}).status == 403
    assert is_signed_in(browser)


def test_a_form_without_its_token_is_refused(anne: Customer) -> None:
    browser = Browser()
    browser.open("/signin")
    assert browser.post("/signin", {"email": anne.email, "password": PASSWORD}).status == 403
    assert not is_signed_in(browser)


def test_a_form_with_another_browsers_token_is_refused(anne: Customer) -> None:
    token = Browser().open("/signin").form("/signin").fields["csrf"]
    browser = Browser()
    browser.open("/signin")
    fields = {"csrf": token, "email": anne.email, "password": PASSWORD}
    assert browser.post("/signin", fields).status == 403


def test_a_form_sent_by_another_site_is_refused(anne: Customer) -> None:
    browser = Browser()
    token = browser.open("/signin").form("/signin").fields["csrf"]
    fields = {"csrf": token, "email": anne.email, "password": PASSWORD}
    assert browser.post("/signin", fields, {"Sec-Fetch-Site": "cross-site"}).status == 403


def test_a_hash_with_other_parameters_is_made_anew(anne: Customer) -> None:
    account = actions.by_email(anne.email)
    assert account is not None
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    storage.update(account, Account.password_hash.set(old))
    assert sign_in(Browser(), anne.email).status == 303
    renewed = actions.by_email(anne.email)
    assert renewed is not None
    assert renewed.password_hash != old
    assert not hashing.outdated(renewed.password_hash)
    assert sign_in(Browser(), anne.email).status == 303


def test_who_is_signed_in_is_sent_on_from_the_landing_page(anne: Customer) -> None:
    assert anne.browser.open("/", follow=False).headers["Location"] == "/meetings"
    assert Browser().open("/", follow=False).status == 200


def test_signing_out_ends_the_session_on_the_server(anne: Customer) -> None:
    kept = dict(anne.browser.cookies)
    anne.browser.open("/account")
    answer = anne.browser.send("/signout", follow=False)
    assert answer.headers["Location"] == "/"
    assert "__Host-sid" not in anne.browser.cookies
    anne.browser.cookies = kept
    assert not is_signed_in(anne.browser)


def test_a_session_unused_for_two_weeks_is_over(anne: Customer, clock_file: MovedClock) -> None:
    clock_file.move(days=13)
    assert is_signed_in(anne.browser)
    clock_file.move(days=13)
    assert is_signed_in(anne.browser)
    clock_file.move(days=14)
    assert not is_signed_in(anne.browser)


def test_everything_of_a_used_account_lives_on(anne: Customer, clock_file: MovedClock) -> None:
    for _ in range(4):
        clock_file.move(days=300)
        assert sign_in(anne.browser, anne.email).status == 303  # by day 1,200 three years have passed
        assert is_signed_in(anne.browser)
        anne.browser.cookies.clear()
    company = actions.by_email(anne.email)
    assert company is not None
    assert actions.company_name(company) == "Cabinet Lefèvre"
