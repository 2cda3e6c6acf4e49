"""A company's usage: counts by month, each day once, nobody named."""

from typing import Any

import pytest

from chalicelib import clock, storage
from chalicelib.accounts import actions
from chalicelib.fleet.models import Interval
from chalicelib.privacy import usage
from chalicelib.register.events import Event
from chalicelib.register.stores import USAGE
from chalicelib.storage import expiry, suspension
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import PASSWORD, Customer, join, sign_up

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def anne(stores: object, mailbox: Mailbox) -> Customer:
    """The owner of a new company."""
    return sign_up(mailbox)


@pytest.fixture(autouse=True)
def middle_of_a_month(clock_file: MovedClock) -> MovedClock:
    """Noon of a tenth: yesterday is of the same month."""
    from datetime import UTC, datetime

    now = datetime.fromtimestamp(clock.now(), UTC)
    days = (10 - now.day) % 28 + 28
    then = datetime.fromtimestamp(clock.now() + days * 86_400, UTC)
    clock_file.move(days=days + (10 - then.day), seconds=43_200 - (clock.now() % 86_400))
    return clock_file


def company_of(customer: Customer) -> str:
    found = actions.by_email(customer.email)
    assert found is not None
    return str(found.company)


def attended(company: str, meetings: int, people: int, minutes: int = 30) -> list[Interval]:
    """Meetings now, in each of which so many people were so long."""
    now = clock.now()
    made = [
        Interval(
            f"occurrence#{company}{meeting}-1",
            f"interval#p{person}#{now}",
            occurrence=f"{company}{meeting}-1",
            participant=f"p{person}",
            connection="c",
            since=now,
            until=now + minutes * 60,
            open=False,
        )
        for meeting in range(meetings)
        for person in range(people)
    ]
    for one in made:
        storage.create(one, {Event.COLLECTED: now}, controller=company)
    return made


def sums(company: str) -> list[tuple[int, int, int]]:
    return [(int(one.meetings), int(one.participants), int(one.minutes)) for one in usage.months(company)]


def test_each_day_is_added_once_to_the_month_of_its_company(anne: Customer, middle_of_a_month: MovedClock) -> None:
    company = company_of(anne)
    attended(company, 2, 3)
    attended("another", 1, 1)
    middle_of_a_month.move(days=1)
    usage.keep()
    usage.keep()
    assert (sums(company), sums("another")) == ([(2, 6, 180)], [(1, 1, 30)])
    attended(company, 1, 2)
    middle_of_a_month.move(days=1)
    usage.keep()
    assert sums(company) == [(3, 8, 240)]


def test_nights_without_the_schedule_are_made_good(anne: Customer, middle_of_a_month: MovedClock) -> None:
    attended(company_of(anne), 1, 1)
    middle_of_a_month.move(days=1)
    attended(company_of(anne), 1, 1)
    middle_of_a_month.move(days=2)
    usage.keep()
    assert sums(company_of(anne)) == [(2, 2, 60)]


def test_what_is_restricted_is_not_counted(anne: Customer, middle_of_a_month: MovedClock) -> None:
    made = attended(company_of(anne), 2, 1)
    suspension.freeze(expiry.Place(USAGE, made[0].pk, made[0].sk))
    middle_of_a_month.move(days=1)
    usage.keep()
    assert sums(company_of(anne)) == [(1, 1, 30)]


def test_nothing_of_it_says_who(anne: Customer, middle_of_a_month: MovedClock) -> None:
    attended(company_of(anne), 1, 1)
    middle_of_a_month.move(days=1)
    usage.keep()
    (one,) = usage.months(company_of(anne))
    kept: Any = one.attribute_values
    assert "p0" not in str(kept) and f"{company_of(anne)}0-1" not in str(kept)


def test_the_page_shows_it_to_who_may_see_it(anne: Customer, mailbox: Mailbox, middle_of_a_month: MovedClock) -> None:
    attended(company_of(anne), 2, 3)
    middle_of_a_month.move(days=1)
    usage.keep()
    text = anne.browser.open("/company/usage").text.replace("\xa0", " ").replace("\u202f", " ")
    assert "2 6 3 h" in text
    for email, role, status in (("bill@lefevre.fr", "billing", 200), ("karim@lefevre.fr", "member", 403)):
        assert join(anne, mailbox, email, role).browser.open("/company/usage").status == status
    assert "2 6 3 h" not in sign_up(mailbox, "zoe@martin.fr").browser.open("/company/usage").text


def test_it_goes_with_the_company_and_after_thirteen_months(anne: Customer, middle_of_a_month: MovedClock) -> None:
    company = company_of(anne)
    attended(company, 1, 1)
    middle_of_a_month.move(days=1)
    attended("another", 1, 1)
    usage.keep()
    anne.browser.open("/account/close")
    anne.browser.send("/account/close", password=PASSWORD)
    assert sums(company) == []
    middle_of_a_month.move(days=1)
    usage.keep()
    middle_of_a_month.move(days=400)
    assert sums("another") == []
