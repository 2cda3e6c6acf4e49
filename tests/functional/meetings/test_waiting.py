"""Waiting: what a guest is told, how hosts let in all, refuse with a word, open and lock; the mail to who is away."""

import pytest

from chalicelib import clock
from chalicelib.accounts import actions as accounts
from chalicelib.meetings.calling import AFTER, BEFORE
from chalicelib.privacy import own_data
from chalicelib.signalling.messages import Interval, RoomReport
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, a_guest, a_host, admitted, in_
from tests.functional.people import join as join_company
from tests.functional.people import sign_up

CALLED = "Quelqu’un vous attend\u202f: Point projet"


@pytest.fixture
def plan(host: Host) -> Plan:
    return host.plan("zoe@example.fr", "paul@example.com", **in_(0))


@pytest.fixture
def zoe(plan: Plan, mailbox: Mailbox) -> Guest:
    guest = a_guest(mailbox)
    guest.enter()
    return guest


def host_is_in(plan: Plan, worker: ScriptedWorker) -> None:
    plan.host.enter(plan)
    me = plan.host.browser.call("GET", plan.api("me")).json["participant"]
    assert plan.host.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    now = clock.now()
    worker.report([RoomReport(plan.occurrence, 1, 1)], [Interval(plan.occurrence, me, "c", now, now, True)])


def opens(plan: Plan, **door: object) -> int:
    plan.host.enter(plan)
    return plan.host.browser.call("POST", plan.api("door"), door).status


def subjects(mailbox: Mailbox, plan: Plan) -> list[str]:
    return [mail.subject for mail in mailbox.to(plan.host.account.email)]


def test_a_guest_hears_whether_the_host_is_there(plan: Plan, zoe: Guest, worker: ScriptedWorker) -> None:
    assert "n’est pas encore là" in zoe.me(plan).json["message"]
    host_is_in(plan, worker)
    assert "sait que vous attendez" in zoe.me(plan).json["message"]


def test_a_guest_never_hears_how_many_wait(plan: Plan, zoe: Guest, mailbox: Mailbox) -> None:
    before = zoe.me(plan).json
    a_guest(mailbox, "paul@example.com").enter()
    assert zoe.me(plan).json == before


