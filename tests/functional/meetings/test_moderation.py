"""What hosts do to others, what stays everybody's own, and that a room that moved knows it."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.meetings import repair
from chalicelib.signalling.messages import Interval, Push, RoomReport
from chalicelib.signalling.standing import Standing
from tests.functional.browser import Seen
from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, admitted, in_


@pytest.fixture
def plan(host: Host) -> Plan:
    return host.plan("zoe@example.fr", "paul@example.com", **in_(0))


@pytest.fixture
def zoe(plan: Plan, mailbox: Mailbox) -> Guest:
    return admitted(plan, mailbox)


@pytest.fixture
def paul(plan: Plan, mailbox: Mailbox) -> Guest:
    return admitted(plan, mailbox, "paul@example.com")


def join(person: Guest | Host, plan: Plan) -> int:
    return person.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status


def act(by: Guest | Host, plan: Plan, verb: str, to: Guest, data: Any = None) -> int:
    return by.browser.call("POST", plan.api(f"participants/{to.id(plan)}/{verb}"), data or {}).status


def own(person: Guest | Host, plan: Plan, verb: str, data: Any) -> Seen:
    return person.browser.call("POST", plan.api(verb), data)


def joined(worker: ScriptedWorker, person: Guest, plan: Plan) -> Standing:
    """What the ticket of this person's next join says."""
    assert join(person, plan) == 201
    return worker.joins[-1].standing


def told(push: Push) -> tuple[Any, ...]:
    return push.message["role"], push.message["held"], push.message.get("act"), push.message.get("by")


def in_the_room(worker: ScriptedWorker, plan: Plan, *people: str, at: float) -> None:
    """The worker reports these people as being inside."""
    intervals = [Interval(plan.occurrence, person, f"c-{person}", at, at, True) for person in people]
    worker.report([RoomReport(plan.occurrence, 1, len(people))], intervals)


def test_a_mute_reaches_the_room_and_every_later_join(plan: Plan, zoe: Guest, worker: ScriptedWorker) -> None:
    assert joined(worker, zoe, plan) == Standing()
    assert act(plan.host, plan, "mute", zoe) == 204
    (push,) = worker.pushed("standing")
    assert push.participant == zoe.id(plan) and told(push) == ("guest", ["microphone"], "mute", "Anne Dupont")
    assert joined(worker, zoe, plan) == Standing(1, "guest", ("microphone",))


def test_stopping_a_camera_and_a_share_adds_to_what_is_held(plan: Plan, zoe: Guest, worker: ScriptedWorker) -> None:
    for verb in ("stop_camera", "stop_share", "stop_share", "mute"):
        assert act(plan.host, plan, verb, zoe) == 204
    assert joined(worker, zoe, plan) == Standing(3, "guest", ("microphone", "camera", "screen", "screen_sound"))


def test_only_the_person_takes_the_floor_back(plan: Plan, zoe: Guest, worker: ScriptedWorker) -> None:
    act(plan.host, plan, "mute", zoe)
    assert act(plan.host, plan, "resume", zoe, {"slots": ["microphone"]}) == 404
    assert joined(worker, zoe, plan).held == ("microphone",)
    assert own(zoe, plan, "resume", {"slots": ["microphone"]}).status == 204
    assert joined(worker, zoe, plan) == Standing(2)
    assert told(worker.pushed("standing")[-1]) == ("guest", [], None, None)


def test_an_encoder_which_nobody_sits_at_is_given_back_by_the_host(plan: Plan, worker: ScriptedWorker) -> None:
    plan.host.enter(plan)
    encoder = own(plan.host, plan, "encoders", {"name": "Régie"}).json["participant"]
    for verb, data in (("mute", {}), ("resume", {"slots": ["microphone"]})):
        path = plan.api(f"participants/{encoder}/{verb}")
        assert plan.host.browser.call("POST", path, data).status == 204
    assert plan.host.browser.call("POST", plan.api(f"participants/{encoder}/cohost"), {}).status == 404


def test_asking_somebody_to_speak_changes_nothing_but_is_told(plan: Plan, zoe: Guest, worker: ScriptedWorker) -> None:
    join(zoe, plan)
    act(plan.host, plan, "mute", zoe)
    assert act(plan.host, plan, "ask_microphone", zoe) == 204
    (push,) = worker.pushed("tell")
    assert push.participant == zoe.id(plan)
    assert push.message == {"type": "asked", "slot": "microphone", "by": "Anne Dupont"}
    assert joined(worker, zoe, plan).held == ("microphone",)


