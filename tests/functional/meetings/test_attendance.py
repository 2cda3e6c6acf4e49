"""Who was there, from when to when, as the host and the person concerned see it."""

from dataclasses import replace

from chalicelib import clock
from chalicelib.meetings import attendance, scheduling
from chalicelib.signalling.messages import Interval
from chalicelib.signalling.quality import Quality
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, admitted, in_


def present(plan: Plan) -> dict[str, list[tuple[int, int]]]:
    found = attendance.of_all(scheduling.occurrence_of(plan.occurrence))
    assert all(one.seconds == sum(until - since for since, until in one.intervals) for one in found)
    return {one.name: one.intervals for one in found}


def was(plan: Plan, who: str, connection: str, since: int, until: int, *, still: bool = False) -> Interval:
    return Interval(plan.occurrence, who, connection, float(since), float(until), still)


def joined(plan: Plan, guest: Guest) -> str:
    """The participant's id, after joining: the room exists."""
    assert guest.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    return guest.id(plan)


def test_two_tabs_and_two_reconnects_count_once(host: Host, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    zoe = joined(plan, admitted(plan, mailbox))
    at = clock.now() - 3_000
    worker.report(
        attendance=[
            was(plan, zoe, "c1", at, at + 600),
            was(plan, zoe, "c2", at + 300, at + 500),
            was(plan, zoe, "c3", at + 600, at + 900),
            was(plan, zoe, "c4", at + 1_000, at + 1_100),
        ]
    )
    assert present(plan) == {"Zoé Été": [(at, at + 900), (at + 1_000, at + 1_100)]}


def test_an_interval_that_grows_is_one(host: Host, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    zoe = joined(plan, admitted(plan, mailbox))
    at = clock.now() - 600
    for until in (10, 20, 20, 30):
        worker.report(attendance=[was(plan, zoe, "c1", at, at + until, still=True)])
    worker.report(attendance=[was(plan, zoe, "c1", at, at + 35)])
    assert present(plan) == {"Zoé Été": [(at, at + 35)]}


def test_reports_that_come_late_or_twice_change_nothing(host: Host, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    zoe = joined(plan, admitted(plan, mailbox))
    at = clock.now() - 600
    worker.report(attendance=[was(plan, zoe, "c1", at, at + 35)])
    worker.report(attendance=[was(plan, zoe, "c1", at, at + 35)])
    worker.report(attendance=[was(plan, zoe, "c1", at, at + 30, still=True)])
    assert present(plan) == {"Zoé Été": [(at, at + 35)]}


def test_the_host_sees_everybody_and_the_guest_themselves_only(
    host: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = host.plan("zoe@example.fr", "paul@example.com", **in_(0))
    zoe, paul = admitted(plan, mailbox), a_second(plan, mailbox)
    at = clock.now() - 3_000
    worker_says = [
        was(plan, joined(plan, zoe), "c1", at, at + 600),
        was(plan, joined(plan, paul), "c2", at + 60, at + 1_260),
    ]
    worker.report(attendance=worker_says)
    page = host.browser.open(plan.page).text
    assert page.index("Zoé Été") < page.index("Paul Martin"), "in the order of arrival"
    assert "10 min" in page and "20 min" in page
    own = zoe.browser.open(zoe.link.replace("/i/", "/my-data/")).text
    assert "10 min" in own and "20 min" not in own and "Paul" not in own


def a_second(plan: Plan, mailbox: Mailbox) -> Guest:
    guest = Guest(mailbox.last("paul@example.com").link("/i/"))
    guest.enter(first_name="Paul", name="Martin")
    plan.host.decide(plan, "admit", guest.id(plan))
    return guest


def test_the_organiser_sees_how_the_network_carried_each_and_a_guest_their_own(
    host: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = host.plan("zoe@example.fr", "paul@example.com", **in_(0))
    zoe, paul = admitted(plan, mailbox), a_second(plan, mailbox)
    at = clock.now() - 3_000
    good, bad = Quality(1_000, 0, 900, 3, 0.0, 0.4, 0.6), Quality(1_000, 25, 1_000, 96, 204.0, 0.5, 3.2)
    worker.report(
        attendance=[
            replace(was(plan, joined(plan, zoe), "c1", at, at + 600), quality=good),
            replace(was(plan, joined(plan, paul), "c2", at + 60, at + 1_260), quality=bad),
        ]
    )
    page = host.browser.open(plan.page).text
    assert "Zoé Été Bonne 0 % 0,3 % 0 s 0,6 s" in page
    assert "Paul Martin Mauvaise 2,5 % 9,6 % 3 min 3,2 s" in page
    own = zoe.browser.open(zoe.link.replace("/i/", "/my-data/")).text
    assert "Liaison Bonne" in own and "Mauvaise" not in own


def test_without_counts_the_page_says_nothing_of_the_network(
    host: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    zoe = joined(plan, admitted(plan, mailbox))
    at = clock.now() - 3_000
    worker.report(attendance=[was(plan, zoe, "c1", at, at + 600)])
    page = host.browser.open(plan.page).text
    assert "Présences" in page and "Qualité de la liaison" not in page


def test_who_only_waited_was_not_there(host: Host, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    admitted(plan, mailbox)
    assert present(plan) == {}


def test_the_host_is_counted_like_everybody(host: Host, worker: ScriptedWorker) -> None:
    plan = host.plan(**in_(0))
    host.enter(plan)
    assert host.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    at = clock.now() - 300
    me = host.browser.call("GET", plan.api("me")).json["participant"]
    worker.report(attendance=[was(plan, me, "c1", at, at + 60)])
    assert present(plan) == {"Anne Dupont": [(at, at + 60)]}
