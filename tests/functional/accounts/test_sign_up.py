"""Registering: what is typed stays, nothing opens before the address is confirmed, nobody learns who is here."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib import sessions
from chalicelib.accounts import actions, documents, plans, signup, tries
from chalicelib.accounts.models import Company, Contract, Member
from chalicelib.errors import Gone
from chalicelib.register.stores import EPHEMERAL, PEOPLE
from chalicelib.storage import expiry, get, query
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import OTHER_PASSWORD, PASSWORD, Customer, fill_in_sign_up, is_signed_in, sign_in, sign_up

pytestmark = pytest.mark.usefixtures("stores")

EMAIL = "anne@lefevre.fr"


def words_but_token(page: Seen) -> str:
    """The page without the token of its forms, which is each browser's own."""
    return re.sub(r'(name="csrf(-token)?" (value|content))="[^"]*"', r"\1", page.html)


def kinds_in_ephemeral() -> Counter[str]:
    return Counter(str(item["kind"]) for item in expiry.scan(EPHEMERAL) if item["kind"] != "throttle")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("first_name", "", "Indiquez votre prénom."),
        ("name", " ", "Indiquez votre nom."),
        ("name", "Gagnez www.example.com", "signes qui n’y ont pas leur place"),
        ("company", "", "Indiquez le nom de votre entreprise."),
        ("email", "anne@", "n’est pas complète"),
        ("privacy_contact", "dpo", "n’est pas complète"),
        ("password", "court", "trop court"),
        ("password", "motdepasse12", "facile à deviner"),
        ("terms", False, "Acceptez les conditions"),
        ("dpa", False, "Acceptez l’accord"),
    ],
)
def test_a_field_to_correct_is_named_and_the_rest_kept(
    field: str, typed: str | bool, sentence: str, mailbox: Mailbox
) -> None:
    wrong: Any = {field: typed}
    page = fill_in_sign_up(Browser(), **wrong)
    assert page.status == 400
    assert sentence in page.text
    kept = page.form("/signup").fields
    for name, value in {"first_name": "Anne", "company": "Cabinet Lefèvre", "email": EMAIL}.items():
        assert kept[name] == value or name == field
    assert mailbox.mails == []


def test_a_password_never_comes_back_in_a_page() -> None:
    page = fill_in_sign_up(Browser(), first_name="")
    assert page.form("/signup").fields["password"] == ""
    assert PASSWORD not in page.html


def test_errors_are_told_in_the_readers_language() -> None:
    page = fill_in_sign_up(Browser(language="en"), terms=False)
    assert "Acceptez" not in page.text
    assert page.headers["Content-Language"] == "en"


def test_nothing_is_opened_before_the_address_is_confirmed(mailbox: Mailbox) -> None:
    browser = Browser()
    assert "anne@lefevre.fr" in fill_in_sign_up(browser).text
    assert list(expiry.scan(PEOPLE)) == []
    assert not is_signed_in(browser)
    assert [mail.to for mail in mailbox.mails] == [EMAIL]


def test_looking_at_the_link_changes_nothing(mailbox: Mailbox) -> None:
    fill_in_sign_up(Browser())
    link = mailbox.last(EMAIL).link("/verify/")
    for _ in range(3):
        assert Browser().open(link).status == 200
    assert list(expiry.scan(PEOPLE)) == []


def test_confirming_opens_account_company_trial_and_contract_and_signs_in(mailbox: Mailbox) -> None:
    browser = sign_up(mailbox).browser
    assert is_signed_in(browser)
    account = actions.by_email(EMAIL)
    assert account is not None
    company = get(Company, f"company#{account.company}", "company")
    assert company is not None
    assert (company.name, company.privacy_contact) == ("Cabinet Lefèvre", EMAIL)
    assert [member.role for member in query(Member, f"company#{account.company}", "member#")] == ["owner"]
    assert plans.of(account.company).people == 10
    kinds = Counter(str(item["kind"]) for item in expiry.scan(PEOPLE))
    assert kinds == {"account": 1, "login": 1, "company": 1, "member": 1, "subscription": 1, "contract": 1}
    assert kinds_in_ephemeral()["signup"] == 0


def test_the_contract_says_what_was_accepted_in_which_words(mailbox: Mailbox) -> None:
    sign_up(mailbox)
    account = actions.by_email(EMAIL)
    assert account is not None
    (contract,) = query(Contract, f"company#{account.company}", "contract#")
    assert contract.signatory == "Anne Dupont"
    assert contract.documents == [documents.document(name).record() for name in ("terms", "processor_agreement")]
    assert account.policy_version == documents.document("policy").version


def test_confirming_where_somebody_else_is_signed_in_ends_that_session(anne: Customer, mailbox: Mailbox) -> None:
    old = anne.browser.cookies["__Host-sid"]
    fill_in_sign_up(Browser(), "karim@lefevre.fr")
    anne.browser.open(link := mailbox.last("karim@lefevre.fr").link("/verify/"))
    anne.browser.send(link, follow=False, password=PASSWORD)
    assert sessions.find(old) is None
    assert anne.browser.open("/account").text.count("karim@lefevre.fr") > 0


def test_another_privacy_contact_may_be_given(mailbox: Mailbox) -> None:
    fill_in_sign_up(browser := Browser(), privacy_contact="dpo@lefevre.fr")
    browser.open(link := mailbox.last(EMAIL).link("/verify/"))
    browser.send(link, follow=False)
    account = actions.by_email(EMAIL)
    assert account is not None
    company = actions.company_of(account)
    assert company is not None
    assert company.privacy_contact == "dpo@lefevre.fr"


