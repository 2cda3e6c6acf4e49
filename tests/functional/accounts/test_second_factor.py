"""The second factor: set up, asked for, lost, obligatory."""

import re

import pyotp
import pytest

from chalicelib import clock, storage
from chalicelib.accounts import actions, factors, totp
from chalicelib.accounts.models import Account
from chalicelib.billing.acts import Operator
from chalicelib.errors import NotFound
from chalicelib.operations import company_acts
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import OTHER_PASSWORD, PASSWORD, Customer, is_signed_in, join, sign_in, sign_up

pytestmark = pytest.mark.usefixtures("stores")

KARIM = "karim@lefevre.fr"
PAGE = "/account/security"


def account_of(email: str) -> Account:
    found = actions.by_email(email)
    assert found is not None
    return found


def code_of(customer: Customer, steps: int = 0) -> str:
    item = factors.authenticator(account_of(customer.email).id)
    assert item is not None
    return pyotp.TOTP(item.secret).at(clock.now() + steps * totp.STEP)


def set_up(customer: Customer) -> list[str]:
    """Through the pages; returns the recovery codes."""
    customer.browser.open(PAGE)
    customer.browser.send(f"{PAGE}/totp")
    page = customer.browser.send(f"{PAGE}/totp/confirm", code=code_of(customer))
    codes = re.findall(r"\b[a-z2-7]{5}-[a-z2-7]{5}\b", page.text)
    assert page.status == 200 and len(set(codes)) == 10, page.text
    return codes


def at_the_door(customer: Customer, browser: Browser | None = None) -> Browser:
    """The password was right: the question for the second factor is shown."""
    browser = browser or Browser()
    page = sign_in(browser, customer.email, customer.password, follow=True)
    assert page.path.startswith("/signin/second/"), page.path
    assert not is_signed_in(browser) and page.status == 200
    browser.open(page.path)
    return browser


def give(browser: Browser, code: str) -> Seen:
    return browser.send(browser.page.path, follow=False, code=code)


def oblige(customer: Customer) -> None:
    customer.browser.open("/company/rules")
    assert customer.browser.send("/company/rules", second_factor=True).status == 200


def test_who_has_a_second_factor_is_asked_for_it(anne: Customer, clock_file: MovedClock, mailbox: Mailbox) -> None:
    set_up(anne)
    assert "second facteur" in mailbox.last(anne.email).subject
    clock_file.move(seconds=60)
    browser = at_the_door(anne)
    assert give(browser, "000000").status == 400 and "__Host-sid" not in browser.cookies
    answer = give(browser, code_of(anne))
    assert (answer.status, answer.headers["Location"]) == (303, "/meetings")
    assert is_signed_in(browser)


def test_a_code_works_once(anne: Customer, clock_file: MovedClock) -> None:
    set_up(anne)
    clock_file.move(seconds=60)
    code = code_of(anne)
    assert give(at_the_door(anne), code).status == 303
    assert give(at_the_door(anne), code).status == 400


def test_a_recovery_code_works_once_and_is_told(anne: Customer, mailbox: Mailbox) -> None:
    codes = set_up(anne)
    mailbox.empty()
    assert give(at_the_door(anne), codes[0].upper().replace("-", " ")).status == 303
    assert "code" in mailbox.last(anne.email).text
    assert give(at_the_door(anne), codes[0]).status == 400
    assert factors.codes_left(account_of(anne.email)) == 9


def test_new_recovery_codes_void_the_earlier_ones(anne: Customer) -> None:
    old = set_up(anne)
    anne.browser.open(PAGE)
    page = anne.browser.send(f"{PAGE}/codes")
    new = re.findall(r"\b[a-z2-7]{5}-[a-z2-7]{5}\b", page.text)
    assert give(at_the_door(anne), old[3]).status == 400
    assert give(at_the_door(anne), new[3]).status == 303


def test_codes_are_kept_as_hashes_and_the_secret_sealed(anne: Customer) -> None:
    codes = set_up(anne)
    account = account_of(anne.email)
    item = factors.authenticator(account.id)
    assert item is not None
    raw = str([one.to_dynamodb_dict() for one in factors.items(account.id)])
    assert item.secret not in raw and not any(code.replace("-", "") in raw for code in codes)


def test_the_question_is_answered_in_the_browser_that_gave_the_password(anne: Customer, clock_file: MovedClock) -> None:
    set_up(anne)
    browser = at_the_door(anne)
    assert Browser().open(browser.page.path).status == 410
    clock_file.move(seconds=601)
    assert browser.open(browser.page.path).status == 410


def test_tries_are_counted(anne: Customer, midnight: MovedClock) -> None:
    midnight.move(days=1)
    anne.browser.open(PAGE)
    anne.browser.send(f"{PAGE}/prove", password=PASSWORD)
    set_up(anne)
    midnight.move(seconds=300)
    browser = at_the_door(anne)
    statuses = [give(browser, "000000").status for _ in range(6)]
    assert statuses == [400, 400, 400, 400, 400, 429]
    midnight.move(seconds=301)
    assert give(at_the_door(anne), code_of(anne)).status == 303


