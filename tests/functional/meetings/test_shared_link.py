"""The link that is the same for all: whoever comes by it waits, always; it can be taken back and renewed."""

import re

import pytest

from chalicelib.accounts import house
from chalicelib.meetings import lobby, scheduling
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, OFFER, Guest, Host, Plan, a_guest, a_host, admitted, in_, sign_in


def turn(host: Host, plan: Plan, how: str) -> str:
    """Presses the button; returns the link's path on the page, or ""."""
    host.browser.open(plan.page)
    token = host.browser.page.form("/signout").fields["csrf"]
    page = host.browser.post(f"{plan.page}/link", {"csrf": token, "turn": how})
    assert page.status == 200, page.text
    found = re.search(r"(/r/[a-z0-9]+\.[a-z0-9]+)", page.html)
    return found[1] if found else ""


@pytest.fixture
def plan(host: Host) -> Plan:
    return host.plan(**in_(0))


def test_it_is_off_unless_somebody_switches_it_on(host: Host, plan: Plan) -> None:
    assert "/r/" not in host.browser.open(plan.page).html
    link = turn(host, plan, "on")
    assert link and turn(host, plan, "on") == link


def test_whoever_comes_by_it_waits_whatever_the_doors_settings(host: Host, plan: Plan) -> None:
    link = turn(host, plan, "on")
    host.enter(plan)
    assert host.browser.call("POST", plan.api("door"), {"invited": True, "company": True}).status == 204
    zoe, paul = Guest(link), Guest(link)
    assert zoe.enter().path == f"/m/{plan.occurrence}" and paul.enter("Paul", "Roux").status == 200
    assert [zoe.state(plan), paul.state(plan)] == ["waiting", "waiting"]
    assert {person["name"] for person in host.waiting(plan)} == {"Zoé Été", "Paul Roux"}
    assert host.decide(plan, "admit", zoe.id(plan)).status == 204
    assert [zoe.state(plan), paul.state(plan)] == ["admitted", "waiting"]


def test_the_same_browser_stays_the_same_person(host: Host, plan: Plan) -> None:
    zoe = Guest(turn(host, plan, "on"))
    zoe.enter()
    first = zoe.id(plan)
    zoe.enter("Zoë", "Été")
    assert zoe.id(plan) == first and [person["name"] for person in host.waiting(plan)] == ["Zoë Été"]


