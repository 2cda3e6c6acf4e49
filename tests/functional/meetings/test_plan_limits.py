"""The plan's limits, each with a sentence that says what to do."""

from chalicelib.accounts import members
from chalicelib.errors import RoomFull
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host


def test_a_meeting_longer_than_the_plan_allows_is_refused_while_it_is_planned(host: Host, mailbox: Mailbox) -> None:
    page = host.fill_in(length="120")
    assert page.status == 400
    assert "1 h au plus" in page.text.replace("\xa0", " ").replace("\u202f", " ")
    assert "Abonnement" in page.text
    assert not mailbox.to(host.account.email)


def test_each_limit_says_where_to_go_on() -> None:
    for sentence in (members.FULL, RoomFull.message):
        assert "« Abonnement »" in sentence
