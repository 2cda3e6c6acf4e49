"""A guest's personal link."""

from datetime import datetime
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest

from chalicelib.meetings import lobby, scheduling
from chalicelib.register.stores import EPHEMERAL, USAGE
from chalicelib.storage import expiry
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, a_guest, a_host, admitted, in_, link_of


def held() -> list[dict[str, object]]:
    """Everything about meetings and guests that the tables hold."""
    return [item for store in (USAGE, EPHEMERAL) for item in expiry.scan(store)]


def test_looking_at_a_link_changes_nothing(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    link, before = link_of(mailbox, "zoe@example.fr"), held()
    for _ in range(3):
        scanner = Browser(device="Mail scanner")
        assert scanner.open(link).status == 200
        assert "__Host-pass" not in scanner.cookies
    assert held() == before
    assert Guest(link).enter().path == f"/m/{plan.occurrence}"


def test_forged_foreign_and_voided_links_look_alike(host: Host, mailbox: Mailbox) -> None:
    plan, other = host.plan("zoe@example.fr"), host.plan("paul@example.com")
    meeting, invitation, secret = link_of(mailbox, "zoe@example.fr").removeprefix("/i/").split(".")
    _, foreign, _ = link_of(mailbox, "paul@example.com").removeprefix("/i/").split(".")
    host.act(plan, "revoke")
    links = [
        f"{meeting}.{invitation}.{secret}",
        f"{meeting}.{invitation}.{'a' * 26}",
        f"{other.id}.{foreign}.{secret}",
        f"{other.id}.{invitation}.{secret}",
        f"{meeting}.nobody.{secret}",
        f"nothing.{invitation}.{secret}",
        f"{meeting}.{invitation}.",
        f"{meeting}.{invitation}",
        "x" * 300,
        "é.é.é",
    ]
    seen = {(page.status, page.text) for page in (Browser().open(f"/i/{link}") for link in links)}
    assert {status for status, _ in seen} == {404} and len(seen) == 1
    assert {Browser().open(f"/my-data/{link}").status for link in links} == {404}


def test_the_page_says_who_is_responsible_what_is_collected_and_how_long(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr")
    page = a_guest(mailbox).browser.open(link_of(mailbox, "zoe@example.fr"))
    assert "Cabinet Lefèvre" in page.text and "responsable" in page.text
    assert "dpo@lefevre.fr" in page.text and "/my-data/" in page.html
    assert "adresse e-mail" in page.text and "supprimé au plus tard" in page.text


def test_the_page_promises_no_day_before_the_last_deletion(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = host.plan("zoe@example.fr", **in_(0), length="5")
    clock_file.move(hours=11)
    guest = a_guest(mailbox)
    promise = guest.browser.open(guest.link).text
    guest.enter()
    (person,) = lobby.participants(scheduling.occurrence_of(plan.occurrence))
    gone = datetime.fromtimestamp(int(person.delete_by or 0), ZoneInfo("Europe/Paris"))
    assert f"au plus tard le {gone.day} " in promise


def test_the_page_never_shows_an_invitees_address(host: Host, mailbox: Mailbox) -> None:
    host.plan("Zoé <zoe@example.fr>", "paul@example.com")
    guest = a_guest(mailbox)
    pages = [guest.browser.open(guest.link), guest.enter()]
    for page in pages:
        assert "@example" not in page.html
        assert host.account.email not in page.html


def test_names_must_be_given_and_what_was_typed_stays(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr")
    guest = a_guest(mailbox)
    page = guest.enter(first_name="Zoé", name="")
    assert page.status == 400 and 'id="wrong-name"' in page.html
    assert page.form(guest.link).fields["first_name"] == "Zoé"
    assert "__Host-pass" not in guest.browser.cookies


def test_entering_needs_a_form_of_this_browser(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr")
    guest = a_guest(mailbox)
    assert guest.browser.post(guest.link, {"first_name": "Zoé", "name": "Été"}).status == 403


def test_the_same_browser_comes_back_as_the_same_person(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    guest = a_guest(mailbox)
    guest.enter()
    first = guest.id(plan)
    host.decide(plan, "admit", first)
    page = guest.browser.open(guest.link)
    assert page.form(guest.link).fields["first_name"] == "Zoé", "known in this browser"
    guest.enter()
    assert (guest.id(plan), guest.state(plan)) == (first, "admitted")


def test_another_browser_must_take_over_and_sees_no_name(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    first, second = a_guest(mailbox), a_guest(mailbox)
    form = dict(second.browser.open(second.link).form(second.link).fields)
    first.enter()
    blind = second.browser.post(second.link, {**form, "first_name": "Max", "name": "Autre"})
    assert blind.status == 409 and "ouvert dans un autre navigateur" in blind.text
    page = second.browser.open(second.link)
    assert "Zoé" not in page.text and page.form(second.link).fields["takeover"] == "yes"
    assert second.me(plan).status in (401, 404)
    assert first.state(plan) == "waiting"


def test_who_takes_over_waits_again_and_the_first_browser_is_out(
    host: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    first, second = admitted(plan, mailbox), a_guest(mailbox)
    assert first.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    person = first.id(plan)
    assert second.enter(first_name="Zoé", name="Ailleurs").path == f"/m/{plan.occurrence}"
    assert (second.id(plan), second.state(plan)) == (person, "waiting")
    assert [push.participant for push in worker.pushed("replace")] == [person]
    assert second.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 403
    assert first.me(plan).status == 404
    assert first.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 404
    assert len(worker.joins) == 1


@pytest.mark.parametrize("taken", [False, True])
def test_of_browsers_that_enter_at_once_one_holds_the_link(host: Host, mailbox: Mailbox, taken: bool) -> None:
    plan = host.plan("zoe@example.fr")
    if taken:
        a_guest(mailbox).enter()
    guests = [a_guest(mailbox) for _ in range(4)]
    forms = [dict(guest.browser.open(guest.link).form(guest.link).fields) for guest in guests]
    start = Barrier(len(guests))
    answers: list[int] = []

    def enter(guest: Guest, form: dict[str, str]) -> None:
        start.wait()
        names = {"first_name": "Zoé", "name": "Été"}
        answers.append(guest.browser.post(guest.link, {**form, **names}, follow=False).status)

    threads = [Thread(target=enter, args=pair) for pair in zip(guests, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {303, 409} and 303 in answers
    for guest in guests:
        guest.browser.open("/")
    assert [guest.me(plan).status for guest in guests].count(200) == 1


def test_a_browser_that_enters_with_another_link_is_that_other_person(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", "paul@example.com")
    browser = Browser()
    zoe = Guest(link_of(mailbox, "zoe@example.fr"), browser)
    zoe.enter()
    first = zoe.id(plan)
    paul = Guest(link_of(mailbox, "paul@example.com"), browser)
    paul.enter(first_name="Paul", name="Martin")
    assert paul.id(plan) != first
    assert paul.me(plan).json["name"] == "Paul Martin"


def test_a_link_opens_its_own_meeting_only(host: Host, mailbox: Mailbox) -> None:
    plan, other = host.plan("zoe@example.fr"), host.plan("paul@example.com")
    guest = a_guest(mailbox)
    guest.enter()
    assert guest.state(plan) == "waiting"
    assert guest.browser.open(f"/m/{other.occurrence}").status == 404
    guest.enter()
    for method, rest in (("GET", "me"), ("POST", "join"), ("GET", "chat"), ("POST", "chat")):
        kind = "application/sdp" if rest == "join" else "application/json"
        data = None if method == "GET" else OFFER if rest == "join" else {"id": "1", "body": "x"}
        assert guest.browser.call(method, other.api(rest), data, kind).status == 404, rest


def test_the_pass_of_one_guest_is_useless_to_another(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", "paul@example.com")
    zoe = admitted(plan, mailbox)
    paul = a_guest(mailbox, "paul@example.com")
    paul.enter(first_name="Paul", name="Martin")
    assert paul.id(plan) != zoe.id(plan)
    assert paul.state(plan) == "waiting" and zoe.state(plan) == "admitted"
    stranger = Browser()
    stranger.open(zoe.link)
    stranger.cookies["__Host-pass"] = "made up"
    assert stranger.call("GET", plan.api("me")).status == 404


def test_a_guest_may_be_early(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr")
    guest = a_guest(mailbox)
    page = guest.browser.open(guest.link)
    assert "en avance" in page.text and guest.link in page.actions


@pytest.mark.parametrize("path", ["me", "chat", "waiting"])
def test_who_is_nobody_is_told_so(host: Host, path: str) -> None:
    plan = host.plan()
    nobody = Browser()
    nobody.open("/")
    answer = nobody.call("GET", plan.api(path))
    assert (answer.status, answer.json["error"]["code"]) == (401, "unknown_person")


def test_the_host_of_another_company_finds_nothing(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    guest = a_guest(mailbox)
    guest.enter()
    other = a_host("karim@ailleurs.fr")
    other.browser.open("/meetings")
    person = guest.id(plan)
    asked = [
        ("GET", "me", None),
        ("GET", "waiting", None),
        ("GET", "chat", None),
        ("POST", "chat", {"id": "1", "body": "x"}),
        ("POST", f"participants/{person}/admit", None),
        ("POST", f"participants/{person}/refuse", None),
        ("POST", f"participants/{person}/remove", None),
        ("POST", "end", None),
        ("DELETE", "connections/c1", None),
    ]
    for method, rest, data in asked:
        assert other.browser.call(method, plan.api(rest), data).status == 404, rest
    assert other.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 404
    assert other.browser.open(f"/m/{plan.occurrence}").status == 404
    assert guest.state(plan) == "waiting"
