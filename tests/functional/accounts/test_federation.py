"""Signing in through the company's own identity provider: members only, by a verified address, once, in one browser."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import storage
from chalicelib.accounts import actions, federation
from chalicelib.accounts.models import Federation
from chalicelib.gateways import openid
from chalicelib.gateways.outside import NotDelivered
from chalicelib.register.stores import PEOPLE
from chalicelib.storage import expiry
from tests.functional.accounts.provider import CLIENT, SECRET, Provider, provider
from tests.functional.accounts.test_second_factor import account_of, set_up
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import PASSWORD, Customer, is_signed_in, join, sign_up

pytestmark = pytest.mark.usefixtures("stores")

PAGE = "/company/provider"
KARIM = "karim@lefevre.fr"


@pytest.fixture
def theirs() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture
def anne(mailbox: Mailbox) -> Customer:
    return sign_up(mailbox)


def name(anne: Customer, theirs: Provider, **typed: Any) -> Seen:
    anne.browser.open(PAGE)
    right = {"issuer": theirs.issuer, "client_id": CLIENT, "client_secret": SECRET, "password": anne.password}
    return anne.browser.send(PAGE, **{**right, **typed})


def door(email: str) -> str:
    return f"/signin/company/{account_of(email).company}"


def go(browser: Browser, theirs: Provider, email: str = "anne@lefevre.fr") -> str:
    """To the provider and as far as its answer: the address that the browser is sent back to."""
    answer = browser.open(door(email), follow=False)
    assert answer.status == 303, answer.text
    return theirs.authorise(answer.headers["Location"])


def test_a_member_signs_in_by_the_companys_provider(anne: Customer, theirs: Provider) -> None:
    assert name(anne, theirs).status == 200
    browser = Browser()
    back = go(browser, theirs)
    assert browser.open(back).path == "/meetings" and is_signed_in(browser)
    (asked,) = theirs.seen
    assert asked["code_challenge_method"] == "S256" and asked["scope"] == "openid email"
    assert asked["client_id"] == CLIENT and asked["redirect_uri"] == federation.return_address()


def test_an_answer_works_once_and_only_in_the_browser_that_went(anne: Customer, theirs: Provider) -> None:
    name(anne, theirs)
    browser, other = Browser(), Browser()
    back = go(browser, theirs)
    other.open("/signin")
    assert "a trop attendu" in other.open(back).text and not is_signed_in(other)
    assert browser.open(back).path == "/meetings"
    again = Browser()
    again.cookies.update(browser.cookies)
    again.cookies.pop("__Host-sid")
    assert "a trop attendu" in again.open(back).text and not is_signed_in(again)


def test_ten_minutes_later_it_is_too_late(anne: Customer, theirs: Provider, clock_file: MovedClock) -> None:
    name(anne, theirs)
    browser = Browser()
    back = go(browser, theirs)
    clock_file.move(seconds=601)
    assert "a trop attendu" in browser.open(back).text and not is_signed_in(browser)


@pytest.mark.parametrize(
    "lie",
    [
        {"email": "nobody@lefevre.fr"},
        {"email": "dora@autre.fr"},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": ["anne@lefevre.fr"]},
        {"aud": "another client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://another.example"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_sign_in_signs_nobody_in(
    lie: dict[str, Any], anne: Customer, theirs: Provider, mailbox: Mailbox
) -> None:
    sign_up(mailbox, "dora@autre.fr")
    name(anne, theirs)
    theirs.lie = lie
    browser = Browser()
    page = browser.open(go(browser, theirs))
    assert page.status == 400 and not is_signed_in(browser), page.text
    assert "mot de passe" in page.text


def test_a_token_signed_by_somebody_else_or_by_nobody_signs_nobody_in(
    anne: Customer, theirs: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    name(anne, theirs)
    theirs.wrong_key = True
    browser = Browser()
    assert browser.open(go(browser, theirs)).status == 400 and not is_signed_in(browser)
    theirs.wrong_key = False
    parts = {"alg": "none"}, {"email": "anne@lefevre.fr", "email_verified": True}
    unsigned = ".".join([*(base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts), ""])
    monkeypatch.setattr(openid, "exchange", lambda *_words: {"id_token": unsigned})
    assert browser.open(go(browser, theirs)).status == 400 and not is_signed_in(browser)


def test_a_refusal_at_the_provider_is_told(anne: Customer, theirs: Provider) -> None:
    name(anne, theirs)
    browser = Browser()
    back = go(browser, theirs).partition("?")[0]
    state = theirs.seen[-1]["state"]
    page = browser.open(f"{back}?error=access_denied&state={state}")
    assert page.status == 400 and "n’a pas confirmé" in page.text
    assert theirs.redeemed == []


def test_another_issuers_answer_is_not_taken(anne: Customer, theirs: Provider) -> None:
    name(anne, theirs)
    browser = Browser()
    back = go(browser, theirs).replace(f"iss={theirs.issuer}", "iss=https://another.example")
    assert browser.open(back).status == 400 and theirs.redeemed == []


def test_the_second_factor_is_asked_as_ever(anne: Customer, theirs: Provider) -> None:
    name(anne, theirs)
    set_up(anne)
    browser = Browser()
    page = browser.open(go(browser, theirs))
    assert page.path.startswith("/signin/second/") and not is_signed_in(browser)


def test_a_colleague_signs_in_by_the_same_link_and_nobody_elses(
    anne: Customer, theirs: Provider, mailbox: Mailbox
) -> None:
    join(anne, mailbox, KARIM)
    dora = sign_up(mailbox, "dora@autre.fr")
    name(anne, theirs)
    theirs.person["email"] = KARIM.upper()
    browser = Browser()
    assert browser.open(go(browser, theirs)).path == "/meetings"
    assert "Karim" in browser.open("/account").text
    assert Browser().open(door(dora.email), follow=False).status == 404, "that company has none"


def test_a_provider_that_is_away_is_told_and_passwords_still_work(anne: Customer) -> None:
    with provider() as theirs:
        name(anne, theirs)
    page = Browser().open(door(anne.email))
    assert page.status == 400 and "ne répond pas" in page.text and 'name="password"' in page.html


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issuer", ""),
        ("issuer", "https://127.0.0.1"),
        ("issuer", "ftp://x.example"),
        ("issuer", "https://169.254.169.254"),
        ("client_id", ""),
        ("client_secret", ""),
        ("password", "wrong"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(field: str, value: str, anne: Customer, theirs: Provider) -> None:
    page = name(anne, theirs, **{field: value})
    assert page.status == 400 and f'id="wrong-{field}"' in page.html
    assert SECRET not in page.html and federation.of(account_of(anne.email).company) is None


@pytest.mark.parametrize(
    "broken",
    [{"issuer": "https://another.example"}, {"jwks_uri": None}, {"authorization_endpoint": "http://x.example"}],
)
def test_a_document_that_is_no_providers_is_refused(broken: dict[str, Any], anne: Customer, theirs: Provider) -> None:
    theirs.broken = broken
    assert name(anne, theirs).status == 400


def test_only_the_owner_names_the_provider(anne: Customer, theirs: Provider, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM, role="administrator")
    assert karim.browser.open(PAGE).status == 403
    assert 'href="/company/provider"' not in karim.browser.open("/company").html
    assert 'href="/company/provider"' in anne.browser.open("/company").html
    karim.browser.open("/company")
    typed = {"issuer": theirs.issuer, "client_id": CLIENT, "client_secret": SECRET, "password": PASSWORD}
    assert karim.browser.post(PAGE, {"csrf": karim.browser.csrf, **typed}).status == 403


def test_the_secret_is_kept_sealed_never_shown_and_stays_when_left_empty(anne: Customer, theirs: Provider) -> None:
    name(anne, theirs)
    assert SECRET not in anne.browser.open(PAGE).html
    (item,) = [one for one in expiry.scan(PEOPLE) if one["kind"] == "federation"]
    assert SECRET not in str(item)
    assert name(anne, theirs, client_secret="", client_id="another").status == 200
    kept = federation.of(account_of(anne.email).company)
    assert kept is not None and (kept.secret, kept.client_id) == (SECRET, "another")


def test_removed_it_opens_nothing_and_an_answer_under_way_neither(anne: Customer, theirs: Provider) -> None:
    name(anne, theirs)
    browser = Browser()
    back = go(browser, theirs)
    anne.browser.open(PAGE)
    token = anne.browser.csrf
    assert anne.browser.post(f"{PAGE}/remove", {"csrf": token, "password": "wrong"}).status == 400
    assert anne.browser.post(f"{PAGE}/remove", {"csrf": token, "password": anne.password}).status == 200
    assert browser.open(back).status == 400 and not is_signed_in(browser)
    assert browser.open(door(anne.email)).status == 404


def test_it_goes_with_the_company_and_lives_as_long_as_it_is_used(
    anne: Customer, theirs: Provider, clock_file: MovedClock
) -> None:
    name(anne, theirs)
    company = account_of(anne.email).company
    before = storage.get(Federation, f"company#{company}", "federation")
    clock_file.move(days=2)
    assert is_signed_in(anne.browser)
    after = storage.get(Federation, f"company#{company}", "federation")
    assert before is not None and after is not None and after.moments() != before.moments()
    anne.browser.open("/account/close")
    anne.browser.send("/account/close", password=anne.password)
    assert actions.by_email(anne.email) is None
    assert not [one for one in expiry.scan(PEOPLE) if one["kind"] == "federation"]


def test_what_is_too_long_is_not_read(theirs: Provider) -> None:
    theirs.broken = {"service_documentation": "x" * (openid.LONGEST + 1)}
    with pytest.raises(NotDelivered):
        openid.get(f"{theirs.issuer}/.well-known/openid-configuration")
