"""What a person changes of their account: names, address, language, devices."""

from typing import Any

import pytest

from chalicelib.accounts import actions
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import PASSWORD, Customer, is_signed_in, sign_in, sign_up

pytestmark = pytest.mark.usefixtures("stores")

NEW = "anne@dupont.fr"


def ask_new_email(customer: Customer, email: str = NEW, password: str = PASSWORD) -> Seen:
    customer.browser.open("/account")
    return customer.browser.send("/account/email", email=email, email_password=password)


def confirm(link: str) -> Seen:
    browser = Browser()
    browser.open(link)
    return browser.send(link, follow=False)


def test_who_is_not_signed_in_is_sent_to_sign_in() -> None:
    answer = Browser().open("/account", follow=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/signin?next=/account")


def test_names_language_and_zone_are_kept(anne: Customer) -> None:
    anne.browser.open("/account")
    profile: Any = {"first_name": "Anna", "name": "Martin", "language": "en", "timezone": "America/Martinique"}
    page = anne.browser.send("/account/profile", **profile)
    assert page.headers["Content-Language"] == "en"
    fields = page.form("/account/profile").fields
    assert {name: fields[name] for name in profile} == profile


@pytest.mark.parametrize(
    ("field", "typed"), [("first_name", ""), ("name", "x" * 81), ("language", "de"), ("timezone", "Mars/Olympus")]
)
def test_a_wrong_profile_is_shown_again(anne: Customer, field: str, typed: str) -> None:
    anne.browser.open("/account")
    wrong: Any = {"first_name": "Anna", field: typed}
    page = anne.browser.send("/account/profile", **wrong)
    assert page.status == 400
    if field != "first_name":
        assert page.form("/account/profile").fields["first_name"] == "Anna"
    account = actions.by_email(anne.email)
    assert account is not None
    assert account.first_name == "Anne"


def test_a_new_address_is_used_once_confirmed_from_there(anne: Customer, mailbox: Mailbox) -> None:
    page = ask_new_email(anne)
    assert NEW in page.text
    assert sign_in(Browser(), NEW).status == 400
    assert confirm(mailbox.last(NEW).link("/account/email/")).status == 303
    assert sign_in(Browser(), NEW).status == 303
    assert sign_in(Browser(), anne.email).status == 400
    assert "a changé" in mailbox.last(anne.email).subject
    assert "en attente" not in anne.browser.open("/account").text


def test_looking_at_the_link_does_not_change_the_address(anne: Customer, mailbox: Mailbox) -> None:
    ask_new_email(anne)
    assert Browser().open(mailbox.last(NEW).link("/account/email/")).status == 200
    assert actions.by_email(NEW) is None


def test_the_link_to_a_new_address_works_once_and_for_a_day(
    anne: Customer, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    ask_new_email(anne)
    link = mailbox.last(NEW).link("/account/email/")
    confirm(link)
    assert Browser().open(link).status == 410
    ask_new_email(anne, "anne@martin.fr")
    clock_file.move(days=1)
    assert Browser().open(mailbox.last("anne@martin.fr").link("/account/email/")).status == 410


def test_a_new_address_needs_the_password(anne: Customer, mailbox: Mailbox) -> None:
    page = ask_new_email(anne, password="un autre mot de passe")
    assert page.status == 400
    assert page.form("/account/email").fields["email"] == NEW
    assert mailbox.mails == []


def test_an_address_somebody_has_gets_the_same_answer(anne: Customer, mailbox: Mailbox) -> None:
    other = sign_up(mailbox, "karim@lefevre.fr")
    mailbox.empty()
    taken = ask_new_email(anne, other.email)
    assert taken.status == 200
    assert "déjà" in mailbox.last(other.email).subject
    assert "/account/email/" not in mailbox.last(other.email).text
    free = ask_new_email(anne, NEW)
    assert free.text.replace(NEW, "@") == taken.text.replace(other.email, "@")


def test_an_address_registered_meanwhile_is_not_taken_over(anne: Customer, mailbox: Mailbox) -> None:
    ask_new_email(anne)
    link = mailbox.last(NEW).link("/account/email/")
    sign_up(mailbox, NEW)
    assert confirm(link).status == 410
    assert sign_in(Browser(), anne.email).status == 303


def test_a_link_to_a_new_password_sent_to_the_old_address_is_void(anne: Customer, mailbox: Mailbox) -> None:
    browser = Browser()
    browser.open("/forgot")
    browser.send("/forgot", email=anne.email)
    old = mailbox.last(anne.email).link("/reset/")
    ask_new_email(anne)
    confirm(mailbox.last(NEW).link("/account/email/"))
    assert Browser().open(old).status == 410


def test_a_device_is_listed_and_can_be_signed_out(anne: Customer) -> None:
    other = Browser(device="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1")
    sign_in(other, anne.email)
    page = anne.browser.open("/account")
    assert "Safari, iPhone" in page.text
    (revoke,) = [action for action in page.actions if action.endswith("/revoke")]
    anne.browser.send(revoke)
    assert not is_signed_in(other)
    assert is_signed_in(anne.browser)


def test_somebody_elses_device_cannot_be_signed_out(anne: Customer, mailbox: Mailbox) -> None:
    other = sign_up(mailbox, "karim@benali.fr")
    third = Browser()
    sign_in(third, other.email)
    (revoke,) = [action for action in other.browser.open("/account").actions if action.endswith("/revoke")]
    anne.browser.post(revoke, {"csrf": anne.browser.open("/account").form("/signout").fields["csrf"]})
    assert is_signed_in(third)
