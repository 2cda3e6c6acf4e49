"""A company, who is in it, and who may join."""

from typing import Any

import pytest

from chalicelib import storage
from chalicelib.accounts import actions, rules
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import (
    PASSWORD,
    Customer,
    invite_colleague,
    is_signed_in,
    join,
    sign_in,
    sign_up,
)

pytestmark = pytest.mark.usefixtures("stores")

KARIM = "karim@lefevre.fr"
LEA = "lea@lefevre.fr"


def accept(link: str, **typed: str | bool) -> Seen:
    browser = Browser()
    browser.open(link)
    right: Any = {"first_name": "Karim", "name": "Benali", "password": PASSWORD, "terms": True}
    return browser.send(link, follow=False, **{**right, **typed})


def removals(page: Seen) -> list[str]:
    return [action for action in page.actions if action.endswith("/remove")]


def test_name_and_privacy_contact_are_kept(anne: Customer) -> None:
    anne.browser.open("/company")
    page = anne.browser.send("/company", name="Lefèvre & fils", privacy_contact="dpo@lefevre.fr")
    fields = page.form("/company").fields
    assert (fields["name"], fields["privacy_contact"]) == ("Lefèvre & fils", "dpo@lefevre.fr")


def test_a_wrong_contact_is_named_and_the_name_typed_kept(anne: Customer) -> None:
    anne.browser.open("/company")
    page = anne.browser.send("/company", name="Autre nom", privacy_contact="dpo")
    assert page.status == 400
    assert page.form("/company").fields["name"] == "Autre nom"


def test_the_page_shows_what_the_plan_allows(anne: Customer) -> None:
    plan = rules.PLANS[rules.TRIAL]
    text = anne.browser.open("/company").text
    assert f"{plan.people} personnes par réunion" in text
    assert f"{plan.invitations_per_day} invitations par jour" in text


def test_an_invited_colleague_joins_the_company(anne: Customer, mailbox: Mailbox) -> None:
    link = invite_colleague(anne, mailbox, KARIM)
    assert "Invitation envoyée" in anne.browser.open("/company").text
    answer = accept(link)
    assert answer.headers["Location"] == "/meetings"
    karim, admin = actions.by_email(KARIM), actions.by_email(anne.email)
    assert karim is not None
    assert admin is not None
    assert (karim.company, karim.role) == (admin.company, "member")
    page = anne.browser.open("/company")
    assert "Karim Benali" in page.text
    assert "Invitation envoyée" not in page.text


def test_looking_at_an_invitation_does_not_use_it_up(anne: Customer, mailbox: Mailbox) -> None:
    link = invite_colleague(anne, mailbox, KARIM)
    for _ in range(3):
        assert KARIM in Browser().open(link).text
    assert accept(link).status == 303


def test_an_invitation_works_once(anne: Customer, mailbox: Mailbox) -> None:
    link = invite_colleague(anne, mailbox, KARIM)
    accept(link)
    assert Browser().open(link).status == 410


def test_an_invitation_works_for_seven_days(anne: Customer, mailbox: Mailbox, clock_file: MovedClock) -> None:
    link = invite_colleague(anne, mailbox, KARIM)
    clock_file.move(days=7)
    assert Browser().open(link).status == 410


def test_nobody_joins_a_company_that_is_no_more(anne: Customer, mailbox: Mailbox) -> None:
    link = invite_colleague(anne, mailbox, KARIM)
    browser = Browser()
    browser.open(link)
    account = actions.by_email(anne.email)
    company = account and actions.company_of(account)
    assert company
    storage.delete(company)
    page = browser.send(link, first_name="Karim", name="Benali", password=PASSWORD, terms=True)
    assert page.status == 410 and actions.by_email(KARIM) is None


def test_what_a_colleague_types_is_kept(anne: Customer, mailbox: Mailbox) -> None:
    page = accept(link := invite_colleague(anne, mailbox, KARIM), terms=False)
    assert page.status == 400
    assert page.form(link).fields["name"] == "Benali"
    assert page.form(link).fields["password"] == ""


