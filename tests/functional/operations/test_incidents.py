"""Incidents: an operator tells, everybody reads, in both languages, until it is over and for a while after."""

from typing import Any

import pytest

from chalicelib.billing import acts
from chalicelib.operations import incidents
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import PEOPLE
from chalicelib.storage import expiry
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.meetings.people import Host
from tests.functional.operations.conftest import ROOM

BEGUN = {"fr": "Des réunions ne démarrent pas.", "en": "Some meetings do not start."}
OVER = {"fr": "Tout est de nouveau normal.", "en": "Everything is normal again."}


def announce(operator: Host, **typed: Any) -> Seen:
    operator.browser.open(f"{ROOM}/incidents")
    right: dict[str, Any] = {"part": "meetings", **BEGUN}
    return operator.browser.send(f"{ROOM}/incidents", **{**right, **typed})


def go_on(operator: Host, **typed: Any) -> Seen:
    (only,) = incidents.newest()
    operator.browser.open(f"{ROOM}/incidents/{only.id}")
    return operator.browser.send(f"{ROOM}/incidents/{only.id}", **typed)


def test_what_an_operator_announces_is_read_by_everybody_in_their_language(operator: Host) -> None:
    assert announce(operator).status == 200
    french, english = Browser(), Browser()
    assert BEGUN["fr"] in french.open("/status").text and "Incident en cours" in french.page.text
    english.open("/")
    english.send("/language", language="en")
    assert BEGUN["en"] in english.open("/status").text and BEGUN["fr"] not in english.page.text


def test_its_end_is_told_and_stays_for_ninety_days(operator: Host, clock_file: MovedClock) -> None:
    announce(operator)
    assert go_on(operator, state="over", **OVER).status == 200
    page = Browser().open("/status")
    assert OVER["fr"] in page.text and "Incident en cours" not in page.text
    clock_file.move(days=90, seconds=1)
    assert "Aucun incident" in Browser().open("/status").text
    assert len(incidents.newest()) == 1
    clock_file.move(days=366)
    sweep()
    assert not [item for item in expiry.scan(PEOPLE) if item["kind"] == "incident"]


def test_what_goes_on_has_no_date(operator: Host, clock_file: MovedClock) -> None:
    announce(operator)
    assert go_on(operator, state="", **{**OVER, "fr": "Nous cherchons toujours."}).status == 200
    assert incidents.newest()[0].delete_by is None
    clock_file.move(days=400)
    sweep()
    assert "Nous cherchons toujours." in Browser().open("/status").text


def test_nothing_is_told_twice_after_the_end(operator: Host) -> None:
    announce(operator)
    (only,) = incidents.newest()
    operator.browser.open(f"{ROOM}/incidents/{only.id}")
    token = operator.browser.csrf
    go_on(operator, state="over", **OVER)
    late = operator.browser.post(f"{ROOM}/incidents/{only.id}", {"csrf": token, "state": "", **BEGUN})
    assert late.status == 400 and len(incidents.newest()[0].notes) == 2


@pytest.mark.parametrize("wrong", ["part", "fr", "en"])
def test_what_is_missing_is_said_and_nothing_is_published(wrong: str, operator: Host) -> None:
    typed: dict[str, Any] = {wrong: ""}
    if wrong == "part":
        typed = {"part": "weather"}
    page = announce(operator, **typed)
    assert page.status == 400 and f'id="wrong-{wrong}"' in page.html
    assert incidents.newest() == [] and acts.all_of() == []


def test_who_published_what_stays_among_the_acts(operator: Host) -> None:
    announce(operator)
    (line,) = acts.all_of()
    assert (line.act, line.operator, line.reason) == ("incident", "Chloé Martin", BEGUN["fr"])
