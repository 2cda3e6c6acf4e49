"""Webhooks: what programs are told, signed, in order, once more where it did not arrive, to public addresses only."""

import base64
import json
import re
import socket
import time
from typing import Any

import pytest

from chalicelib import clock, storage
from chalicelib.gateways import hooks, outside
from chalicelib.meetings import scheduling
from chalicelib.privacy import closing
from chalicelib.privacy.sweep import sweep
from chalicelib.register.events import Event
from chalicelib.register.stores import EPHEMERAL, PEOPLE, SECURITY
from chalicelib.storage import expiry
from chalicelib.webhooks import actions, rules
from chalicelib.webhooks.models import Message, Webhook
from chalicelib.webhooks.rules import DELAYS, Happening
from tests.functional.browser import Seen
from tests.functional.conftest import MovedClock
from tests.functional.examples import example
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, OFFER, Host, a_host, in_, sign_in
from tests.functional.recordings.scene import a_meeting
from tests.functional.recordings.watching import a_colleague, ready
from tests.functional.webhooks.receiving import Scripted, running

PAGE = "/company/webhooks"


def url_of(server: Scripted) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/hook"


def add(host: Host, url: str, *events: Happening) -> Seen:
    """Through the page; without events, of all of them."""
    host.browser.open(PAGE)
    typed: dict[str, Any] = {event.value: True for event in events or tuple(Happening)}
    return host.browser.send(PAGE, url=url, **typed)


def told(server: Scripted) -> list[str]:
    return [json.loads(body)["type"] for _headers, body in server.came]


def waiting(host: Host) -> list[Message]:
    return [one for hook in actions.of_company(host.account.company) for one in actions.latest(hook)]


def test_what_happens_to_a_meeting_is_told_in_its_order(host: Host, receiver: Scripted) -> None:
    assert add(host, url_of(receiver)).status == 200
    plan = host.plan("zoe@example.fr", title="Point budget")
    host.change(plan, title="Point projet")
    host.cancel(plan)
    assert actions.send_due() == 3
    assert told(receiver) == ["meeting.planned", "meeting.changed", "meeting.cancelled"]
    sent = [json.loads(body) for _headers, body in receiver.came]
    assert [one["data"]["sequence"] for one in sent] == [1, 2, 3]
    assert all(one["data"]["meeting"] == plan.id and one["data"]["date"] == plan.occurrence for one in sent)
    assert actions.send_due() == 0 and len(receiver.came) == 3


def test_nothing_of_a_person_or_a_meeting_is_in_a_message(host: Host, receiver: Scripted) -> None:
    add(host, url_of(receiver))
    host.plan("zoe@example.fr", title="Point budget")
    actions.send_due()
    rows = [item for item in expiry.scan(EPHEMERAL) if item["kind"] == "webhook_message"]
    for words in (str(receiver.came), str(rows)):
        assert not re.search("zoe|Anne|Dupont|lefevre|budget|Lefèvre", words)
    assert set(json.loads(receiver.came[0][1])) == {"type", "timestamp", "data"}


def test_a_meeting_that_begins_and_ends_is_told_once_each(
    host: Host, receiver: Scripted, worker: ScriptedWorker
) -> None:
    add(host, url_of(receiver), Happening.BEGUN, Happening.ENDED)
    plan = host.plan(**in_(0))
    host.enter(plan)
    for _ in range(2):
        assert host.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    scheduling.end(scheduling.occurrence_of(plan.occurrence))
    scheduling.end(scheduling.occurrence_of(plan.occurrence))
    actions.send_due()
    assert told(receiver) == ["meeting.begun", "meeting.ended"]


def test_a_recording_that_is_ready_is_told(receiver: Scripted, worker: ScriptedWorker, mailbox: Mailbox) -> None:
    scene = a_meeting(worker, mailbox)
    sign_in(scene.host)
    add(scene.host, url_of(receiver), Happening.RECORDED)
    recording = ready(scene)
    actions.send_due()
    (message,) = (json.loads(body) for _headers, body in receiver.came)
    assert message["type"] == "recording.ready" and message["data"]["recording"] == recording


