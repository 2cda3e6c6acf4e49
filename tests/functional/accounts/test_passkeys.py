"""Passkeys: made, named, used as a second factor, removed; nothing else passes for one."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.accounts import actions, factors, passkeys
from chalicelib.accounts.models import Account
from chalicelib.privacy import own_data
from tests.functional.accounts.authenticator import SoftAuthenticator, plain, text
from tests.functional.accounts.test_second_factor import at_the_door, code_of, oblige, set_up
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import OTHER_PASSWORD, PASSWORD, Customer, is_signed_in, join, sign_in, sign_up

pytestmark = pytest.mark.usefixtures("stores")

PAGE = "/account/security"
KARIM = "karim@lefevre.fr"
READ = "meetings:read"


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product as a laptop has it."""
    monkeypatch.setenv("IBOO_BASE_URL", "http://127.0.0.1:8080")


def account_of(email: str) -> Account:
    found = actions.by_email(email)
    assert found is not None
    return found


def add(customer: Customer, device: SoftAuthenticator | None = None, name: str = "Portable") -> SoftAuthenticator:
    """Through the page, as its script does it."""
    device = device or SoftAuthenticator()
    page = offered(customer, device, name)
    assert page.status == 200, page.text
    return device


def offered(customer: Customer, device: SoftAuthenticator, name: str = "Portable") -> Seen:
    customer.browser.open(PAGE)
    options = customer.browser.call("POST", "/api/account/passkeys", {})
    assert options.status == 200, options.text
    return customer.browser.send(f"{PAGE}/passkeys", passkey=device.make(options.json), passkey_name=name)


def question(browser: Browser) -> dict[str, Any]:
    """What the page at the door asks."""
    answer = browser.call("POST", f"/api{browser.page.path}/passkey", {})
    assert answer.status == 200, answer.text
    options: dict[str, Any] = answer.json
    return options


def give(browser: Browser, said: str) -> Seen:
    return browser.send(browser.page.path, follow=False, code="", code_passkey=said)


def test_one_is_made_named_and_opens_the_door(anne: Customer, mailbox: Mailbox) -> None:
    device = SoftAuthenticator()
    page = offered(anne, device)
    assert page.status == 200 and "codes de secours" in page.text, "the first factor brings recovery codes"
    assert "clé d’accès" in mailbox.last(anne.email).text
    listed = anne.browser.open(PAGE).text
    assert "Portable" in listed and "Pas encore utilisée" in listed
    browser = at_the_door(anne)
    asked = question(browser)
    assert [plain(one["id"]) for one in asked["allowCredentials"]] == [device.id]
    answer = give(browser, device.give(asked))
    assert (answer.status, answer.headers["Location"]) == (303, "/meetings")
    assert is_signed_in(browser)
    assert "Pas encore utilisée" not in anne.browser.open(PAGE).text


def test_an_answer_works_once(anne: Customer) -> None:
    device = add(anne)
    browser = at_the_door(anne)
    said = device.give(question(browser))
    assert give(browser, said).status == 303
    assert give(at_the_door(anne), said).status == 400


def test_a_recovery_code_helps_where_the_passkey_is_lost(anne: Customer) -> None:
    offered(anne, SoftAuthenticator())
    code = anne.browser.page.text.split("votre second facteur.")[1].split()[0]
    browser = at_the_door(anne)
    assert browser.send(browser.page.path, follow=False, code=code).status == 303


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "http://localhost.evil.example:8080"}, {"party": "evil.example"}, {"id": b"another credential"}],
    ids=["another site", "another party", "an unknown one"],
)
def test_what_is_made_for_another_site_opens_nothing(anne: Customer, wrong: dict[str, Any]) -> None:
    device = add(anne)
    forged = replace(device, **wrong)
    forged._key = device._key
    browser = at_the_door(anne)
    assert give(browser, forged.give(question(browser))).status == 400
    assert "__Host-sid" not in browser.cookies
    assert give(browser, device.give(question(browser))).status == 303


def test_another_key_under_the_same_name_opens_nothing(anne: Customer) -> None:
    device = add(anne)
    browser = at_the_door(anne)
    assert give(browser, SoftAuthenticator(id=device.id).give(question(browser))).status == 400


def test_a_copy_that_counts_behind_opens_nothing(anne: Customer) -> None:
    device = add(anne)
    for _use in range(3):
        browser = at_the_door(anne)
        assert give(browser, device.give(question(browser))).status == 303
    device.count = 1
    browser = at_the_door(anne)
    assert give(browser, device.give(question(browser))).status == 400


