"""The calendar one subscribes to: by a secret address, what its owner may see, and nothing once it is taken back."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar

from chalicelib import storage
from chalicelib.accounts.models import Account
from chalicelib.meetings import changes, feed, scheduling
from chalicelib.register.stores import PEOPLE
from chalicelib.storage import suspension
from chalicelib.storage.expiry import Place
from tests.functional.browser import Browser, Seen
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, Host, a_host, in_
from tests.functional.meetings.test_organisers import colleague

ZOE = "zoe@example.fr"


def turn(host: Host, how: str) -> str:
    """Presses the button; the address on the page, or ""."""
    token = host.browser.open("/calendar").form("/signout").fields["csrf"]
    page = host.browser.post("/calendar", {"csrf": token, "turn": how})
    assert page.status == 200
    found = re.search(r"/calendar/[a-z0-9.]+\.ics", page.html)
    return found[0] if found else ""


def fetched(address: str) -> Seen:
    """As a calendar program asks: without cookies."""
    return Browser().open(address)


def events_of(answer: Seen) -> list[Any]:
    calendar = Calendar.from_ical(answer.body)
    assert isinstance(calendar, Calendar)
    return calendar.walk("VEVENT")


def titles(address: str) -> list[str]:
    answer = fetched(address)
    assert answer.status == 200, answer.text
    return sorted(str(event["summary"]) for event in events_of(answer))


def test_it_shows_every_date_at_its_time(host: Host, mailbox: Mailbox) -> None:
    address = turn(host, "on")
    plan = host.plan(ZOE, **in_(DAY), repeat="weekly", count="3")
    changes.cancel(host.account, scheduling.find(host.account, f"{plan.id}-2"))
    answer = fetched(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    events = events_of(answer)
    dates = [one for one in scheduling.read(plan.id).dates if not one.cancelled_at]
    expected = [(datetime.fromtimestamp(int(one.starts_at), UTC), one.id) for one in dates]
    assert [(event["dtstart"].dt, str(event["uid"]).partition("@")[0]) for event in events] == expected


def test_nobody_invited_is_in_it_and_nothing_may_keep_it(host: Host, mailbox: Mailbox) -> None:
    address = turn(host, "on")
    host.plan('"Zoé Été" <zoe@example.fr>', **in_(DAY))
    answer = fetched(address)
    assert b"Point projet" in answer.body
    for secret in (b"zoe", "Zoé".encode(), b"ATTENDEE", b"ORGANIZER", b"/i/", b"/m/"):
        assert secret not in answer.body
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("how", ["off", "renew"])
def test_taken_back_it_says_nothing(host: Host, how: str) -> None:
    host.plan(**in_(DAY))
    address = turn(host, "on")
    assert turn(host, "on") == address
    after = turn(host, how)
    answer = fetched(address)
    assert answer.status == 404 and "Point projet" not in answer.text and "Anne" not in answer.text
    assert answer.text == fetched("/calendar/nobody.x.ics").text
    if after:
        assert after != address and titles(after) == ["Point projet"]
    else:
        assert turn(host, "on") != address and fetched(address).status == 404


def test_it_holds_what_its_owner_has_a_role_in_and_nothing_else(host: Host, mailbox: Mailbox) -> None:
    karim, lucie = colleague(host, "karim@lefevre.fr", "Karim"), colleague(host, "lucie@lefevre.fr", "Lucie")
    host.plan(title="Pour Karim", host=karim.account.id, **in_(DAY))
    karim.plan(title="Avec Anne", **{f"cohost_{host.account.id}": "yes"}, **in_(2 * DAY))
    a_host("eve@ailleurs.fr").plan(title="Ailleurs", **in_(DAY))
    address = turn(host, "on")
    assert titles(address) == ["Avec Anne", "Pour Karim"]
    assert titles(turn(lucie, "on")) == []
    events = events_of(fetched(address))
    free = {str(event["summary"]): str(event["transp"]) for event in events}
    assert free == {"Avec Anne": "OPAQUE", "Pour Karim": "TRANSPARENT"}, "who only planned it is free"


@pytest.mark.parametrize(
    "name", ["x", ".ics", "a.b.c.ics", "{id}.ics", "{id}..ics", "{id}.%00.ics", "{secret}", "%2e%2e.ics"]
)
def test_a_forged_address_looks_like_none(host: Host, name: str) -> None:
    secret = turn(host, "on").rpartition("/")[2].removesuffix(".ics")
    assert fetched(f"/calendar/{name.format(id=host.account.id, secret=secret)}").status == 404


def test_it_is_read_so_often_and_no_more(host: Host) -> None:
    address = turn(host, "on")
    name = address.rpartition("/")[2]
    for number in range(feed.READS):
        feed.read(name, f"198.51.100.{number}")
    assert fetched(address).status == 429


def test_secrets_are_not_tried_one_after_the_other(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "TRIES", 3)
    assert [fetched("/calendar/nobody.x.ics").status for _ in range(4)] == [404, 404, 404, 429]


def test_a_restricted_account_gives_nothing(host: Host) -> None:
    address = turn(host, "on")
    place = Place(PEOPLE, host.account.pk, "account")
    suspension.freeze(place)
    assert fetched(address).status == 404
    suspension.thaw(place)
    assert fetched(address).status == 200


def test_an_account_that_is_gone_gives_nothing(host: Host) -> None:
    address = turn(host, "on")
    found = storage.get(Account, host.account.pk, "account")
    assert found is not None
    storage.delete(found)
    assert fetched(address).status == 404


def test_only_its_owner_turns_it(host: Host) -> None:
    assert Browser().open("/calendar", follow=False).status == 303
    token = host.browser.open("/calendar").form("/signout").fields["csrf"]
    assert host.browser.post("/calendar", {"turn": "on"}).status == 403
    assert host.browser.post("/calendar", {"csrf": token, "turn": "sideways"}).status == 400
    assert "/calendar/" not in host.browser.open("/calendar").html