def test_a_link_works_once(mailbox: Mailbox) -> None:
    fill_in_sign_up(browser := Browser())
    link = mailbox.last(EMAIL).link("/verify/")
    second = Browser()
    second.open(link)
    browser.open(link)
    browser.send(link, follow=False)
    assert second.send(link).status == 410
    assert not is_signed_in(second)
    assert second.open(link).status == 410


def test_another_browser_confirms_with_the_password_only(mailbox: Mailbox) -> None:
    """Somebody who registers another person's address must not own the account once that person presses the button."""
    fill_in_sign_up(Browser())
    link = mailbox.last(EMAIL).link("/verify/")
    other = Browser()
    assert other.open(link).form(link).fields.keys() >= {"password"}
    assert other.send(link).status == 400
    assert other.send(link, password=OTHER_PASSWORD).status == 400
    assert actions.by_email(EMAIL) is None
    assert other.send(link, password=PASSWORD, follow=False).status == 303
    assert is_signed_in(other)


def test_the_browser_that_registered_confirms_with_one_press(mailbox: Mailbox) -> None:
    fill_in_sign_up(browser := Browser())
    link = mailbox.last(EMAIL).link("/verify/")
    assert "password" not in browser.open(link).form(link).fields
    assert browser.send(link, follow=False).status == 303


def test_a_link_used_many_times_at_once_opens_one_account(mailbox: Mailbox) -> None:
    fill_in_sign_up(browser := Browser())
    token = mailbox.last(EMAIL).link("/verify/").removeprefix("/verify/")

    def confirm() -> bool:
        try:
            signup.confirm(token, browser.cookies["__Host-csrf"], "")
        except Gone:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        opened = [future.result() for future in [pool.submit(confirm) for _ in range(8)]]
    assert opened.count(True) == 1
    assert Counter(str(item["kind"]) for item in expiry.scan(PEOPLE))["company"] == 1


def test_an_origin_can_open_sixty_links_an_hour(midnight: MovedClock) -> None:
    for _ in range(60):
        tries.from_origin("link", "192.0.2.9")
    assert Browser(address="192.0.2.9").open("/verify/guess").status == 429
    assert Browser(address="192.0.2.10").open("/verify/guess").status == 410


def test_a_link_works_for_a_day(mailbox: Mailbox, clock_file: MovedClock) -> None:
    fill_in_sign_up(browser := Browser())
    link = mailbox.last(EMAIL).link("/verify/")
    browser.open(link)
    clock_file.move(hours=24)
    assert browser.send(link).status == 410
    assert list(expiry.scan(PEOPLE)) == []


def test_of_two_links_for_one_address_the_first_used_opens_the_account(mailbox: Mailbox) -> None:
    fill_in_sign_up(browser := Browser())
    fill_in_sign_up(browser, password=OTHER_PASSWORD)
    first, second = (mail.link("/verify/") for mail in mailbox.to(EMAIL))
    for link in (first, second):
        browser.open(link)
        answer = browser.send(link, follow=False)
    assert answer.status == 410
    assert len([item for item in expiry.scan(PEOPLE) if item["kind"] == "account"]) == 1
    assert sign_in(Browser(), EMAIL, PASSWORD).status == 303


def test_a_known_address_gets_the_same_answer_and_its_owner_another_mail(anne: Customer, mailbox: Mailbox) -> None:
    unknown = fill_in_sign_up(Browser(), "karim@lefevre.fr")
    known = fill_in_sign_up(Browser(), anne.email)
    assert known.status == unknown.status == 200
    assert words_but_token(known).replace(anne.email, "@") == words_but_token(unknown).replace("karim@lefevre.fr", "@")
    assert len(mailbox.to(anne.email)) == len(mailbox.to("karim@lefevre.fr")) == 1
    assert "déjà" in mailbox.last(anne.email).subject


def test_a_known_address_costs_as_many_writes_as_an_unknown_one(anne: Customer) -> None:
    counts = []
    for email in ("karim@lefevre.fr", anne.email):
        before = kinds_in_ephemeral()
        fill_in_sign_up(Browser(), email)
        counts.append(sum((kinds_in_ephemeral() - before).values()))
    assert counts[0] == counts[1]


def test_registering_again_does_not_touch_the_account(anne: Customer) -> None:
    fill_in_sign_up(Browser(), anne.email, password=OTHER_PASSWORD)
    assert sign_in(Browser(), anne.email, PASSWORD).status == 303


def test_an_address_can_be_registered_five_times_an_hour(mailbox: Mailbox, midnight: MovedClock) -> None:
    for _ in range(5):
        assert fill_in_sign_up(Browser()).status == 200
    page = fill_in_sign_up(Browser())
    assert page.status == 429
    assert page.form("/signup").fields["email"] == EMAIL
    assert len(mailbox.mails) == 5
    midnight.move(hours=1)
    assert fill_in_sign_up(Browser()).status == 200


def test_an_origin_can_register_twenty_times_an_hour(mailbox: Mailbox, midnight: MovedClock) -> None:
    for _ in range(20):
        tries.from_origin("signup", "192.0.2.9")
    assert fill_in_sign_up(Browser(address="192.0.2.9")).status == 429
    assert mailbox.mails == []
    assert fill_in_sign_up(Browser(address="192.0.2.10")).status == 200
