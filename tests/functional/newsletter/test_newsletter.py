"""Who gets the newsletter, and how one leaves it."""

import re

import pytest

from chalicelib import clock, keyed, storage
from chalicelib.accounts.actions import by_email
from chalicelib.consents import newsletter, objections, proofs
from chalicelib.consents.models import Subscriber, Suppression
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import EPHEMERAL, PEOPLE
from chalicelib.storage import expiry, suspension
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.newsletter.sending import send
from tests.functional.people import fill_in_sign_up, sign_up
from tests.functional.privacy.test_forgetting import GUEST, Held

pytestmark = pytest.mark.usefixtures("stores")

READER = "zoe@lectrice.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def ask(mailbox: Mailbox, email: str = READER) -> str:
    """Asks through the page. Returns the link of the mail."""
    browser = Browser()
    browser.open("/newsletter")
    assert browser.send("/newsletter", email=email, agree=True).status == 200
    return mailbox.last(email).link("/newsletter/")


def subscribed(mailbox: Mailbox, email: str = READER) -> None:
    link = ask(mailbox, email)
    browser = Browser()
    browser.open(link)
    assert browser.send(link).status == 200
    mailbox.empty()


def issue_to(mailbox: Mailbox, email: str = READER) -> str:
    """Sends an issue; the address of its one-click link."""
    send()
    header = str(mailbox.last(email).message["List-Unsubscribe"])
    found = re.match(r"<https?://[^/]+(/u/[^>]+)>, <mailto:[^>]+>", header)
    assert found, header
    return found[1]


def kinds(store: object = PEOPLE) -> set[str]:
    return {item["kind"] for item in expiry.scan(EPHEMERAL if store is EPHEMERAL else PEOPLE)}


def test_f16_a_visitor_who_ticks_and_confirms_25_hours_later_is_subscribed_with_proof(
    mailbox: Mailbox, clock_file: MovedClock
) -> None:
    asked_at = clock.now()
    link = ask(mailbox)
    assert newsletter.subscriber(READER) is None
    clock_file.move(hours=25)
    browser = Browser()
    browser.open(link)
    assert newsletter.subscriber(READER) is None, "looking at the page is no confirmation"
    browser.send(link)
    assert newsletter.subscriber(READER) is not None
    proof = proofs.all_of(keyed.email_hash(READER))[0]
    assert proof.granted and proof.channel == "form"
    assert abs(proof.asked_at - asked_at) < 60 and abs(int(proof.confirmed_at) - clock.now()) < 60
    assert newsletter.BOX.fr in proofs.text(proof.text_hash)


def test_f16_an_address_not_confirmed_within_seven_days_is_deleted(mailbox: Mailbox, clock_file: MovedClock) -> None:
    link = ask(mailbox)
    clock_file.move(days=7, seconds=1)
    assert Browser().open(link).status == 410
    sweep()
    assert "newsletter_request" not in kinds(EPHEMERAL)
    assert READER not in str(list(expiry.scan(PEOPLE)))


def test_the_box_is_not_ticked_and_without_it_nothing_is_sent(mailbox: Mailbox) -> None:
    browser = Browser()
    page = browser.open("/newsletter")
    assert "agree" in page.form("/newsletter").checks
    assert browser.send("/newsletter", email=READER).status == 400
    assert mailbox.mails == []


