"""Every route that names something, asked by people whose it is not: nothing is told, nothing is changed."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.meetings import scheduling
from chalicelib.register.stores import EPHEMERAL, PEOPLE, RIGHTS, USAGE
from chalicelib.storage import expiry
from tests.functional.browser import FORM, Browser, functions
from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.conftest import host
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, a_guest, a_host, admitted, in_

__all__ = ["host", "make_worker", "worker"]

SECRET_WORDS = ("Point projet", "zoe@example.fr", "Zoé", "anne@lefevre.fr", "Cabinet Lefèvre", "bonjour à tous")
OTHER = "ivo@autre.example"
REFUSED = {303, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429}
"""303: to where one signs in, or after taking back what is not there. 400: it makes no sense, whoever asks."""

APART = ("/console", "/compose", "/u/")
"""To operators alone (their tests say so); for a job with a key; a page that is the same for every link."""

Call = tuple[str, str, str]
"""Method, path with variables, content type."""


def calls() -> list[Call]:
    """Every method of every route with a variable in its path."""
    return [
        (method, path, (entry.content_types or [FORM])[0])
        for path, entries in sorted(functions().routes.items())
        for method, entry in sorted(entries.items())
        if "{" in path and method != "HEAD" and not path.startswith(APART)
    ]


@pytest.fixture
def theirs(host: Host, mailbox: Mailbox, worker: ScriptedWorker) -> tuple[Plan, Guest]:
    """A meeting that runs, with a guest in it and something said."""
    plan = host.plan("zoe@example.fr", **in_(0))
    guest = admitted(plan, mailbox)
    for person in (host, guest):
        browser = person.browser
        browser.open(f"/m/{plan.occurrence}" if person is host else guest.link)
        assert browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    assert host.browser.call("POST", plan.api("chat"), {"id": "a1", "body": "bonjour à tous"}).status == 201
    return plan, guest


def strangers(mailbox: Mailbox) -> Iterator[tuple[str, Browser]]:
    """Who owns another company; who is a guest of its meeting; who is nobody."""
    other = a_host("dora@autre.example", first_name="Dora", name="Autre")
    mine = other.plan(OTHER, **in_(0))
    admitted(mine, mailbox, OTHER)
    other.browser.open("/meetings")
    yield "owner of another company", other.browser
    guest = a_guest(mailbox, OTHER)
    guest.enter("Ivo", "Autre")
    yield "guest of another meeting", guest.browser
    nobody = Browser()
    nobody.open("/contact")
    yield "nobody", nobody


def filled(path: str, plan: Plan, guest: Guest) -> str:
    """The path with what is theirs, where it can be guessed; links with one sign changed."""
    wrong = guest.link.rpartition("/")[2]
    wrong = wrong[:-1] + ("a" if wrong[-1] != "a" else "b")
    known = {
        "meeting": plan.id,
        "occurrence": plan.occurrence,
        "participant": guest.id(plan),
        "invitation": wrong.split(".")[1],
        "member": plan.host.account.id,
        "link": wrong,
        "token": wrong,
        "act": "remove",
        "name": "attendance.csv",
        "company": plan.host.account.company,
    }
    return re.sub(r"\{(\w+)\}", lambda found: quote(known.get(found[1], "aaaaaaaaaaaaaaaa")), path)


def kept(plan: Plan) -> list[expiry.Raw]:
    """Everything stored of the company, its people and their meeting, counters of tries apart."""
    marks = (plan.id, plan.host.account.id, plan.host.account.company)
    return sorted(
        (
            item
            for store in (PEOPLE, USAGE, RIGHTS, EPHEMERAL)
            for item in expiry.scan(store)
            if item["kind"] not in ("throttle", "room", "pass") and any(mark in item["pk"] for mark in marks)
        ),
        key=lambda item: (item["pk"], item["sk"]),
    )


def test_nobody_gets_at_what_is_anothers(theirs: tuple[Plan, Guest], mailbox: Mailbox) -> None:
    plan, guest = theirs
    asked = [(method, filled(path, plan, guest), kind) for method, path, kind in calls()]
    for who, browser in strangers(mailbox):
        before = kept(plan)
        for method, path, kind in asked:
            body: Any = OFFER if kind == "application/sdp" else None if kind == FORM else {}
            if kind == FORM and method == "POST":
                answer = browser.post(path, {"csrf": browser.csrf}, follow=False)
            elif method == "GET":
                answer = browser.open(path, follow=False)
            else:
                answer = browser.call(method, path, body, kind)
            what = f"{who}: {method} {path}"
            assert answer.status in REFUSED, f"{what}: {answer.status}"
            # The page's own address comes back with it: what was asked tells nothing.
            said = answer.body.decode(errors="replace").replace(path, "") + str(answer.headers.get("Location", ""))
            assert not [word for word in (*SECRET_WORDS, plan.host.account.company) if word in said], what
            if not browser.csrf:
                browser.open("/contact")
        assert kept(plan) == before, who
    assert guest.state(plan) == "admitted" and len(scheduling.read(plan.id).dates) == 1


def test_guessing_ids_and_links_tells_nothing(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    right = a_guest(mailbox).link.rpartition("/")[2]
    meeting, invitation, secret = right.split(".")
    signs = "abcdefghijklmnopqrstuvwxyz234567"
    guesses = [f"{meeting}.{invitation}.{secret[:at]}{sign}{secret[at + 1 :]}" for at, sign in enumerate(signs[:12])]
    guesses += [f"{meeting}.{sign * 16}.{secret}" for sign in signs]
    guesses += [f"{sign * 16}.{invitation}.{secret}" for sign in signs]
    nobody = Browser()
    answers = {(nobody.open(f"/i/{guess}").status, len(nobody.page.text)) for guess in guesses if guess != right}
    assert len(answers) == 1 and answers.pop()[0] == 404, "one answer to every wrong guess"
    other = a_host("dora@autre.example")
    pages = {
        (other.browser.open(f"/meetings/{identifier}").status, len(other.browser.page.text))
        for identifier in (plan.id, *(sign * 16 for sign in signs))
    }
    assert len(pages) == 1 and pages.pop()[0] == 404, "another's meeting is none"


def test_ten_megabytes_are_refused(theirs: tuple[Plan, Guest]) -> None:
    plan, guest = theirs
    large = "x" * 10_000_000
    for path, kind in (("chat", "application/json"), ("join", "application/sdp"), ("notes", "application/json")):
        data: Any = large if kind == "application/sdp" else {"id": "a2", "body": large}
        assert guest.browser.call("POST", plan.api(path), data, kind).status in (400, 413), path
    assert guest.state(plan) == "admitted"


def test_words_of_people_are_never_markup(host: Host, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    script = "<script>alert(1)</script>"
    plan = host.plan("zoe@example.fr", title=f"Point {script}", **in_(0))
    guest = a_guest(mailbox)
    guest.enter(f"Zoé{script}", script)
    page = host.enter(plan)
    assert script not in page.html
    for path in ("/meetings", plan.page, f"{plan.page}/edit"):
        assert script not in host.browser.open(path).html, path
    assert script not in guest.browser.page.html
    assert script not in mailbox.last("zoe@example.fr").html