def test_only_what_was_ticked_is_told_and_only_to_the_company_itself(host: Host, receiver: Scripted) -> None:
    add(host, url_of(receiver), Happening.CANCELLED)
    host.plan()
    a_host("paul@autre.fr").plan()
    assert actions.send_due() == 0
    assert not [item for item in expiry.scan(EPHEMERAL) if item["kind"].startswith("webhook")]


def test_the_receiver_of_the_documentation_takes_what_is_genuine_once(
    host: Host, tmp_path: Any, clock_file: MovedClock
) -> None:
    module = example("receiver")
    inbox = module.Inbox(str(tmp_path / "inbox.sqlite"))
    server = module.Receiver(0, "", inbox)
    with running(server) as url:
        page = add(host, url)
        found = re.search(r"whsec_[\w+/=]+", page.text)
        assert found, page.text
        server.secret = found[0]
        plan = host.plan()
        assert actions.send_due() == 1
        (hook,) = actions.of_company(host.account.company)
        (message,) = actions.latest(hook)
        host.browser.open(PAGE)
        host.browser.send(f"{PAGE}/{hook.identifier}/messages/{message.message}/replay")
        assert actions.send_due() == 1, "sent again under the same id"
        assert [one["data"]["meeting"] for one in inbox.messages()] == [plan.id]
        assert {one.state for one in actions.latest(hook)} == {"sent"}
        server.secret = rules.shown(b"x" * 32)
        host.cancel(plan)
        actions.send_due()
        (refused,) = [one for one in actions.latest(hook) if one.state == "queued"]
        assert int(refused.status or 0) == 401 and len(inbox.messages()) == 1


def test_a_message_that_was_changed_is_old_or_has_no_signature_is_not_genuine() -> None:
    is_genuine = example("receiver").is_genuine
    secret, body, now = b"k" * 32, b'{"type":"meeting.planned"}', 1_800_000_000
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(now),
        "webhook-signature": rules.signature([b"o" * 32, secret], "msg_1", now, body),
    }
    assert is_genuine(rules.shown(secret), headers, body, now + 10)
    assert not is_genuine(rules.shown(secret), headers, body + b" ", now)
    assert not is_genuine(rules.shown(secret), headers, body, now + 301)
    for name in headers:
        assert not is_genuine(rules.shown(secret), {**headers, name: "x"}, body, now)
        assert not is_genuine(rules.shown(secret), {**headers, name: ""}, body, now)


