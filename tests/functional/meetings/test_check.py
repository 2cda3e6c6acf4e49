"""What the page of a check asks: a real worker's answer and relays, for anybody, little, and counted."""

import pytest

from chalicelib.meetings import check_routes
from chalicelib.register.stores import STORES
from chalicelib.storage import expiry
from tests.functional.browser import Browser
from tests.functional.fleet.conftest import MakeWorker
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.meetings.people import OFFER

pytestmark = pytest.mark.usefixtures("stores")


def a_visitor() -> Browser:
    """Somebody nobody knows, on the page."""
    browser = Browser()
    assert browser.open("/check").status == 200
    return browser


def kept() -> set[str]:
    """The kinds of items there are, workers left out."""
    tables = [store for store in STORES if store.kind == "table"]
    return {str(item["kind"]) for store in tables for item in expiry.scan(store)} - {"worker"}


def test_anybody_gets_a_workers_answer_and_nothing_but_counters_is_kept(worker: ScriptedWorker) -> None:
    answer = a_visitor().call("POST", "/api/check", OFFER, "application/sdp")
    assert (answer.status, answer.body.decode()) == (201, f"answer to {OFFER}")
    assert worker.checks == [OFFER] and worker.joins == []
    assert kept() == {"throttle"}


def test_a_worker_that_takes_nobody_is_passed_over(make_worker: MakeWorker, worker: ScriptedWorker) -> None:
    other = make_worker("w2")
    other.report()
    other.refusal = (503, "at_capacity")
    for number in range(6):
        offer = OFFER + f"s=-{number}\r\n"
        assert a_visitor().call("POST", "/api/check", offer, "application/sdp").status == 201


def test_without_a_worker_the_answer_says_to_come_back(make_worker: MakeWorker) -> None:
    answer = a_visitor().call("POST", "/api/check", OFFER, "application/sdp")
    assert (answer.status, answer.json["error"]["code"]) == (503, "no_worker")


@pytest.mark.parametrize("offer", ["", "v" * 10_001])
def test_an_offer_of_no_sensible_size_is_refused(worker: ScriptedWorker, offer: str) -> None:
    assert a_visitor().call("POST", "/api/check", offer, "application/sdp").status == 400
    assert worker.checks == []


def test_a_request_without_the_pages_token_is_refused(worker: ScriptedWorker) -> None:
    browser = a_visitor()
    browser.cookies.clear()
    assert browser.call("POST", "/api/check/relays").status == 403


def test_one_origin_can_ask_only_so_often(worker: ScriptedWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_routes, "PER_ORIGIN", (2, 600))
    browser = a_visitor()
    for path, data, kind in (("/api/check", OFFER, "application/sdp"), ("/api/check/relays", None, "application/json")):
        assert [browser.call("POST", path, data, kind).status for _ in range(3)][-1] == 429