def test_an_invitation_sent_again_voids_the_first(anne: Customer, mailbox: Mailbox) -> None:
    first = invite_colleague(anne, mailbox, KARIM)
    (again,) = [action for action in anne.browser.open("/company").actions if action.endswith("/resend")]
    anne.browser.send(again)
    assert Browser().open(first).status == 410
    assert accept(mailbox.last(KARIM).link("/join/")).status == 303


def test_an_invitation_can_be_taken_back(anne: Customer, mailbox: Mailbox) -> None:
    link = invite_colleague(anne, mailbox, KARIM)
    (remove,) = removals(anne.browser.open("/company"))
    assert "Invitation envoyée" not in anne.browser.send(remove).text
    assert Browser().open(link).status == 410


def test_a_colleague_is_invited_once(anne: Customer, mailbox: Mailbox) -> None:
    join(anne, mailbox, KARIM)
    anne.browser.open("/company")
    page = anne.browser.send("/company/members", email=KARIM.upper(), role="member")
    assert page.status == 400
    assert page.form("/company/members").fields["email"] == KARIM.upper()


def test_inviting_tells_nothing_of_accounts_elsewhere(anne: Customer, mailbox: Mailbox) -> None:
    sign_up(mailbox, "karim@benali.fr")
    known = invite_colleague(anne, mailbox, "karim@benali.fr")
    text = anne.browser.page.text
    invite_colleague(anne, mailbox, KARIM)
    assert "L’invitation est partie." in text
    assert "L’invitation est partie." in anne.browser.page.text
    page = accept(known)
    assert page.status == 400
    assert "Un compte existe déjà" in page.text


def test_members_and_invitations_together_stay_within_the_plan(anne: Customer, mailbox: Mailbox) -> None:
    allowed = rules.PLANS[rules.TRIAL].members
    for number in range(allowed - 1):
        invite_colleague(anne, mailbox, f"m{number}@lefevre.fr")
    anne.browser.open("/company")
    page = anne.browser.send("/company/members", email="un-de-trop@lefevre.fr", role="member")
    assert page.status == 400
    assert mailbox.to("un-de-trop@lefevre.fr") == []


def test_a_member_changes_nothing_of_the_company(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    page = karim.browser.open("/company")
    assert "/company" not in page.actions
    token = {"csrf": page.form("/signout").fields["csrf"]}
    admin = actions.by_email(anne.email)
    assert admin is not None
    for path in ("/company", "/company/members", f"/company/members/{admin.id}/remove"):
        fields = {"name": "X", "privacy_contact": KARIM, "email": LEA, "role": "administrator", **token}
        assert karim.browser.post(path, fields).status in (400, 403)
    assert actions.company_name(admin) == "Cabinet Lefèvre"
    assert mailbox.to(LEA) == []
    assert is_signed_in(anne.browser)


def test_a_removed_member_is_out_at_once_and_told(anne: Customer, mailbox: Mailbox) -> None:
    karim = join(anne, mailbox, KARIM)
    found = actions.by_email(KARIM)
    assert found is not None
    anne.browser.open(f"/company/members/{found.id}/leave")
    assert "Karim" not in anne.browser.send(f"/company/members/{found.id}/remove").text
    assert not is_signed_in(karim.browser)
    assert sign_in(Browser(), KARIM).status == 400
    assert "fermé" in mailbox.last(KARIM).subject


def test_people_of_another_company_cannot_be_removed(anne: Customer, mailbox: Mailbox) -> None:
    other = sign_up(mailbox, "lea@martin.fr")
    found = actions.by_email(other.email)
    assert found is not None
    token = anne.browser.open("/company").form("/signout").fields["csrf"]
    assert anne.browser.post(f"/company/members/{found.id}/remove", {"csrf": token}).status == 404
    assert is_signed_in(other.browser)


def test_another_administrator_may_be_invited(anne: Customer, mailbox: Mailbox) -> None:
    lea = join(anne, mailbox, LEA, "administrator")
    assert "/company/members" in lea.browser.open("/company").actions
