"""Closing an account: shown before, done at once, and the company with its last administrator."""

import pytest

from chalicelib.accounts import actions
from chalicelib.accounts.models import Account, Contract
from chalicelib.register.events import Event
from chalicelib.register.stores import EPHEMERAL, PEOPLE
from chalicelib.storage import expiry, query, update
from tests.functional.browser import Browser, Seen
from tests.functional.mailbox import Mailbox
from tests.functional.people import PASSWORD, Customer, is_signed_in, join, sign_in, sign_up

pytestmark = pytest.mark.usefixtures("stores")

KARIM = "karim@lefevre.fr"


@pytest.fixture
def anne(stores: object, mailbox: Mailbox) -> Customer:
    """The administrator of a new company."""
    return sign_up(mailbox)


def plan_meeting(customer: Customer, guest: str) -> None:
    """A meeting tomorrow with one guest."""
    customer.browser.open("/meetings/new")
    page = customer.browser.send("/meetings/new", title="Point d’étape", invitees=guest)
    assert page.status == 200, page.text


def close(customer: Customer, password: str = PASSWORD) -> Seen:
    customer.browser.open("/account/close")
    return customer.browser.send("/account/close", password=password)


def send_away(admin: Customer, email: str, to: str = "") -> Seen:
    """Removes a colleague on the page that asks what becomes of the meetings. ``to``: whose they are then."""
    found = actions.by_email(email)
    heir = actions.by_email(to) if to else None
    assert found is not None
    admin.browser.open(f"/company/members/{found.id}/leave")
    return admin.browser.send(f"/company/members/{found.id}/remove", to=heir.id if heir else "")


def of_people() -> dict[str, int]:
    found: dict[str, int] = {}
    for item in expiry.scan(PEOPLE):
        found[item["kind"]] = found.get(item["kind"], 0) + 1
    return found


def test_what_will_happen_is_shown_and_changes_nothing(anne: Customer) -> None:
    text = anne.browser.open("/account/close").text
    for words in ("Compte", "supprimée aussitôt", "Preuve du contrat", "supprimée le"):
        assert words in text
    assert is_signed_in(anne.browser)


def test_closing_needs_the_password(anne: Customer) -> None:
    page = close(anne, "pas le bon mot de passe")
    assert page.status == 400
    assert "mot de passe actuel" in page.text
    assert is_signed_in(anne.browser)


def test_a_member_who_closes_leaves_the_company_as_it_is(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    assert close(karim).path.startswith("/certificates/")
    assert "__Host-sid" not in karim.browser.cookies
    assert actions.by_email(KARIM) is None
    assert of_people() == {"account": 1, "login": 1, "company": 1, "member": 1, "subscription": 1, "contract": 1}
    assert is_signed_in(anne.browser)
    assert "fermé" in mailbox.last(KARIM).subject


def test_an_administrator_who_leaves_another_does_not_end_the_company(anne: Customer, mailbox: Mailbox) -> None:
    lea = join(anne, mailbox, "lea@lefevre.fr", "administrator")
    close(anne)
    assert "Cabinet Lefèvre" in lea.browser.open("/company").text


def test_the_last_administrator_takes_the_company_along(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    account = actions.by_email(anne.email)
    assert account is not None
    company = account.company
    close(anne)
    assert not is_signed_in(karim.browser)
    assert sign_in(Browser(), KARIM).status == 400
    assert "fermé" in mailbox.last(KARIM).subject
    assert of_people() == {"contract": 1}
    (contract,) = query(Contract, f"company#{company}", "contract#")
    assert Event.TERMINATED in contract.moments()
    assert contract.delete_by is not None
    assert not [item for item in expiry.scan(EPHEMERAL) if item["kind"] in ("session", "member_invitation")]


def test_guests_are_told_that_the_meeting_is_off(anne: Customer, mailbox: Mailbox) -> None:
    plan_meeting(anne, "bruno@client.fr")
    mailbox.empty()
    close(anne)
    assert "annulée" in mailbox.last("bruno@client.fr").subject


def test_the_meetings_of_a_removed_member_are_called_off(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    plan_meeting(karim, "bruno@client.fr")
    mailbox.empty()
    send_away(anne, KARIM)
    assert "annulée" in mailbox.last("bruno@client.fr").subject


def test_a_closed_account_can_be_opened_anew(anne: Customer, mailbox: Mailbox) -> None:
    close(anne)
    assert is_signed_in(sign_up(mailbox).browser)


def test_a_legal_hold_keeps_the_account_and_its_meetings(anne: Customer, mailbox: Mailbox) -> None:
    plan_meeting(anne, "bruno@client.fr")
    mailbox.empty()
    account = actions.by_email(anne.email)
    assert account is not None
    update(account, Account.hold.set({"litige 7"}))
    assert close(anne).status == 409
    assert actions.by_email(anne.email) is not None
    assert mailbox.mails == []


def test_the_meetings_of_who_leaves_go_to_the_colleague_chosen(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    plan_meeting(karim, "bruno@client.fr")
    link = mailbox.last("bruno@client.fr").link("/i/")
    assert "1 réunion à venir" in anne.browser.open(f"/company/members/{account_of(KARIM).id}/leave").text.replace(
        "\xa0", " "
    )
    mailbox.empty()
    page = send_away(anne, KARIM, anne.email)
    assert page.path == "/company?done=removed"
    assert not is_signed_in(karim.browser)
    assert "Point d’étape" in anne.browser.open("/meetings").text
    mail = mailbox.last("bruno@client.fr")
    assert "annulée" not in mail.subject and mail.link("/i/") == link
    assert "Anne Dupont" in mail.text
    assert Browser().open(link).status == 200


def test_who_closes_the_own_account_may_hand_meetings_over(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    plan_meeting(karim, "bruno@client.fr")
    mailbox.empty()
    karim.browser.open("/account/close")
    karim.browser.send("/account/close", password=PASSWORD, to=account_of(anne.email).id)
    assert actions.by_email(KARIM) is None
    assert "Point d’étape" in anne.browser.open("/meetings").text
    assert "annulée" not in mailbox.last("bruno@client.fr").subject


def test_meetings_go_to_nobody_of_another_company(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    plan_meeting(karim, "bruno@client.fr")
    zoe = sign_up(mailbox, "zoe@martin.fr")
    page = send_away(anne, KARIM, zoe.email)
    assert page.status == 400 and "Choisissez un collègue" in page.text
    assert actions.by_email(KARIM) is not None and "Point d’étape" not in zoe.browser.open("/meetings").text


def test_the_page_of_leaving_is_not_for_members_nor_about_strangers(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    zoe = sign_up(mailbox, "zoe@martin.fr")
    assert karim.browser.open(f"/company/members/{account_of(anne.email).id}/leave").status == 403
    assert anne.browser.open(f"/company/members/{account_of(zoe.email).id}/leave").status == 404


def account_of(email: str) -> Account:
    found = actions.by_email(email)
    assert found is not None
    return found