def test_a_new_password_by_mail_does_not_replace_the_second_factor(anne: Customer, mailbox: Mailbox) -> None:
    set_up(anne)
    browser = Browser()
    browser.open("/forgot")
    browser.send("/forgot", email=anne.email)
    link = mailbox.last(anne.email).link("/reset/")
    browser.open(link)
    page = browser.send(link, password=OTHER_PASSWORD)
    assert page.path.startswith("/signin/second/") and not is_signed_in(browser)


def test_after_a_quarter_of_an_hour_password_and_code_are_asked_before_changes(
    anne: Customer, clock_file: MovedClock
) -> None:
    set_up(anne)
    clock_file.move(seconds=901)
    page = anne.browser.open(PAGE)
    assert f"{PAGE}/totp/remove" not in page.actions
    token = page.form("/signout").fields["csrf"]
    anne.browser.post(f"{PAGE}/totp/remove", {"csrf": token})
    assert factors.has(account_of(anne.email).id)
    anne.browser.open(PAGE)
    assert anne.browser.send(f"{PAGE}/prove", password=PASSWORD, code="000000").status == 400
    assert f"{PAGE}/totp/remove" in anne.browser.send(f"{PAGE}/prove", password=PASSWORD, code=code_of(anne)).actions
    assert "est retiré" in anne.browser.send(f"{PAGE}/totp/remove").text
    assert not factors.has(account_of(anne.email).id)
    assert list(factors.items(account_of(anne.email).id)) == []


def test_where_the_company_demands_it_nothing_opens_before_it_is_set_up(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    oblige(anne)
    assert is_signed_in(karim.browser)  # from the next time on
    browser = Browser()
    assert sign_in(browser, KARIM, follow=True).path == PAGE
    for path in ("/meetings", "/account", "/company", "/signin"):
        assert browser.open(path).path == PAGE, path
    token = browser.page.form("/signout").fields["csrf"]
    assert browser.post("/meetings/now", {"csrf": token}).status == 403
    set_up(Customer(KARIM, browser))
    assert browser.open("/meetings").path == "/meetings"


def test_an_obligatory_second_factor_is_not_removed(anne: Customer) -> None:
    set_up(anne)
    oblige(anne)
    page = anne.browser.open(PAGE)
    assert f"{PAGE}/totp/remove" not in page.actions
    token = page.form("/signout").fields["csrf"]
    assert anne.browser.post(f"{PAGE}/totp/remove", {"csrf": token}).status == 400
    assert factors.has(account_of(anne.email).id)


def test_who_administers_resets_a_lost_one_and_the_person_is_told(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    set_up(karim)
    mailbox.empty()
    anne.browser.open("/company/security")
    page = anne.browser.send(f"/company/members/{account_of(KARIM).id}/factor/reset")
    assert "est réinitialisé" in page.text
    assert not is_signed_in(karim.browser)
    assert "réinitialisé" in mailbox.last(KARIM).text
    assert sign_in(Browser(), KARIM).headers["Location"] == "/meetings"


def test_nobody_else_resets_a_second_factor(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    lea = join(anne, mailbox, "lea@lefevre.fr", "administrator")
    stranger = sign_up(mailbox, "zoe@martin.fr")
    set_up(anne)
    set_up(karim)
    for who, whom, status in ((karim, anne, 403), (lea, anne, 403), (stranger, karim, 404), (anne, anne, 404)):
        token = who.browser.open("/company").form("/signout").fields["csrf"]
        path = f"/company/members/{account_of(whom.email).id}/factor/reset"
        assert who.browser.post(path, {"csrf": token}).status == status, (who.email, whom.email)
    assert factors.has(account_of(anne.email).id) and factors.has(account_of(KARIM).id)
    assert karim.browser.open("/company/security").status == 403


def test_it_goes_with_the_account(anne: Customer) -> None:
    codes = set_up(anne)
    account = account_of(anne.email)
    anne.browser.open("/account/close")
    anne.browser.send("/account/close", password=PASSWORD, code=codes[0])
    assert list(factors.items(account.id)) == []


def test_it_lives_as_long_as_the_account_is_used(anne: Customer, clock_file: MovedClock) -> None:
    set_up(anne)
    account = account_of(anne.email)
    clock_file.move(days=2)
    assert is_signed_in(anne.browser)
    used = account_of(anne.email).moments()
    assert used != account.moments()
    assert all(item.moments() == used for item in factors.items(account.id))
    assert storage.get(Account, account.pk, "account") is not None


def test_an_owner_who_has_lost_everything_is_helped_by_us(anne: Customer, mailbox: Mailbox) -> None:
    by, company = Operator("Chloé Martin", "rappelée au numéro du contrat"), account_of(anne.email).company
    with pytest.raises(NotFound):
        company_acts.reset_factor(by, company, anne.email)
    set_up(anne)
    company_acts.reset_factor(by, company, anne.email)
    assert not is_signed_in(anne.browser) and not factors.has(account_of(anne.email).id)
    assert "À votre demande" in mailbox.last(anne.email).text
