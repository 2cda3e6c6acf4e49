"""A company's address book: what a member chose to keep, for a year, until it is forgotten or the person objects."""

import pytest

from chalicelib import keyed, storage
from chalicelib.meetings import book
from chalicelib.meetings.addresses import Address
from chalicelib.meetings.models import BookEntry
from chalicelib.privacy import own_data
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, Host, a_guest, a_host, in_
from tests.functional.meetings.test_organisers import colleague
from tests.functional.rights.people import ask_as_guest, instruct

ZOE = "zoe@example.fr"
NAMED = '"Zoé Été" <zoe@example.fr>'


def kept(host: Host) -> list[str]:
    return [entry.email for entry in book.entries(host.account.company)]


def offered(host: Host, typed: str) -> list[str]:
    host.browser.open("/meetings")
    answer = host.browser.call("GET", f"/api/book?q={typed}")
    assert answer.status == 200
    return [entry["email"] for entry in answer.json["entries"]]


def add(host: Host, *addresses: str) -> int:
    host.browser.open("/book")
    return host.browser.send("/book", invitees="\n".join(addresses)).status


def test_nobody_is_kept_unless_a_member_says_so(host: Host, mailbox: Mailbox) -> None:
    host.plan(NAMED)
    assert kept(host) == []
    host.plan(NAMED, remember="yes")
    assert kept(host) == [ZOE] and offered(host, "%C3%A9t%C3%A9") == [ZOE] and offered(host, "ZOE@") == [ZOE]
    plan = host.plan()
    host.browser.open(plan.page)
    host.browser.send(f"{plan.page}/invitations", invitees="paul@example.com", remember=True)
    assert sorted(kept(host)) == ["paul@example.com", ZOE]


@pytest.mark.parametrize("typed", ["", "z", "%00%00", "inconnu", "%25", "(", "z" * 200])
def test_nothing_is_offered_for_what_nobody_is_called(host: Host, mailbox: Mailbox, typed: str) -> None:
    add(host, NAMED)
    assert offered(host, typed) == []


def test_colleagues_see_it_and_strangers_do_not(host: Host, mailbox: Mailbox) -> None:
    add(host, NAMED)
    karim, eve = colleague(host, "karim@lefevre.fr", "Karim"), a_host("eve@ailleurs.fr")
    assert offered(karim, "zo") == [ZOE] and ZOE in karim.browser.open("/book").text
    assert offered(eve, "zo") == [] and ZOE not in eve.browser.open("/book").text
    (entry,) = book.entries(host.account.company)
    token = eve.browser.open("/meetings").form("/signout").fields["csrf"]
    assert eve.browser.post(f"/book/{entry.id}/forget", {"csrf": token}).status == 404
    eve.browser.cookies.clear()
    assert eve.browser.call("GET", "/api/book?q=zo").status == 401
    assert kept(host) == [ZOE]


def test_a_member_forgets_an_address(host: Host, mailbox: Mailbox) -> None:
    add(host, NAMED, "paul@example.com")
    page = host.browser.open("/book")
    action = f"/book/{keyed.email_hash(ZOE)}/forget"
    assert action in page.actions
    assert host.browser.send(action).status == 200 and kept(host) == ["paul@example.com"]


@pytest.mark.parametrize("typed", ["", "personne", "a@b", "x" * 20_001])
def test_what_is_no_address_is_refused(host: Host, typed: str) -> None:
    assert add(host, typed) == 400 and kept(host) == []


def test_a_full_book_takes_no_more_and_the_invitation_goes_all_the_same(
    host: Host, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "MOST", 1)
    add(host, NAMED)
    assert add(host, "paul@example.com") == 400
    host.plan("paul@example.com", remember="yes")
    assert kept(host) == [ZOE] and len(mailbox.to("paul@example.com")) == 1


def test_an_address_lives_a_year_from_its_last_use(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    add(host, NAMED, "paul@example.com")
    clock_file.move(days=200)
    book.used(host.account.company, [Address(ZOE), Address("unknown@example.fr")])
    clock_file.move(days=160)
    assert kept(host) == [ZOE]
    clock_file.move(days=200)
    assert kept(host) == []


def test_who_is_in_it_reads_so_and_leaves_it_for_good(host: Host, mailbox: Mailbox) -> None:
    host.plan(NAMED, remember="yes", **in_(DAY))
    mine = a_guest(mailbox).link.replace("/i/", "/my-data/")
    guest = a_guest(mailbox)
    assert "Carnet d’adresses de l’entreprise" in guest.browser.open(mine).text
    guest.browser.send(f"{mine}/book")
    assert kept(host) == [] and offered(host, "zo") == []
    add(host, NAMED)
    host.plan(NAMED, remember="yes")
    assert kept(host) == []
    (left,) = book.all_of(host.account.company)
    assert (left.email, left.name, left.refused) == ("", "", True)
    page = guest.browser.open(mine)
    assert "votre refus d’y figurer" in page.text and f"{mine}/book" not in page.actions
    assert book.companies_with(ZOE) == []


def test_a_request_for_erasure_reaches_the_book(host: Host, mailbox: Mailbox) -> None:
    host.plan(NAMED, remember="yes", **in_(DAY))
    ask_as_guest(mailbox, ZOE, "erasure")
    assert kept(host) == [ZOE], "the company decides"
    assert instruct(mailbox, "grant").status == 200
    assert storage.get(BookEntry, f"book#{host.account.company}", f"entry#{keyed.email_hash(ZOE)}") is None


def test_a_company_is_found_by_an_address_it_only_has_in_its_book(host: Host, mailbox: Mailbox) -> None:
    add(host, NAMED)
    assert book.companies_with("ZOE@example.fr") == [host.account.company]
    assert "book_entry" in own_data.ELSEWHERE


def test_the_book_goes_with_the_company(host: Host, mailbox: Mailbox) -> None:
    add(host, NAMED)
    book.erase(host.account.company)
    assert book.all_of(host.account.company) == []
