"""Credentials of relays: for whom, for how long, and nothing else."""

import base64
import hashlib
import hmac

import pytest

from chalicelib.fleet import relays
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import a_guest, a_host, admitted, in_

URLS = "turn:relay.example:3478?transport=udp, turns:relay.example:443?transport=tcp"
SECRET = "shared with the relays"
pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture(autouse=True)
def a_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBOO_TURN_URLS", URLS)
    monkeypatch.setenv("IBOO_TURN_SECRET", SECRET)
    monkeypatch.setattr("chalicelib.clock.wall_clock", lambda: 1_790_000_000)


def test_a_user_name_begins_with_its_end_and_the_password_proves_it() -> None:
    given = relays.of_participant("anne")
    assert given is not None
    (server,) = given["servers"]
    end, _, who = server["username"].partition(":")
    assert int(end) == 1_790_000_000 + given["lifetime"]
    assert relays.WINDOW <= given["lifetime"] <= 2 * relays.WINDOW
    assert "anne" not in who
    digest = hmac.new(SECRET.encode(), server["username"].encode(), hashlib.sha1).digest()
    assert server["credential"] == base64.b64encode(digest).decode()
    assert server["urls"] == [part.strip() for part in URLS.split(",")]


def test_one_person_has_one_user_name_in_a_window_and_another_than_the_next_person() -> None:
    first, again, other = (relays.of_participant(who) for who in ("anne", "anne", "paul"))
    assert first == again and first != other


def test_without_relays_nothing_is_issued(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBOO_TURN_URLS", "")
    monkeypatch.delenv("IBOO_TURN_SECRET")
    assert relays.of_participant("anne") is None and relays.of_check() is None


def test_only_who_is_admitted_gets_some(mailbox: Mailbox) -> None:
    plan = a_host().plan("zoe@example.fr", "paul@example.fr", **in_(0))
    guest = a_guest(mailbox, "paul@example.fr")
    guest.enter()
    assert guest.browser.call("GET", plan.api("me")).json["relays"] is None
    inside = admitted(plan, mailbox)
    assert inside.browser.call("GET", plan.api("me")).json["relays"]["servers"][0]["urls"]
