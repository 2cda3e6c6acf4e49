"""Encoders and players: WHIP and WHEP with a pass the host made (RFC 9725)."""

import pytest

from tests.functional.browser import Browser, Seen
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Plan, a_host, admitted, in_

pytestmark = pytest.mark.usefixtures("stores")


class Encoder:
    """A program: no cookies, no forms, a bearer token."""

    def __init__(self, plan: Plan, token: str) -> None:
        self.plan = plan
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method: str, path: str, body: str = "") -> Seen:
        headers = self.headers | ({"Content-Type": "application/sdp"} if body else {})
        answer = Browser()._request(method, path, body.encode(), headers)
        return Seen(path, answer.status_code, answer.headers, answer.body, [])

    def offer(self, kind: str = "whip") -> Seen:
        return self.ask("POST", f"/{kind}/{self.plan.occurrence}", OFFER)


def let_in(plan: Plan, name: str = "Régie") -> Seen:
    plan.host.enter(plan)
    return plan.host.browser.call("POST", plan.api("encoders"), {"name": name})


def an_encoder(plan: Plan) -> Encoder:
    answer = let_in(plan)
    assert answer.status == 201
    return Encoder(plan, answer.json["token"])


@pytest.mark.parametrize("kind", ["whip", "whep"])
def test_an_offer_with_the_token_is_answered_as_a_browsers_is(worker: ScriptedWorker, kind: str) -> None:
    encoder = an_encoder(a_host().plan(**in_(0)))
    answer = encoder.offer(kind)
    (ticket,) = worker.joins
    assert (answer.status, answer.body.decode()) == (201, f"answer to {OFFER}")
    assert answer.headers["Content-Type"] == "application/sdp"
    assert answer.headers["Location"] == f"/{kind}/{encoder.plan.occurrence}/{ticket.connection}"
    assert (ticket.room, ticket.name, ticket.role) == (encoder.plan.occurrence, "Régie", "guest")


def test_deleting_the_resource_ends_the_connection(worker: ScriptedWorker) -> None:
    encoder = an_encoder(a_host().plan(**in_(0)))
    where = encoder.offer().headers["Location"]
    assert encoder.ask("DELETE", where).status == 204
    (push,) = worker.pushed("leave")
    assert (push.connection, push.participant) == (where.rpartition("/")[2], worker.joins[0].participant)


def test_without_a_good_token_there_is_nothing(worker: ScriptedWorker, mailbox: Mailbox) -> None:
    plan = a_host().plan("zoe@example.fr", **in_(0))
    token = an_encoder(plan).headers["Authorization"].partition(" ")[2]
    guest = admitted(plan, mailbox)
    cookie = guest.browser.cookies["__Host-pass"]
    elsewhere = a_host("paul@martin.fr").plan(**in_(0))
    assert Encoder(plan, "").offer().status == 401
    assert Encoder(plan, token[:-1]).offer().status == 404
    assert Encoder(elsewhere, token).offer().status == 404
    assert Encoder(plan, cookie).offer().status == 404, "a guest's cookie is no bearer token"
    assert worker.joins == []


def test_only_the_host_lets_an_encoder_in(worker: ScriptedWorker, mailbox: Mailbox) -> None:
    plan = a_host().plan("zoe@example.fr", **in_(0))
    guest = admitted(plan, mailbox)
    assert guest.browser.call("POST", plan.api("encoders"), {"name": "x"}).status == 403
    other = a_host("paul@martin.fr")
    other.browser.open("/meetings/new")
    assert other.browser.call("POST", plan.api("encoders"), {"name": "x"}).status == 404


def test_a_removed_encoder_stays_out(worker: ScriptedWorker) -> None:
    plan = a_host().plan(**in_(0))
    answer = let_in(plan)
    encoder = Encoder(plan, answer.json["token"])
    assert plan.host.decide(plan, "remove", answer.json["participant"]).status == 204
    assert encoder.offer().status == 403
    assert worker.joins == []


def test_the_token_ends_with_the_meeting(worker: ScriptedWorker) -> None:
    plan = a_host().plan(**in_(0))
    encoder = an_encoder(plan)
    plan.host.enter(plan)
    assert plan.host.browser.call("POST", plan.api("end")).status == 204
    assert encoder.offer().status == 410


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\u0007b", 7, None])
def test_a_name_that_is_none_is_refused(worker: ScriptedWorker, name: object) -> None:
    plan = a_host().plan(**in_(0))
    plan.host.enter(plan)
    assert plan.host.browser.call("POST", plan.api("encoders"), {"name": name}).status == 400


def test_encoders_are_few(worker: ScriptedWorker) -> None:
    plan = a_host().plan(**in_(0))
    assert [let_in(plan).status for _ in range(11)] == [201] * 10 + [409]