def test_hands_are_raised_in_order_and_kept_by_every_later_join(
    plan: Plan, zoe: Guest, paul: Guest, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    own(zoe, plan, "hand", {"up": True})
    clock_file.move(seconds=5)
    own(paul, plan, "hand", {"up": True})
    own(zoe, plan, "hand", {"up": True})
    first, second = joined(worker, zoe, plan).hand, joined(worker, paul, plan).hand
    assert 0 < first < second
    own(zoe, plan, "hand", {"up": False})
    assert joined(worker, zoe, plan).hand == 0


def test_hosts_lower_one_hand_or_all(plan: Plan, zoe: Guest, paul: Guest, worker: ScriptedWorker) -> None:
    for person in (zoe, paul):
        join(person, plan)
        own(person, plan, "hand", {"up": True})
    assert act(plan.host, plan, "lower", zoe) == 204
    assert told(worker.pushed("standing")[-1]) == ("guest", [], "lower", "Anne Dupont")
    assert joined(worker, zoe, plan).hand == 0 and joined(worker, paul, plan).hand > 0
    plan.host.browser.call("POST", plan.api("hands/lower"), {})
    assert joined(worker, paul, plan).hand == 0


@pytest.mark.parametrize("data", [{}, {"up": 1}, {"up": None}])
def test_a_hand_is_up_or_down(plan: Plan, zoe: Guest, data: dict[str, object]) -> None:
    assert own(zoe, plan, "hand", data).status == 400


def test_a_co_host_admits_and_moderates_but_names_nobody(
    plan: Plan, zoe: Guest, paul: Guest, worker: ScriptedWorker
) -> None:
    assert act(zoe, plan, "mute", paul) == 403
    assert act(plan.host, plan, "cohost", zoe) == 204
    assert joined(worker, zoe, plan).role == "cohost"
    assert zoe.me(plan).json["role"] == "cohost"
    assert act(zoe, plan, "mute", paul) == 204
    assert zoe.browser.call("GET", plan.api("waiting")).status == 200
    for verb in ("cohost", "host"):
        assert act(zoe, plan, verb, paul) == 403
    assert act(plan.host, plan, "guest", zoe) == 204
    assert act(zoe, plan, "mute", paul) == 403


def test_a_co_host_puts_out_guests_and_nobody_else(plan: Plan, zoe: Guest, paul: Guest) -> None:
    plan.host.enter(plan)
    organiser = plan.host.browser.call("GET", plan.api("me")).json["participant"]
    for person in (zoe, paul):
        act(plan.host, plan, "cohost", person)
    assert act(zoe, plan, "remove", paul) == 403
    assert zoe.browser.call("POST", plan.api(f"participants/{organiser}/remove"), {}).status == 404
    assert act(plan.host, plan, "guest", paul) == 204
    assert act(zoe, plan, "remove", paul) == 204
    assert paul.state(plan) == "removed"


def test_the_role_of_host_is_handed_over_and_taken_back_by_the_organiser(
    plan: Plan, zoe: Guest, paul: Guest, worker: ScriptedWorker
) -> None:
    plan.host.enter(plan)
    organiser = plan.host.browser.call("GET", plan.api("me")).json["participant"]
    assert act(plan.host, plan, "host", zoe) == 204
    assert zoe.me(plan).json["role"] == "host"
    assert plan.host.browser.call("GET", plan.api("me")).json["role"] == "cohost"
    assert zoe.browser.call("POST", plan.api(f"participants/{organiser}/remove"), {}).status == 404
    assert plan.host.browser.call("POST", plan.api(f"participants/{organiser}/host"), {}).status == 204
    assert (zoe.me(plan).json["role"], paul.me(plan).json["role"]) == ("cohost", "guest")
    assert plan.host.browser.call("GET", plan.api("me")).json["role"] == "host"


def test_a_co_host_ends_the_meeting_only_while_no_host_is_there(
    plan: Plan, zoe: Guest, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    plan.host.enter(plan)
    organiser = plan.host.browser.call("GET", plan.api("me")).json["participant"]
    act(plan.host, plan, "cohost", zoe)
    join(plan.host, plan)
    in_the_room(worker, plan, organiser, zoe.id(plan), at=clock.now())
    assert own(zoe, plan, "end", {}).status == 403
    clock_file.move(seconds=60)
    in_the_room(worker, plan, zoe.id(plan), at=clock.now())
    assert own(zoe, plan, "end", {}).status == 204
    assert zoe.state(plan) == "410"


def test_who_is_out_can_not_act_by_the_role_they_had(plan: Plan, zoe: Guest, paul: Guest) -> None:
    act(plan.host, plan, "cohost", zoe)
    act(plan.host, plan, "remove", zoe)
    assert act(zoe, plan, "mute", paul) == 403
    assert own(zoe, plan, "hand", {"up": True}).status == 403


def test_who_takes_a_co_hosts_link_over_is_a_guest_who_waits(plan: Plan, zoe: Guest) -> None:
    act(plan.host, plan, "cohost", zoe)
    other = Guest(zoe.link)
    other.browser.open(other.link)
    other.browser.send(other.link, first_name="Zoé", name="Été")
    assert (other.me(plan).json["role"], other.state(plan)) == ("guest", "waiting")


def test_what_a_push_may_have_missed_is_told_again_without_a_word_about_it(
    plan: Plan, zoe: Guest, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    join(zoe, plan)
    in_the_room(worker, plan, zoe.id(plan), at=clock.now())
    act(plan.host, plan, "mute", zoe)
    worker.pushes.clear()
    repair.put_right()
    (push,) = worker.pushed("standing")
    assert told(push) == ("guest", ["microphone"], None, None)
    clock_file.move(seconds=repair.LATELY + 10)
    in_the_room(worker, plan, zoe.id(plan), at=clock.now())
    worker.pushes.clear()
    repair.put_right()
    assert worker.pushed("standing") == []
