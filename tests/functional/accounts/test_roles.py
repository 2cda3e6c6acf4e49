"""Roles at the doors: each opens what the table says, and exactly one person owns a company."""

from typing import Any

import pytest

from chalicelib import storage
from chalicelib.accounts import actions, ownership
from chalicelib.accounts.models import Account, Member
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import PASSWORD, Customer, is_signed_in, join, sign_up

pytestmark = pytest.mark.usefixtures("stores")

KARIM = "karim@lefevre.fr"
LEA = "lea@lefevre.fr"
DOORS = {
    "/subscription": {"owner", "administrator", "billing"},
    "/subscription/order": {"owner", "administrator", "billing"},
    "/company/privacy": {"owner", "administrator", "privacy"},
}
ACTS = {
    "/company": {"owner", "administrator"},
    "/company/members": {"owner", "administrator"},
    "/subscription/cancel": {"owner", "administrator", "billing"},
    "/subscription/card/remove": {"owner", "administrator", "billing"},
    "/company/privacy/return": {"owner", "administrator", "privacy"},
    "/company/privacy/assessment-kit": {"owner", "administrator", "privacy"},
    "/company/privacy/erase": {"owner", "administrator", "privacy"},
    "/company/owner": {"owner"},
}


def of(email: str) -> Account:
    found = actions.by_email(email)
    assert found is not None
    return found


def post(browser: Browser, path: str, **fields: str) -> Seen:
    token = browser.open("/company").form("/signout").fields["csrf"]
    return browser.post(path, {"csrf": token, **fields}, follow=False)


def roles_of(company: str) -> dict[str, str]:
    """E-mail → role, with account and membership agreeing."""
    found = {}
    for member in storage.query(Member, f"company#{company}", "member#"):
        account = actions.find(member.account)
        assert account is not None and account.role == member.role
        found[str(account.email)] = str(member.role)
    return found


@pytest.mark.parametrize("role", ["administrator", "billing", "privacy", "member"])
def test_each_role_opens_its_doors_and_no_other(anne: Customer, mailbox: Mailbox, role: str) -> None:
    karim = join(anne, mailbox, KARIM, role)
    for path, roles in DOORS.items():
        assert karim.browser.open(path).status == (200 if role in roles else 403), path
    for path, roles in ACTS.items():
        status = post(karim.browser, path).status
        assert (status != 403) == (role in roles), (path, status)


def test_the_page_shows_each_role_what_it_may_do(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM, "billing")
    page = karim.browser.open("/company")
    assert "Abonnement et factures" in page.text and "Votre rôle : Facturation." in page.text
    assert "/company/members" not in page.actions and "/company/owner" not in page.actions


def test_a_colleague_gets_another_role_at_once(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    assert karim.browser.open("/subscription").status == 403
    anne.browser.open("/company")
    page = anne.browser.send(f"/company/members/{of(KARIM).id}/role", role="billing")
    assert "Le rôle est changé" in page.text
    assert karim.browser.open("/subscription").status == 200
    assert roles_of(of(KARIM).company) == {anne.email: "owner", KARIM: "billing"}


@pytest.mark.parametrize("role", ["owner", "admin", "root", ""])
def test_a_role_that_cannot_be_given_is_refused(anne: Customer, mailbox: Mailbox, role: str) -> None:
    join(anne, mailbox, KARIM)
    assert post(anne.browser, f"/company/members/{of(KARIM).id}/role", role=role).status == 400
    assert of(KARIM).role == "member"


def test_an_administrator_cannot_touch_the_owner(anne: Customer, mailbox: Mailbox) -> None:
    lea = join(anne, mailbox, LEA, "administrator")
    for act in ("role", "remove"):
        answer = post(lea.browser, f"/company/members/{of(anne.email).id}/{act}", role="member")
        assert answer.status == 403 and "propriétaire" in answer.text
    assert of(anne.email).role == "owner" and is_signed_in(anne.browser)


def test_nobody_gives_a_role_in_another_company(anne: Customer, mailbox: Mailbox) -> None:
    other = sign_up(mailbox, "zoe@martin.fr")
    colleague = join(other, mailbox, "max@martin.fr")
    assert post(anne.browser, f"/company/members/{of(colleague.email).id}/role", role="billing").status == 404
    answer = post(anne.browser, "/company/owner", to=of(colleague.email).id, password=PASSWORD)
    assert answer.status == 400
    assert of(colleague.email).role == "member" and of(anne.email).role == "owner"


def test_the_company_is_handed_over_with_the_password(anne: Customer, mailbox: Mailbox) -> None:
    join(anne, mailbox, KARIM)
    anne.browser.open("/company")
    page = anne.browser.send("/company/owner", to=of(KARIM).id, password="pas le bon mot de passe")
    assert page.status == 400 and of(anne.email).role == "owner"
    page = anne.browser.send("/company/owner", to=of(KARIM).id, password=PASSWORD)
    assert "L’entreprise est transmise" in page.text
    assert roles_of(of(KARIM).company) == {anne.email: "administrator", KARIM: "owner"}
    assert "propriétaire" in mailbox.last(KARIM).subject
    assert "/company/owner" not in anne.browser.open("/company").actions


def test_two_hand_overs_at_once_leave_one_owner(anne: Customer, mailbox: Mailbox) -> None:
    join(anne, mailbox, KARIM)
    join(anne, mailbox, LEA)
    owner = of(anne.email)
    ownership.hand_over(owner, of(KARIM))
    with pytest.raises(Exception, match="conflict"):
        ownership.hand_over(owner, of(LEA))  # as it was read before
    assert sorted(roles_of(owner.company).values()) == ["administrator", "member", "owner"]


def test_an_owner_who_leaves_is_followed_by_an_administrator(anne: Customer, mailbox: Mailbox) -> None:
    join(anne, mailbox, KARIM, "billing")
    join(anne, mailbox, LEA, "administrator")
    anne.browser.open("/account/close")
    anne.browser.send("/account/close", password=PASSWORD)
    assert roles_of(of(LEA).company) == {KARIM: "billing", LEA: "owner"}
    assert "propriétaire" in mailbox.last(LEA).subject


def test_administrators_of_before_become_an_owner_and_administrators(
    anne: Customer, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    clock_file.move(seconds=2)  # who came in the same second has come before nobody
    lea = join(anne, mailbox, LEA, "administrator")
    join(anne, mailbox, KARIM)
    for email in (anne.email, LEA):
        before: Any = of(email)
        storage.update(before, Account.role.set("admin"))
        storage.update(ownership.member_of(before), Member.role.set("admin"))
    assert lea.browser.open("/company").status == 200
    assert roles_of(of(LEA).company) == {anne.email: "owner", LEA: "administrator", KARIM: "member"}