def test_nobodys_challenge_but_ones_own_is_answered(anne: Customer, mailbox: Mailbox) -> None:
    device = add(anne)
    zoe = sign_up(mailbox, "zoe@martin.fr")
    other = add(zoe)
    browser, elsewhere = at_the_door(anne), at_the_door(zoe)
    asked = question(browser)
    assert give(elsewhere, other.give(asked)).status == 400
    assert give(browser, other.give(asked)).status == 400
    assert give(browser, device.give({"challenge": text(b"made up")})).status == 400
    made = anne.browser.call("POST", "/api/account/passkeys", {}).json
    assert give(browser, device.give(made)).status == 400, "a challenge to make one is none to use one"


def test_a_challenge_lives_ten_minutes(anne: Customer, clock_file: MovedClock) -> None:
    device = add(anne)
    browser = at_the_door(anne)
    asked = question(browser)
    clock_file.move(seconds=601)
    anew = at_the_door(anne)
    assert give(anew, device.give(asked)).status == 400


@pytest.mark.parametrize(
    "said",
    [
        "nothing",
        "{}",
        "[]",
        "null",
        '{"id": 1, "rawId": 2, "type": "public-key", "response": {}}',
        json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30"}}),
        json.dumps(
            {
                "id": "AA",
                "rawId": "AA",
                "type": "public-key",
                "response": {"clientDataJSON": text(b'{"challenge": 7}'), "authenticatorData": "", "signature": ""},
            }
        ),
        "[" * 10_000,
    ],
)
def test_nonsense_is_refused_like_a_wrong_code(anne: Customer, said: str) -> None:
    add(anne)
    browser = at_the_door(anne)
    assert give(browser, said).status == 400
    anne.browser.open(PAGE)
    assert anne.browser.send(f"{PAGE}/passkeys", passkey=said, passkey_name="x").status == 400