def test_who_has_a_personal_link_stays_who_they_are(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    zoe = admitted(plan, mailbox)
    before = zoe.id(plan)
    Guest(turn(host, plan, "on"), zoe.browser).enter("Mallory", "Inconnue")
    assert (zoe.id(plan), zoe.state(plan)) == (before, "admitted")
    assert zoe.me(plan).json["name"] == "Zoé Été"


def test_who_was_refused_is_told_so_when_they_try_again(host: Host, plan: Plan) -> None:
    zoe = Guest(turn(host, plan, "on"))
    zoe.enter()
    host.decide(plan, "refuse", zoe.id(plan))
    assert zoe.enter().status == 403 and zoe.state(plan) == "refused"


@pytest.mark.parametrize("how", ["off", "renew"])
def test_an_old_link_lets_nobody_ask_and_who_waited_by_it_goes(host: Host, plan: Plan, how: str) -> None:
    link = turn(host, plan, "on")
    inside, waiting = Guest(link), Guest(link)
    inside.enter()
    host.decide(plan, "admit", inside.id(plan))
    waiting.enter("Paul", "Roux")
    after = turn(host, plan, how)
    assert bool(after) == (how == "renew") and after != link
    assert Guest(link).browser.open(link).status == 404
    assert [inside.state(plan), waiting.state(plan)] == ["admitted", "removed"]


@pytest.mark.parametrize(
    "link", ["/r/x", "/r/.", "/r/a.b.c", "/r/%00.x", "/r/{id}.", "/r/{id}." + "a" * 26, "/r/{id}-1.x"]
)
def test_a_forged_link_looks_like_none(host: Host, plan: Plan, link: str) -> None:
    turn(host, plan, "on")
    assert Browser().open(link.format(id=plan.id)).status == 404


def test_a_link_switched_off_can_not_be_guessed_from_a_meeting_that_never_had_one(host: Host, plan: Plan) -> None:
    link = turn(host, plan, "on")
    turn(host, plan, "off")
    assert Browser().open(link).status == 404
    again = turn(host, plan, "on")
    assert again != link and Browser().open(link).status == 404


def test_names_that_are_missing_are_asked_for(host: Host, plan: Plan) -> None:
    zoe = Guest(turn(host, plan, "on"))
    page = zoe.enter("", "Été")
    assert page.status == 400 and 'id="wrong-first_name"' in page.html and host.waiting(plan) == []


def test_one_address_does_not_fill_the_lobby(host: Host, plan: Plan) -> None:
    link = turn(host, plan, "on")
    seen = [Guest(link).enter("Robot", str(number)).status for number in range(21)]
    assert seen == [200] * 20 + [429] and len(lobby.participants(scheduling.read(plan.id).occurrence)) == 20


def test_who_came_by_it_joins_is_recorded_only_if_asked_and_is_no_encoder(
    host: Host, plan: Plan, worker: ScriptedWorker
) -> None:
    zoe = Guest(turn(host, plan, "on"))
    zoe.enter()
    host.decide(plan, "admit", zoe.id(plan))
    assert zoe.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    assert host.decide(plan, "cohost", zoe.id(plan)).status == 204, "an encoder could not be"


def test_the_text_to_copy_says_who_what_when_and_where_in_both_languages(host: Host, plan: Plan) -> None:
    link = turn(host, plan, "on")
    page = host.browser.open(plan.page)
    assert page.html.count(link) == 2
    assert "vous invite à une réunion" in page.text and "invites you to" in page.text
    assert "Paris" in page.text and "Point projet" in page.text


def test_of_a_series_the_link_leads_to_the_date_that_is_on(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan(**in_(3_600), repeat="weekly", count="3")
    link = turn(host, Plan(f"{plan.id}-1", host), "on")
    assert Guest(link).enter().path == f"/m/{plan.id}-1"
    clock_file.move(days=7)
    assert Guest(link).enter().path == f"/m/{plan.id}-2"


def test_after_the_meeting_it_says_that_it_is_over(host: Host, plan: Plan) -> None:
    link = turn(host, plan, "on")
    guest = Guest(link)
    form = guest.browser.open(link).form(link).fields
    host.cancel(plan)
    assert "annulée" in guest.browser.open(link).text
    assert guest.browser.post(link, {**form, "first_name": "Zoé", "name": "Été"}).status == 410


def test_only_who_manages_the_meeting_turns_it(host: Host, plan: Plan) -> None:
    other = a_host("eve@ailleurs.fr")
    token = other.browser.open("/meetings").form("/signout").fields["csrf"]
    for how in ("on", "off", "renew"):
        assert other.browser.post(f"{plan.page}/link", {"csrf": token, "turn": how}).status == 404
    token = host.browser.open("/meetings").form("/signout").fields["csrf"]
    assert host.browser.post(f"{plan.page}/link", {"csrf": token, "turn": "sideways"}).status == 400
    assert host.browser.post(f"{plan.page}/link", {"turn": "on"}).status == 403


def test_somebody_added_in_mid_meeting_gets_the_mail_at_once(host: Host, plan: Plan, mailbox: Mailbox) -> None:
    host.enter(plan)
    answer = host.browser.call("POST", plan.api("invitations"), {"invitees": "zoe@example.fr, paul@example.com"})
    assert (answer.status, answer.json) == (201, {"invited": 2})
    assert a_guest(mailbox).enter().path == f"/m/{plan.occurrence}" and len(mailbox.to("paul@example.com")) == 1


@pytest.mark.parametrize(
    "typed", ["", "zoe", "@", 3, None, ["zoe@example.fr"], ",".join(f"x{number}@y.fr" for number in range(101))]
)
def test_what_is_no_address_is_said_in_the_room_and_invites_nobody(
    host: Host, plan: Plan, mailbox: Mailbox, typed: object
) -> None:
    host.enter(plan)
    mailbox.empty()
    answer = host.browser.call("POST", plan.api("invitations"), {"invitees": typed})
    assert answer.status == 400 and answer.json["error"]["message"] and mailbox.mails == []


def test_a_guest_adds_nobody_and_a_co_host_does(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    zoe = admitted(plan, mailbox)
    for path, body in (("invitations", {"invitees": "x@example.fr"}), ("link", {})):
        assert zoe.browser.call("POST", plan.api(path), body).status == 403
    host.decide(plan, "cohost", zoe.id(plan))
    assert zoe.browser.call("POST", plan.api("invitations"), {"invitees": "x@example.fr"}).status == 201
    answer = zoe.browser.call("POST", plan.api("link"), {})
    assert answer.status == 200 and answer.json["link"] in answer.json["text"]
    assert Browser().open(answer.json["link"]).status == 200
    assert zoe.browser.call("POST", plan.api("link"), {}).json == answer.json, "the same link, not another"


def test_nobody_is_added_to_a_meeting_that_is_over(host: Host, plan: Plan, clock_file: MovedClock) -> None:
    host.enter(plan)
    clock_file.move(seconds=DAY)
    sign_in(host)
    host.browser.open("/meetings")
    assert host.browser.call("POST", plan.api("invitations"), {"invitees": "x@example.fr"}).status == 410


@pytest.mark.parametrize("joiners", ["invited", "domains", "members"])
def test_where_the_company_lets_in_only_whom_it_knows_there_is_no_such_link(
    host: Host, plan: Plan, joiners: str
) -> None:
    link = turn(host, plan, "on")
    form = {"lobby": "host", "keep": "28d", "days": "28", "joiners": joiners, "domains": "client.fr"}
    house.change(host.account, form)
    assert Browser().open(link).status == 404
    page = host.browser.open(plan.page)
    assert "/r/" not in page.html and f"{plan.page}/link" not in page.actions
    token = page.form("/signout").fields["csrf"]
    assert host.browser.post(f"{plan.page}/link", {"csrf": token, "turn": "renew"}).status == 403
    host.enter(plan)
    turned_off = host.browser.post(f"{plan.page}/link", {"csrf": token, "turn": "off"})
    assert turned_off.status == 200 and host.browser.call("POST", plan.api("link"), {}).status == 403