def test_a_host_who_is_not_there_is_told_once_by_mail_and_by_no_name(
    plan: Plan, zoe: Guest, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    zoe.me(plan)
    assert CALLED not in subjects(mailbox, plan)
    for _ in range(3):
        clock_file.move(seconds=AFTER)
        zoe.me(plan)
    assert subjects(mailbox, plan).count(CALLED) == 1
    mail = mailbox.last(plan.host.account.email)
    assert f"/m/{plan.occurrence}" in mail.text and "Zoé" not in mail.text
    assert "prévenu par e-mail" in zoe.me(plan).json["message"]


def test_a_host_who_is_there_gets_no_mail(
    plan: Plan, zoe: Guest, mailbox: Mailbox, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    clock_file.move(seconds=AFTER)
    host_is_in(plan, worker)
    zoe.me(plan)
    assert CALLED not in subjects(mailbox, plan)


def test_long_before_the_start_nobody_is_called(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    plan = host.plan("zoe@example.fr", **in_(3 * BEFORE))
    guest = a_guest(mailbox)
    guest.enter()
    clock_file.move(seconds=AFTER)
    guest.me(plan)
    assert CALLED not in subjects(mailbox, plan)
    clock_file.move(seconds=2 * BEFORE)
    guest.me(plan)
    assert CALLED in subjects(mailbox, plan)


def test_all_who_wait_are_let_in_at_once(plan: Plan, zoe: Guest, mailbox: Mailbox) -> None:
    paul = a_guest(mailbox, "paul@example.com")
    paul.enter()
    plan.host.enter(plan)
    assert plan.host.browser.call("POST", plan.api("waiting/admit"), {}).status == 204
    assert (zoe.state(plan), paul.state(plan)) == ("admitted", "admitted")
    assert plan.host.waiting(plan) == []


def test_a_refusal_may_come_with_a_word_which_is_shown_as_the_hosts(plan: Plan, zoe: Guest) -> None:
    plan.host.enter(plan)
    path = plan.api(f"participants/{zoe.id(plan)}/refuse")
    assert plan.host.browser.call("POST", path, {"word": "  Je vous rappelle <b>demain</b> à 100 % "}).status == 204
    word = "«\u00a0Je vous rappelle <b>demain</b> à 100 %\u00a0»"
    assert word in zoe.me(plan).json["message"]
    assert "Je vous rappelle &lt;b&gt;demain" in zoe.browser.open(zoe.link).html


@pytest.mark.parametrize("word", ["x" * 201, "a\u202eb", 7])
def test_a_word_that_is_none_refuses_nobody(plan: Plan, zoe: Guest, word: object) -> None:
    plan.host.enter(plan)
    path = plan.api(f"participants/{zoe.id(plan)}/refuse")
    assert plan.host.browser.call("POST", path, {"word": word}).status == 400
    assert zoe.state(plan) == "waiting"


def test_a_room_open_to_the_invited_lets_them_in_and_who_waits_too(plan: Plan, zoe: Guest, mailbox: Mailbox) -> None:
    assert opens(plan, invited=True) == 204
    assert zoe.state(plan) == "admitted"
    paul = a_guest(mailbox, "paul@example.com")
    paul.enter()
    assert paul.state(plan) == "admitted"


def test_who_was_refused_is_not_let_in_by_opening(plan: Plan, zoe: Guest) -> None:
    plan.host.decide(plan, "refuse", zoe.id(plan))
    opens(plan, invited=True)
    assert zoe.state(plan) == "refused"


def test_a_locked_room_lets_nobody_new_in_and_those_inside_come_back(
    plan: Plan, zoe: Guest, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    host_is_in(plan, worker)
    inside = admitted(plan, mailbox, "paul@example.com")
    assert opens(plan, invited=True, locked=True) == 204
    assert zoe.state(plan) == "waiting" and "verrouillée" in zoe.me(plan).json["message"]
    assert inside.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    assert worker.pushed("tell")[-1].message["locked"] is True
    assert plan.host.decide(plan, "admit", zoe.id(plan)).status == 204, "one by one it still can be"
    assert opens(plan, locked=False) == 204


@pytest.mark.parametrize("door", [{}, {"locked": "yes"}, {"other": True}])
def test_a_door_setting_is_a_yes_or_a_no(plan: Plan, door: dict[str, object]) -> None:
    assert opens(plan, **door) == 400


def test_colleagues_come_in_by_their_account_where_the_room_is_open_to_them(mailbox: Mailbox, stores: object) -> None:
    admin = sign_up(mailbox)
    colleague = join_company(admin, mailbox, "karim@lefevre.fr")
    stranger = a_host("paul@martin.fr")
    admin.browser.open("/meetings")
    room = admin.browser.send("/meetings/now").path
    api = f"/api/occurrences/{room.rpartition('/')[2]}"
    for browser in (colleague.browser, stranger.browser):
        assert browser.open(room).status == 404
    admin.browser.open(room)
    assert admin.browser.call("POST", f"{api}/door", {"company": True}).status == 204
    assert colleague.browser.open(room).status == 200
    me = colleague.browser.call("GET", f"{api}/me").json
    assert (me["name"], me["role"], me["state"]) == ("Karim Benali", "guest", "admitted")
    assert stranger.browser.open(room).status == 404 and Browser().open(room, follow=False).status == 303
    admin.browser.call("POST", f"{api}/door", {"company": False})
    assert colleague.browser.open(room).status == 200, "who was in comes back"


def test_a_colleagues_own_copy_holds_their_presence(mailbox: Mailbox, stores: object) -> None:
    admin = sign_up(mailbox)
    colleague = join_company(admin, mailbox, "karim@lefevre.fr")
    admin.browser.open("/meetings")
    room = admin.browser.send("/meetings/now").path
    admin.browser.call("POST", f"/api/occurrences/{room.rpartition('/')[2]}/door", {"company": True})
    colleague.browser.open(room)
    account = accounts.by_email("karim@lefevre.fr")
    assert account is not None
    assert [person.name for person in own_data.of(account)["participant"]] == ["Benali"]  # type: ignore[attr-defined]


def test_meetings_begun_at_once_are_counted(host: Host) -> None:
    for _ in range(20):
        host.browser.open("/meetings")
        assert host.browser.send("/meetings/now").status == 200
    host.browser.open("/meetings")
    assert host.browser.send("/meetings/now").status == 429
