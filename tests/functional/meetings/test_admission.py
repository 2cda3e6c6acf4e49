"""The waiting room: who waits, who is let in, who is not."""

import pytest

from chalicelib.meetings.lobby import HERE
from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, a_guest, admitted, in_, link_of


@pytest.fixture
def plan(host: Host) -> Plan:
    return host.plan("zoe@example.fr", "paul@example.com", **in_(0))


def join(guest: Guest, plan: Plan) -> int:
    return guest.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status


def test_a_guest_waits_until_the_host_admits(plan: Plan, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    guest = a_guest(mailbox)
    guest.enter()
    assert guest.state(plan) == "waiting" and join(guest, plan) == 403
    (person,) = plan.host.waiting(plan)
    assert (person["participant"], person["name"]) == (guest.id(plan), "Zoé Été")
    assert plan.host.decide(plan, "admit", person["participant"]).status == 204
    assert guest.state(plan) == "admitted" and plan.host.waiting(plan) == []
    assert join(guest, plan) == 201


def test_people_wait_in_the_order_they_came(plan: Plan, mailbox: Mailbox, clock_file: MovedClock) -> None:
    second, first = a_guest(mailbox, "zoe@example.fr"), a_guest(mailbox, "paul@example.com")
    first.enter(first_name="Paul", name="Martin")
    clock_file.move(seconds=3)
    second.enter()
    assert [person["name"] for person in plan.host.waiting(plan)] == ["Paul Martin", "Zoé Été"]


def test_who_gives_no_sign_of_life_does_not_wait_and_may_come_back(
    plan: Plan, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    guest = a_guest(mailbox)
    guest.enter()
    clock_file.move(seconds=HERE - 2)
    assert guest.state(plan) == "waiting"
    clock_file.move(seconds=HERE - 2)
    assert len(plan.host.waiting(plan)) == 1, "asked again in between"
    clock_file.move(seconds=HERE + 2)
    assert plan.host.waiting(plan) == []
    assert guest.state(plan) == "waiting"
    assert len(plan.host.waiting(plan)) == 1


def test_hosts_hear_how_many_wait(plan: Plan, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    plan.host.enter(plan)
    assert plan.host.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    guest = a_guest(mailbox)
    guest.enter()
    plan.host.decide(plan, "admit", guest.id(plan))
    assert [push.message for push in worker.pushed("waiting")] == [{"count": 1}, {"count": 0}]


def test_a_refusal_holds_for_every_browser(plan: Plan, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    guest = a_guest(mailbox)
    guest.enter()
    assert plan.host.decide(plan, "refuse", guest.id(plan)).status == 204
    assert guest.state(plan) == "refused" and guest.me(plan).json["message"]
    assert plan.host.waiting(plan) == [] and join(guest, plan) == 403
    assert guest.browser.open(guest.link).status == 403
    other = a_guest(mailbox)
    assert other.browser.open(other.link).status == 403
    paul = link_of(mailbox, "paul@example.com")
    form = other.browser.open(paul).form(paul).fields
    names = {"first_name": "Max", "name": "Autre", "takeover": "yes"}
    assert other.browser.post(other.link, {**form, **names}).status == 403
    assert plan.host.waiting(plan) == []


def test_a_host_may_change_their_mind_about_a_refusal(plan: Plan, mailbox: Mailbox) -> None:
    guest = a_guest(mailbox)
    guest.enter()
    person = guest.id(plan)
    plan.host.decide(plan, "refuse", person)
    assert plan.host.decide(plan, "admit", person).status == 204
    assert guest.state(plan) == "admitted"


def test_who_is_removed_is_out_at_once_and_stays_out_with_link_pass_and_tab(
    plan: Plan, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    guest = admitted(plan, mailbox)
    assert join(guest, plan) == 201
    person = guest.id(plan)
    assert plan.host.decide(plan, "remove", person).status == 204
    assert [push.participant for push in worker.pushed("remove")] == [person]
    assert join(guest, plan) == 403 and guest.state(plan) == "removed"
    assert guest.browser.call("GET", plan.api("chat")).status == 403
    assert guest.browser.call("POST", plan.api("chat"), {"id": "1", "body": "x"}).status == 403
    for browser in (guest, a_guest(mailbox)):
        assert browser.browser.open(guest.link).status == 403
    assert plan.host.decide(plan, "admit", person).status == 409, "not by the door of those who wait"
    assert guest.state(plan) == "removed"


def test_a_host_lets_in_again_who_was_removed_or_refused(plan: Plan, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    guest = admitted(plan, mailbox)
    person = guest.id(plan)
    for verb in ("remove", "refuse"):
        if verb == "refuse":
            plan.host.uninvite_all(plan)
            plan.host.invite(plan, "zoe@example.fr")
            guest = Guest(a_guest(mailbox).link, guest.browser)
            guest.enter()
            person = guest.id(plan)
        assert plan.host.decide(plan, verb, person).status == 204
        assert plan.host.out(plan) == [person]
        assert plan.host.decide(plan, "readmit", person).status == 204
        assert plan.host.out(plan) == []
        assert guest.state(plan) == "admitted" and join(guest, plan) == 201
        assert guest.browser.open(guest.link).status in (200, 303)


def test_the_worker_can_tell_a_pass_from_before_the_removal_from_one_after_it(
    plan: Plan, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    guest = admitted(plan, mailbox)
    assert join(guest, plan) == 201
    before = worker.joins[-1].revision
    plan.host.decide(plan, "remove", guest.id(plan))
    (push,) = worker.pushed("remove")
    plan.host.decide(plan, "readmit", guest.id(plan))
    assert join(guest, plan) == 201
    assert before <= push.message["revision"] < worker.joins[-1].revision


def test_whose_link_was_taken_back_is_not_let_in_again(plan: Plan, mailbox: Mailbox) -> None:
    guest = admitted(plan, mailbox)
    plan.host.uninvite_all(plan)
    assert plan.host.out(plan) == []
    assert plan.host.decide(plan, "readmit", guest.id(plan)).status == 409
    assert guest.state(plan) == "removed"


def test_revoking_a_link_puts_out_who_is_in_by_it(plan: Plan, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    guest = admitted(plan, mailbox)
    assert join(guest, plan) == 201
    person = guest.id(plan)
    plan.host.uninvite_all(plan)
    assert person in [push.participant for push in worker.pushed("remove")]
    assert guest.state(plan) == "removed" and join(guest, plan) == 403


def test_who_is_invited_again_after_a_revocation_enters_as_a_new_person_in_the_same_browser(
    plan: Plan, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    guest = admitted(plan, mailbox)
    old = guest.id(plan)
    plan.host.uninvite_all(plan)
    plan.host.invite(plan, "zoe@example.fr")
    again = Guest(a_guest(mailbox).link, guest.browser)
    again.enter()
    assert again.state(plan) == "waiting" and again.id(plan) != old
    plan.host.decide(plan, "admit", again.id(plan))
    assert join(again, plan) == 201


def test_the_browser_of_a_revoked_link_never_sees_the_next_one(plan: Plan, mailbox: Mailbox) -> None:
    """Whoever had the old link must not find the new one on the room's page, to which the old pass still leads."""
    stranger = admitted(plan, mailbox)
    assert stranger.link in stranger.browser.open(f"/m/{plan.occurrence}").html
    plan.host.uninvite_all(plan)
    plan.host.invite(plan, "zoe@example.fr")
    fresh = a_guest(mailbox).link
    seen = stranger.browser.open(f"/m/{plan.occurrence}")
    assert fresh != stranger.link and fresh.rpartition(".")[2] not in seen.html


def test_who_was_let_in_keeps_the_name_the_host_saw(plan: Plan, mailbox: Mailbox) -> None:
    guest = a_guest(mailbox)
    guest.enter("Zo", "Été")
    guest.enter("Zoé", "Été")
    plan.host.decide(plan, "admit", guest.id(plan))
    guest.enter("Anne", "Dupont")
    assert guest.me(plan).json["name"] == "Zoé Été" and guest.state(plan) == "admitted"


def test_nobody_decides_about_the_host(plan: Plan) -> None:
    plan.host.enter(plan)
    me = plan.host.browser.call("GET", plan.api("me")).json["participant"]
    for verb in ("admit", "refuse", "remove"):
        assert plan.host.decide(plan, verb, me).status == 404


def test_an_act_or_a_person_that_does_not_exist_is_not_found(plan: Plan, mailbox: Mailbox) -> None:
    guest = a_guest(mailbox)
    guest.enter()
    assert plan.host.decide(plan, "crown", guest.id(plan)).status == 404
    assert plan.host.decide(plan, "admit", "nobody").status == 404


def test_a_guest_decides_about_nobody(plan: Plan, mailbox: Mailbox) -> None:
    guest, other = admitted(plan, mailbox), a_guest(mailbox, "paul@example.com")
    other.enter()
    for path in (f"participants/{other.id(plan)}/admit", "end"):
        assert guest.browser.call("POST", plan.api(path)).status == 403
    assert guest.browser.call("GET", plan.api("waiting")).status == 403
    assert other.state(plan) == "waiting"
