"""Twenty-eight days after the end."""

import pytest

from chalicelib import clock
from chalicelib.privacy.census import census
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import EPHEMERAL, KEYS, PEOPLE, USAGE
from chalicelib.signalling.messages import Interval
from chalicelib.storage import expiry
from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, admitted, in_, sign_in


@pytest.fixture
def plan(host: Host) -> Plan:
    return host.plan("Zoé <zoe@example.fr>", **in_(0))


@pytest.fixture
def zoe(plan: Plan, mailbox: Mailbox, worker: ScriptedWorker) -> Guest:
    """A guest of a meeting with everything in it, ended a moment ago."""
    guest = admitted(plan, mailbox)
    assert guest.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    assert guest.browser.call("POST", plan.api("chat"), {"id": "1", "body": "bonjour"}).status == 201
    at = float(clock.now())
    worker.report(attendance=[Interval(plan.occurrence, guest.id(plan), "c1", at - 60, at, False)])
    plan.host.enter(plan)
    assert plan.host.browser.call("POST", plan.api("end")).status == 204
    return guest


def kinds() -> set[str]:
    """The kinds of items about meetings that the tables still hold."""
    ours = {"meeting", "occurrence", "reminder", "invitation", "delivery", "participant", "chat_message"}
    ours |= {"chat_receipt", "interval", "data_key", "pass", "disclosure", "outgoing_mail", "room"}
    return {str(item["kind"]) for store in (USAGE, KEYS, EPHEMERAL) for item in expiry.scan(store)} & ours


def test_every_page_and_api_is_gone_though_the_rows_are_there(plan: Plan, zoe: Guest, clock_file: MovedClock) -> None:
    clock_file.move(days=28, seconds=1)
    sign_in(plan.host)
    assert kinds() >= {"meeting", "occurrence", "invitation", "participant", "chat_message", "interval", "data_key"}
    host = plan.host.browser
    assert plan.id not in host.open("/meetings").html
    for path in (plan.page, f"{plan.page}/edit", f"{plan.page}/cancel", f"/m/{plan.occurrence}"):
        assert host.open(path).status in (404, 410), path
    for path in (zoe.link, zoe.link.replace("/i/", "/my-data/"), f"/m/{plan.occurrence}"):
        assert zoe.browser.open(path).status in (404, 410), path
    host.open("/meetings")
    for browser in (host, zoe.browser):
        for method, rest, data in (
            ("GET", "me", None),
            ("GET", "chat", None),
            ("POST", "chat", {"id": "2", "body": "x"}),
            ("GET", "waiting", None),
            ("POST", "end", None),
            ("POST", f"participants/{zoe.link}/admit".replace("/i/", ""), None),
        ):
            status = browser.call(method, plan.api(rest), data).status
            assert status in (404, 410) or (browser is zoe.browser and status in (401, 403)), (rest, status)
        answer = browser.call("POST", plan.api("join"), OFFER, "application/sdp")
        assert answer.status in (404, 410) or (browser is zoe.browser and answer.status == 403)
    for action in ("edit", "cancel", "invitations"):
        token = host.open("/meetings/new").form("/meetings/new").fields["csrf"]
        assert host.post(f"{plan.page}/{action}", {"csrf": token, "invitees": "a@example.fr"}).status == 404


def test_after_the_sweep_nothing_is_left_but_the_account(plan: Plan, zoe: Guest, clock_file: MovedClock) -> None:
    clock_file.move(days=28, seconds=1)
    assert sweep().finished
    assert kinds() == set()
    everything = str([item for store in (USAGE, KEYS, EPHEMERAL, PEOPLE) for item in expiry.scan(store)])
    assert plan.id not in everything and "zoe" not in everything.casefold() and "Zoé" not in everything
    (account,) = [item for item in expiry.scan(PEOPLE) if item["kind"] == "account"]
    assert account["pk"] == plan.host.account.pk == f"account#{plan.host.account.id}"
    sign_in(plan.host)
    assert plan.host.browser.open("/meetings").status == 200


def test_the_census_finds_nothing_late(plan: Plan, zoe: Guest, clock_file: MovedClock) -> None:
    clock_file.move(days=29, seconds=1)
    assert sum(count.late for count in census().values()) > 0, "before the sweep it sees what is late"
    sweep()
    assert sum(count.late for count in census().values()) == 0


def test_a_second_before_everything_is_still_there(plan: Plan, zoe: Guest, clock_file: MovedClock) -> None:
    clock_file.move(days=27, hours=23)
    sweep()
    sign_in(plan.host)
    assert plan.host.browser.open(plan.page).status == 200
    assert zoe.browser.open(zoe.link).status == 200
    assert "Zoé Été" in plan.host.browser.open(plan.page).text