def test_a_damaged_answer_is_refused_wherever_it_is_damaged(anne: Customer) -> None:
    device = add(anne)
    for part in ("authenticatorData", "signature"):
        browser = at_the_door(anne)
        said = json.loads(device.give(question(browser)))
        content = bytearray(plain(said["response"][part]))
        content[len(content) // 2] ^= 1
        said["response"][part] = text(bytes(content))
        assert give(browser, json.dumps(said)).status == 400, part


def test_a_passkey_has_a_name(anne: Customer) -> None:
    page = offered(anne, SoftAuthenticator(), name=" ")
    assert page.status == 400 and "nom" in page.text
    assert not factors.has(account_of(anne.email).id)


def test_ten_at_most(anne: Customer, clock_file: MovedClock) -> None:
    for number in range(passkeys.MOST):
        clock_file.move(seconds=61)
        add(anne, name=f"Clé {number}")
    anne.browser.open(PAGE)
    assert anne.browser.call("POST", "/api/account/passkeys", {}).status == 409


def test_it_counts_where_the_company_demands_a_second_factor(anne: Customer, mailbox: Mailbox) -> None:
    join(anne, mailbox, KARIM)
    oblige(anne)
    browser = Browser()
    assert sign_in(browser, KARIM, follow=True).path == PAGE
    add(Customer(KARIM, browser))
    assert browser.open("/meetings").path == "/meetings"


def test_the_last_one_stays_where_it_is_demanded_others_go(anne: Customer) -> None:
    add(anne, name="Portable")
    add(anne, name="Clé USB")
    oblige(anne)
    first, second = passkeys.of_account(account_of(anne.email).id)
    anne.browser.open(PAGE)
    assert "retirée" in anne.browser.send(f"{PAGE}/passkeys/{first.id}/remove").text
    page = anne.browser.open(PAGE)
    assert f"{PAGE}/passkeys/{second.id}/remove" not in page.actions
    token = page.form("/signout").fields["csrf"]
    assert anne.browser.post(f"{PAGE}/passkeys/{second.id}/remove", {"csrf": token}).status == 400
    assert factors.has(account_of(anne.email).id)
    assert anne.browser.post(f"{PAGE}/passkeys/nothing/remove", {"csrf": token}).status == 404


def test_beside_an_authenticator_each_opens_and_each_goes_alone(anne: Customer, clock_file: MovedClock) -> None:
    codes = set_up(anne)
    page = offered(anne, device := SoftAuthenticator())
    assert not any(code in page.text for code in codes) and "est ajoutée" in page.text, "the codes stay as they are"
    assert factors.codes_left(account_of(anne.email)) == 10
    clock_file.move(seconds=60)
    browser = at_the_door(anne)
    assert browser.send(browser.page.path, follow=False, code=code_of(anne)).status == 303
    anne.browser.open(PAGE)
    anne.browser.send(f"{PAGE}/totp/remove")
    account = account_of(anne.email)
    assert factors.has(account.id) and factors.codes_left(account) == 10
    browser = at_the_door(anne)
    assert give(browser, device.give(question(browser))).status == 303
    (left,) = passkeys.of_account(account.id)
    anne.browser.open(PAGE)
    anne.browser.send(f"{PAGE}/passkeys/{left.id}/remove")
    assert list(factors.items(account.id)) == [], "with the last factor go the recovery codes"


def test_after_a_quarter_of_an_hour_it_takes_a_proof_to_make_or_remove_one(
    anne: Customer, clock_file: MovedClock
) -> None:
    device = add(anne)
    (kept,) = passkeys.of_account(account_of(anne.email).id)
    clock_file.move(seconds=901)
    page = anne.browser.open(PAGE)
    assert anne.browser.call("POST", "/api/account/passkeys", {}).status == 403
    token = page.form("/signout").fields["csrf"]
    anne.browser.post(f"{PAGE}/passkeys/{kept.id}/remove", {"csrf": token})
    assert factors.has(account_of(anne.email).id)
    anne.browser.open(PAGE)
    asked = anne.browser.call("POST", "/api/account/passkeys/question", {}).json
    page = anne.browser.send(f"{PAGE}/prove", password=PASSWORD, code_passkey=device.give(asked))
    assert f"{PAGE}/passkeys/{kept.id}/remove" in page.actions


ACTS = [
    ("/account", "/account/email", {"email": "anne@autre.fr", "email_password": PASSWORD}, "email_code"),
    ("/account", "/account/password", {"current": PASSWORD, "password": OTHER_PASSWORD}, "code"),
    ("/company", "/company/owner", {"password": PASSWORD, "to": KARIM}, "code"),
    (
        "/company/programs",
        "/company/programs/tokens",
        {"name": "CRM", "password": PASSWORD, "meetings:read": True},
        "code",
    ),
    ("/company/privacy", "/company/privacy/erase", {"password": PASSWORD}, "code"),
    ("/account/close", "/account/close", {"password": PASSWORD}, "code"),
]


@pytest.mark.parametrize(("page", "act", "typed", "field"), ACTS, ids=[act for _page, act, _typed, _field in ACTS])
def test_grave_acts_ask_for_the_second_factor_beside_the_password(
    anne: Customer, mailbox: Mailbox, page: str, act: str, typed: dict[str, Any], field: str
) -> None:
    join(anne, mailbox, KARIM)
    typed = {name: account_of(KARIM).id if value == KARIM else value for name, value in typed.items()}
    device = add(anne)
    anne.browser.open(page)
    refused = anne.browser.send(act, **typed)
    assert refused.status == 400 and passkeys.WRONG not in refused.text and factors.WRONG in refused.text, refused.text
    asked = anne.browser.call("POST", "/api/account/passkeys/question", {}).json
    anne.browser.open(page)
    proved = {**typed, f"{field}_passkey": device.give(asked)}
    assert anne.browser.send(act, follow=False, **proved).status in (200, 303)


@pytest.mark.parametrize(("page", "act", "typed", "field"), ACTS, ids=[act for _page, act, _typed, _field in ACTS])
def test_who_has_none_is_asked_for_the_password_alone(
    anne: Customer, mailbox: Mailbox, page: str, act: str, typed: dict[str, Any], field: str
) -> None:
    join(anne, mailbox, KARIM)
    typed = {name: account_of(KARIM).id if value == KARIM else value for name, value in typed.items()}
    shown = anne.browser.open(page)
    assert field not in shown.form(act).fields
    assert anne.browser.send(act, follow=False, **typed).status in (200, 303)


def test_it_is_in_the_persons_copy_without_the_key_and_goes_with_the_account(anne: Customer) -> None:
    device = add(anne, name="Mon téléphone")
    account = account_of(anne.email)
    told = own_data.of(account)["passkey"]
    assert [one.name for one in told] == ["Mon téléphone"]  # type: ignore[attr-defined]
    assert {"credential", "public_key"} <= own_data.WITHHELD["passkey"]
    anne.browser.open("/account/close")
    asked = anne.browser.call("POST", "/api/account/passkeys/question", {}).json
    anne.browser.send("/account/close", password=PASSWORD, code_passkey=device.give(asked))
    assert list(factors.items(account.id)) == []


def test_it_lives_as_long_as_the_account_is_used(anne: Customer, clock_file: MovedClock) -> None:
    add(anne)
    clock_file.move(days=2)
    assert is_signed_in(anne.browser)
    account = account_of(anne.email)
    (kept,) = passkeys.of_account(account.id)
    assert kept.moments() == account.moments() and clock.now() - int(kept.made_at) >= 2 * 86_400


def test_the_party_is_the_name_people_type(monkeypatch: pytest.MonkeyPatch) -> None:
    assert passkeys.relying_party() == ("localhost", "http://localhost:8080")
    monkeypatch.setenv("IBOO_BASE_URL", "https://iboo.example")
    assert passkeys.relying_party() == ("iboo.example", "https://iboo.example")