def test_f15_one_click_by_the_mail_program_needs_no_cookie_and_no_page(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    link = issue_to(mailbox)
    mail = mailbox.last(READER).message
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = Browser().post(link, {"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 200
    assert newsletter.subscriber(READER) is None
    assert send() == 0


def test_f15_a_link_scanner_that_looks_changes_nothing(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    link = issue_to(mailbox)
    assert Browser().open(link).status == 200
    assert newsletter.subscriber(READER) is not None


def test_f15_the_link_holds_no_address_and_a_wrong_one_changes_nothing(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    link = issue_to(mailbox)
    assert READER not in link and "zoe" not in link
    forged = f"/u/{keyed.email_hash(READER)}{'a' * 26}"
    assert Browser().post(forged, ONE_CLICK).status == 200, "nobody learns who is on the list"
    assert newsletter.subscriber(READER) is not None


def test_the_link_works_after_35_months(mailbox: Mailbox, clock_file: MovedClock) -> None:
    subscribed(mailbox)
    link = issue_to(mailbox)
    clock_file.move(days=35 * 30)
    Browser().post(link, ONE_CLICK)
    assert objections.refusal(READER) == "suppressed"


def test_after_an_objection_the_address_is_gone_and_its_hash_stays(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    objections.oppose(READER, "mail")
    assert READER not in str(list(expiry.scan(PEOPLE)))
    assert objections.opposed(READER) and objections.opposed(" ZOE@lectrice.example")
    assert proofs.standing(keyed.email_hash(READER), "newsletter") == []


def test_an_address_that_objected_is_not_written_to_when_imported_again(mailbox: Mailbox) -> None:
    objections.oppose(READER, "mail")
    newsletter.became_customer(READER, "fr", refused=False)
    assert send() == 0
    assert objections.refusal(READER) == "suppressed"


def test_an_objection_renewed_is_kept_three_years_more(clock_file: MovedClock) -> None:
    objections.oppose(READER, "mail")
    clock_file.move(days=1000)
    objections.oppose(READER, "form")
    clock_file.move(days=1000)
    assert objections.opposed(READER)
    clock_file.move(days=100)
    assert not objections.opposed(READER)


def test_who_asks_again_and_confirms_is_written_to_again(mailbox: Mailbox) -> None:
    objections.oppose(READER, "mail")
    subscribed(mailbox)
    assert objections.refusal(READER) is None


def test_a_customer_who_did_not_refuse_is_told_so_in_each_issue_and_one_who_did_gets_none(mailbox: Mailbox) -> None:
    newsletter.became_customer(READER, "fr", refused=False)
    newsletter.became_customer("non@merci.example", "fr", refused=True)
    assert send() == 1
    assert "parce que vous êtes client" in mailbox.last(READER).text.replace("\u00a0", " ")
    assert mailbox.to("non@merci.example") == []


def test_an_issue_holds_no_image_and_nothing_that_tells_it_was_opened(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    issue_to(mailbox)
    html = mailbox.last(READER).html
    assert "<img" not in html and "url(" not in html and "src=" not in html


def test_a_restricted_subscriber_gets_none(mailbox: Mailbox) -> None:
    subscribed(mailbox)
    digest = keyed.email_hash(READER)
    suspension.freeze(expiry.Place(PEOPLE, f"subscriber#{digest}", "subscriber"))
    assert send() == 0
    assert objections.refusal(READER) == "frozen"


def test_the_box_of_the_form_to_register_counts_once_the_address_is_confirmed(mailbox: Mailbox) -> None:
    anne = Browser()
    fill_in_sign_up(anne, newsletter=True)
    assert newsletter.subscriber("anne@lefevre.fr") is None
    link = mailbox.last("anne@lefevre.fr").link("/verify/")
    anne.open(link)
    anne.send(link, follow=False)
    found = newsletter.subscriber("anne@lefevre.fr")
    assert found is not None and found.basis == "6.1.a"


def test_who_registers_without_ticking_is_not_subscribed(mailbox: Mailbox) -> None:
    anne = Browser()
    fill_in_sign_up(anne, newsletter=True)
    sign_up(mailbox)
    assert newsletter.subscriber("anne@lefevre.fr") is None


def test_a_guest_of_a_meeting_is_never_subscribed(held: Held) -> None:
    assert held.guest.cookies
    assert newsletter.subscriber(GUEST) is None
    assert objections.refusal(GUEST) == "no live purpose"


def test_on_the_account_page_joining_and_leaving_take_one_click_each(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox)
    anne.browser.open("/account/choices")
    assert "M’abonner" in anne.browser.page.text
    page = anne.browser.send("/account/choices", newsletter="yes")
    assert newsletter.subscriber(anne.email) is not None and "newsletter" in page.text
    anne.browser.send("/account/choices", newsletter="no")
    assert newsletter.subscriber(anne.email) is None
    account = by_email(anne.email)
    assert account is not None


def test_a_subscription_lives_three_years_from_the_persons_own_last_act(
    mailbox: Mailbox, clock_file: MovedClock
) -> None:
    subscribed(mailbox)
    clock_file.move(days=1000)
    send()
    assert newsletter.subscriber(READER) is not None
    clock_file.move(days=100)
    assert newsletter.subscriber(READER) is None, "what we send is no act of the person"
    assert objections.refusal(READER) == "no live purpose"


def test_an_act_of_the_person_moves_the_clock(mailbox: Mailbox, clock_file: MovedClock) -> None:
    subscribed(mailbox)
    clock_file.move(days=1000)
    newsletter.used(READER)
    clock_file.move(days=1000)
    assert newsletter.subscriber(READER) is not None


def test_the_list_holds_keyed_hashes_only() -> None:
    objections.oppose(READER, "mail")
    item = next(item for item in expiry.scan(PEOPLE) if item["kind"] == "suppression")
    assert READER not in str(item) and "lectrice" not in str(item)
    kept = storage.get(Suppression, item["pk"], "suppression")
    assert kept is not None and storage.get(Subscriber, item["pk"], "subscriber") is None
