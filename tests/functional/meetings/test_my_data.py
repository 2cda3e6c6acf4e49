"""What a guest reads of what is kept about them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib import clock, storage
from chalicelib.accounts.models import Company
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Guest, Host, a_guest, a_host, admitted, in_

PARIS = ZoneInfo("Europe/Paris")


def my_data(guest: Guest) -> str:
    page = guest.browser.open(guest.link.replace("/i/", "/my-data/"))
    assert page.status == 200
    return page.text


def test_an_invited_person_reads_their_address_and_until_when(host: Host, mailbox: Mailbox) -> None:
    host.plan("Zoé Été <zoe@example.fr>", "paul@example.com", **in_(86_400))
    words = my_data(a_guest(mailbox))
    assert "zoe@example.fr" in words and "Zoé Été" in words and "envoyée" in words
    assert "paul" not in words
    due = datetime.fromtimestamp(clock.now(), PARIS) + timedelta(days=29)
    assert f"{due.day}" in words and f"{due.year}" in words
    assert "Cabinet Lefèvre" in words and "dpo@lefevre.fr" in words and "CNIL" in words


def test_who_entered_reads_name_and_number_of_lines_written(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    guest = admitted(plan, mailbox)
    for number in range(3):
        guest.browser.call("POST", plan.api("chat"), {"id": f"{number}", "body": "confidentiel"})
    words = my_data(guest)
    assert "Nom donné pour entrer Zoé Été" in words and "Messages écrits 3" in words
    assert "confidentiel" not in words, "the link alone opens no content"


def test_the_page_is_there_after_a_cancellation(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    guest = a_guest(mailbox)
    host.cancel(plan)
    assert "zoe@example.fr" in my_data(guest)


def test_mails_of_another_company_are_not_told(host: Host, mailbox: Mailbox) -> None:
    a_host("karim@ailleurs.fr").plan("zoe@example.fr")
    host.plan("zoe@example.fr")
    assert "prestataire d’envoi 1" in my_data(a_guest(mailbox))


def test_a_revoked_link_opens_nothing(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    guest = a_guest(mailbox)
    host.act(plan, "revoke")
    assert guest.browser.open(guest.link.replace("/i/", "/my-data/")).status == 404


def test_what_was_given_under_a_revoked_link_is_told_under_the_new_one(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    a_guest(mailbox).enter(first_name="Zoé", name="Avant")
    host.act(plan, "revoke")
    host.act(plan, "resend")
    again = a_guest(mailbox)
    again.enter(first_name="Zoé", name="Après")
    words = my_data(again)
    assert "Zoé Avant" in words and "Zoé Après" in words


def test_a_guest_reads_what_is_kept_after_the_hosts_account_is_closed(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr")
    guest = a_guest(mailbox)
    storage.delete(host.account)
    assert "zoe@example.fr" in my_data(guest)
    assert "zoe@example.fr" in guest.browser.open(guest.link).text, "the personal link leads there"
    company = storage.get(Company, f"company#{host.account.company}", "company")
    assert company is not None
    storage.delete(company)
    words = my_data(guest)
    assert "zoe@example.fr" in words and "rgpd@iboo.live" in words
