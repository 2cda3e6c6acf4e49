"""A forgotten password and a changed one."""

import pytest

from chalicelib.accounts import tries
from chalicelib.register.stores import EPHEMERAL
from chalicelib.storage import expiry
from tests.functional.accounts.test_sign_up import words_but_token
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import OTHER_PASSWORD, PASSWORD, Customer, is_signed_in, sign_in

pytestmark = pytest.mark.usefixtures("stores")


def ask(email: str, browser: Browser | None = None) -> Seen:
    browser = browser or Browser()
    browser.open("/forgot")
    return browser.send("/forgot", email=email)


def reset(link: str, password: str = OTHER_PASSWORD, browser: Browser | None = None) -> Seen:
    browser = browser or Browser()
    browser.open(link)
    return browser.send(link, follow=False, password=password)


def change(customer: Customer, current: str = PASSWORD, password: str = OTHER_PASSWORD) -> Seen:
    customer.browser.open("/account")
    return customer.browser.send("/account/password", current=current, password=password)


def test_a_known_and_an_unknown_address_get_the_same_answer_and_a_mail_each(anne: Customer, mailbox: Mailbox) -> None:
    known, unknown = ask(anne.email), ask("nobody@lefevre.fr")
    assert known.status == unknown.status == 200
    assert words_but_token(known).replace(anne.email, "@") == words_but_token(unknown).replace("nobody@lefevre.fr", "@")
    assert len(mailbox.to(anne.email)) == len(mailbox.to("nobody@lefevre.fr")) == 1
    assert "/reset/" not in mailbox.last("nobody@lefevre.fr").text


def test_asking_changes_nothing(anne: Customer) -> None:
    ask(anne.email)
    assert is_signed_in(anne.browser)
    assert sign_in(Browser(), anne.email).status == 303


def test_the_link_sets_a_new_password_and_signs_in(anne: Customer, mailbox: Mailbox) -> None:
    ask(anne.email)
    browser = Browser()
    assert reset(mailbox.last(anne.email).link("/reset/"), browser=browser).headers["Location"] == "/meetings"
    assert is_signed_in(browser)
    assert sign_in(Browser(), anne.email, PASSWORD).status == 400
    assert sign_in(Browser(), anne.email, OTHER_PASSWORD).status == 303


def test_a_new_password_ends_every_other_session(anne: Customer, mailbox: Mailbox) -> None:
    ask(anne.email)
    reset(mailbox.last(anne.email).link("/reset/"))
    assert not is_signed_in(anne.browser)


def test_the_owner_is_told_of_the_new_password(anne: Customer, mailbox: Mailbox) -> None:
    ask(anne.email)
    reset(mailbox.last(anne.email).link("/reset/"))
    assert "a changé" in mailbox.last(anne.email).subject


def test_looking_at_the_link_does_not_use_it_up(anne: Customer, mailbox: Mailbox) -> None:
    ask(anne.email)
    link = mailbox.last(anne.email).link("/reset/")
    for _ in range(3):
        assert Browser().open(link).status == 200
    assert reset(link).status == 303


def test_a_weak_password_does_not_use_the_link_up(anne: Customer, mailbox: Mailbox) -> None:
    ask(anne.email)
    link = mailbox.last(anne.email).link("/reset/")
    assert reset(link, "azertyuiop12").status == 400
    assert reset(link).status == 303


def test_a_link_works_once(anne: Customer, mailbox: Mailbox) -> None:
    ask(anne.email)
    link = mailbox.last(anne.email).link("/reset/")
    late = Browser()
    late.open(link)
    reset(link)
    assert late.send(link, password="encore une autre phrase longue").status == 410
    assert sign_in(Browser(), anne.email, OTHER_PASSWORD).status == 303


def test_a_link_works_for_an_hour(anne: Customer, mailbox: Mailbox, clock_file: MovedClock) -> None:
    ask(anne.email)
    link = mailbox.last(anne.email).link("/reset/")
    clock_file.move(hours=1)
    assert Browser().open(link).status == 410


def test_a_newer_link_voids_the_older(anne: Customer, mailbox: Mailbox) -> None:
    ask(anne.email)
    ask(anne.email)
    older, newer = (mail.link("/reset/") for mail in mailbox.to(anne.email))
    assert Browser().open(older).status == 410
    assert Browser().open(newer).status == 200


def test_a_link_for_one_thing_is_none_for_another(anne: Customer, mailbox: Mailbox) -> None:
    ask(anne.email)
    token = mailbox.last(anne.email).link("/reset/").removeprefix("/reset/")
    for path in ("/verify/", "/join/", "/account/email/"):
        assert Browser().open(path + token).status == 410


def test_the_store_does_not_hold_the_token(anne: Customer, mailbox: Mailbox) -> None:
    ask(anne.email)
    token = mailbox.last(anne.email).link("/reset/").removeprefix("/reset/")
    assert token not in str(list(expiry.scan(EPHEMERAL)))


def test_an_address_can_ask_five_times_an_hour(anne: Customer, mailbox: Mailbox, midnight: MovedClock) -> None:
    for _ in range(5):
        assert ask(anne.email).status == 200
    page = ask(anne.email)
    assert (page.status, len(mailbox.mails)) == (429, 5)
    assert page.form("/forgot").fields["email"] == anne.email


def test_an_origin_can_ask_twenty_times_an_hour(anne: Customer, mailbox: Mailbox, midnight: MovedClock) -> None:
    for _ in range(20):
        tries.from_origin("forgot", "192.0.2.9")
    assert ask(anne.email, Browser(address="192.0.2.9")).status == 429
    assert mailbox.mails == []


def test_who_was_locked_out_by_others_comes_in_by_the_mail(
    anne: Customer, mailbox: Mailbox, midnight: MovedClock
) -> None:
    for _ in range(5):
        tries.on_account("signin", anne.email)
    assert sign_in(Browser(), anne.email).status == 429
    ask(anne.email)
    browser = Browser()
    reset(mailbox.last(anne.email).link("/reset/"), browser=browser)
    assert is_signed_in(browser)


def test_changing_the_password_keeps_this_browser_and_ends_the_others(anne: Customer, mailbox: Mailbox) -> None:
    other = Browser()
    sign_in(other, anne.email)
    old = anne.browser.cookies["__Host-sid"]
    assert "changé" in change(anne).text
    assert is_signed_in(anne.browser)
    assert anne.browser.cookies["__Host-sid"] != old
    assert not is_signed_in(other)
    assert "a changé" in mailbox.last(anne.email).subject


def test_changing_the_password_needs_the_current_one(anne: Customer) -> None:
    page = change(anne, current=OTHER_PASSWORD)
    assert page.status == 400
    assert "mot de passe actuel" in page.text
    assert sign_in(Browser(), anne.email, PASSWORD).status == 303


def test_the_current_password_can_be_tried_five_times(anne: Customer, midnight: MovedClock) -> None:
    for _ in range(5):
        assert change(anne, current="faux mais assez long").status == 400
    assert change(anne).status == 429


def test_a_password_made_of_ones_own_name_is_refused(anne: Customer) -> None:
    assert change(anne, password="dupontlefevre").status == 400