def test_the_signature_is_that_of_the_conventions_own_example() -> None:
    """The test vector of the reference libraries of Standard Webhooks."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = rules.signature([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_does_not_arrive_is_tried_again_later_and_later_and_then_given_up(
    host: Host, receiver: Scripted, clock_file: MovedClock
) -> None:
    add(host, url_of(receiver))
    host.plan()
    receiver.status = 503
    for number, delay in enumerate((0, *DELAYS)):
        if delay:
            clock_file.move(seconds=delay - DELAYS[0] // 2)
            assert actions.send_due() == 0, "not before its time"
            clock_file.move(seconds=DELAYS[0] // 2)
        assert actions.send_due() == 1
        assert len(receiver.came) == number + 1
    (message,) = waiting(host)
    assert (message.state, int(message.status or 0)) == ("failed", 503)
    identifiers = {headers["webhook-id"] for headers, _body in receiver.came}
    assert identifiers == {message.message}, "a receiver knows it by its id"
    receiver.status = 204
    host.browser.open(PAGE)
    host.browser.send(f"{PAGE}/{message.webhook}/messages/{message.message}/replay")
    assert actions.send_due() == 1 and waiting(host)[0].state == "sent"


def test_later_messages_of_a_meeting_wait_for_the_earlier_one_and_other_meetings_do_not(
    host: Host, receiver: Scripted, clock_file: MovedClock
) -> None:
    add(host, url_of(receiver))
    plan = host.plan()
    receiver.status = 500
    actions.send_due()
    receiver.status = 204
    host.change(plan, title="Autre")
    other = host.plan()
    actions.send_due()
    assert [json.loads(body)["data"]["meeting"] for _headers, body in receiver.came] == [plan.id, other.id]
    clock_file.move(seconds=DELAYS[0])
    actions.send_due()
    sequences = [json.loads(body)["data"] for _headers, body in receiver.came]
    assert [one["sequence"] for one in sequences if one["meeting"] == plan.id] == [1, 1, 2]


def test_an_address_that_is_gone_gets_nothing_more_until_it_is_taken_up_again(host: Host, receiver: Scripted) -> None:
    add(host, url_of(receiver))
    host.plan()
    receiver.status = 410
    actions.send_due()
    host.plan()
    assert actions.send_due() == 0
    page = host.browser.open(PAGE)
    assert "410" in page.text
    receiver.status = 204
    host.browser.send(next(action for action in page.actions if action.endswith("/resume")))
    host.plan()
    assert actions.send_due() == 1


def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    host: Host, receiver: Scripted, clock_file: MovedClock
) -> None:
    first = re.search(r"whsec_[\w+/=]+", add(host, url_of(receiver)).text)
    (hook,) = actions.of_company(host.account.company)
    host.browser.open(PAGE)
    second = re.search(r"whsec_[\w+/=]+", host.browser.send(f"{PAGE}/{hook.identifier}/renew").text)
    assert first and second and first[0] != second[0]
    assert "whsec_" not in host.browser.open(PAGE).text
    for moved, secrets in ((0, [second[0], first[0]]), (DAY + 1, [second[0]])):
        clock_file.move(seconds=moved)
        sign_in(host)
        host.plan()
        actions.send_due()
        headers, body = receiver.came[-1]
        keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
        at = int(headers["webhook-timestamp"])
        assert headers["webhook-signature"] == rules.signature(keys, headers["webhook-id"], at, body)


def test_no_secret_lies_in_a_store(host: Host, receiver: Scripted) -> None:
    page = add(host, url_of(receiver))
    found = re.search(r"whsec_([\w+/=]+)", page.text)
    assert found
    for store in (PEOPLE, EPHEMERAL, SECURITY):
        assert found[1] not in str(list(expiry.scan(store)))


def test_no_redirect_is_followed(host: Host, receiver: Scripted) -> None:
    other = Scripted()
    with running(other) as elsewhere:
        receiver.status, receiver.location = 307, elsewhere
        add(host, url_of(receiver))
        host.plan()
        actions.send_due()
        assert len(receiver.came) == 1 and other.came == []
    assert waiting(host)[0].state == "queued"


def test_an_address_nobody_answers_at_loses_nothing(host: Host, clock_file: MovedClock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        add(host, f"http://127.0.0.1:{free.getsockname()[1]}/hook")
        host.plan()
        assert actions.send_due() == 1
        (message,) = waiting(host)
    assert (message.state, int(message.attempts), int(message.status or 0)) == ("queued", 1, 0)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ftp://example.com/x",
        "http://example.com/hook",
        "http://127.0.0.2/hook",
        "http://localhost/hook",
        "https://127.0.0.1/hook",
        "https://10.0.0.8/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1/",
        "https://[::1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://user:pass@example.com/",
        "https://example.com:8443/",
        "https://example.com:x/",
        "https://" + "a" * 600 + ".example",
        "https://exa mple.com/",
        "https://localhost/",
    ],
)
def test_an_address_that_is_not_public_or_not_https_is_refused(host: Host, url: str) -> None:
    page = add(host, url)
    assert page.status == 400 and "whsec_" not in page.text
    assert actions.of_company(host.account.company) == []


def test_a_name_that_leads_into_our_network_is_not_followed(host: Host, receiver: Scripted) -> None:
    """Whatever it led to when it was typed: it is looked up each time, and what was found is connected to."""
    add(host, url_of(receiver))
    (hook,) = actions.of_company(host.account.company)
    storage.update(hook, Webhook.url.set("https://localhost/hook"))
    host.plan()
    actions.send_due()
    assert receiver.came == [] and waiting(host)[0].state == "queued"
    with pytest.raises(hooks.NotDelivered, match="not a public address"):
        hooks.post("https://localhost/hook", {}, b"")


def test_in_production_the_machines_own_address_is_none(monkeypatch: pytest.MonkeyPatch, receiver: Scripted) -> None:
    monkeypatch.setenv("IBOO_STAGE", "prod")
    with pytest.raises(hooks.NotDelivered):
        hooks.post(url_of(receiver), {}, b"")
    assert rules.url_fault(url_of(receiver), local=False)


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("172.16.0.1", False), ("169.254.169.254", False), ("198.18.0.1", False), ("240.0.0.1", False)],
)
def test_public_is_what_the_internet_reaches(address: str, public: bool) -> None:
    assert outside.is_public(address) is public


def test_five_addresses_are_enough(host: Host, receiver: Scripted) -> None:
    for _ in range(rules.MOST):
        assert add(host, url_of(receiver)).status == 200
    assert add(host, url_of(receiver)).status == 400


def test_only_who_administers_sees_and_changes_them_and_only_their_own(host: Host, receiver: Scripted) -> None:
    add(host, url_of(receiver))
    (hook,) = actions.of_company(host.account.company)
    other, lea = a_host("paul@autre.fr"), a_colleague(host)
    for somebody, status in ((other, 404), (lea, 403)):
        csrf = somebody.browser.open("/company").form("/signout").fields["csrf"]
        for act in ("remove", "renew", "resume", "messages/msg_x/replay"):
            assert somebody.browser.post(f"{PAGE}/{hook.identifier}/{act}", {"csrf": csrf}).status == status, act
    assert lea.browser.open(PAGE).status == 403
    assert url_of(receiver) not in other.browser.open(PAGE).text
    assert len(actions.of_company(host.account.company)) == 1


def test_an_address_that_is_removed_leaves_nothing(host: Host, receiver: Scripted) -> None:
    add(host, url_of(receiver))
    host.plan()
    page = host.browser.open(PAGE)
    host.browser.send(next(action for action in page.actions if action.endswith("/remove")))
    kinds = {item["kind"] for store in (PEOPLE, EPHEMERAL) for item in expiry.scan(store)}
    assert not kinds & {"webhook", "webhook_message"}
    assert actions.send_due() == 0 and receiver.came == []


def test_addresses_go_with_their_company(host: Host, receiver: Scripted) -> None:
    add(host, url_of(receiver))
    closing.close_company(host.account.company)
    assert "webhook" not in {item["kind"] for item in expiry.scan(PEOPLE)}


def test_messages_go_after_a_week_and_an_address_a_year_after_its_last(
    host: Host, receiver: Scripted, clock_file: MovedClock
) -> None:
    add(host, url_of(receiver))
    host.plan()
    clock_file.move(days=3)
    actions.send_due()
    clock_file.move(days=4, seconds=1)
    sweep()
    assert waiting(host) == []
    (hook,) = actions.of_company(host.account.company)
    assert int(hook.delete_by or 0) > clock.now() + 355 * DAY
    assert Event.RENEWED in hook.moments()
    clock_file.move(days=366)
    assert actions.of_company(host.account.company) == []


def test_two_runs_at_once_send_a_message_once(host: Host, receiver: Scripted) -> None:
    add(host, url_of(receiver))
    host.plan()
    (one,), (other,) = waiting(host), waiting(host)
    (hook,) = actions.of_company(host.account.company)
    assert actions._attempt(hook, one) and actions._attempt(hook, other)
    assert len(receiver.came) == 1


def test_a_run_begins_nothing_after_its_time(host: Host, receiver: Scripted) -> None:
    add(host, url_of(receiver))
    for _ in range(3):
        host.plan()
    seconds = iter((0.0, 0.0, actions.RUN_FOR))
    assert actions.send_due(seconds.__next__) == 1
    assert actions.send_due(time.monotonic) == 2
