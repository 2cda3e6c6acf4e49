"""A meeting as recordings meet it: host and guests inside, a scripted worker that is told and that reports."""

from dataclasses import dataclass, field
from typing import Any

from chalicelib import storage
from chalicelib.accounts.models import Subscription
from chalicelib.recordings import actions
from chalicelib.recordings.models import Recording
from chalicelib.signalling import messages
from chalicelib.signalling.recording import HeldRoom, PartReport, RecordingReport, Wanted, load_wanted
from tests.functional.browser import Seen
from tests.functional.fleet.worker import ScriptedWorker, post_report, sign
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, a_host, admitted, in_

GUESTS = ("zoe@example.fr", "luc@example.fr")
LATE = "mia@example.fr"


@dataclass
class Scene:
    """``epoch`` of the room as the worker holds it."""

    host: Host
    plan: Plan
    worker: ScriptedWorker
    guests: list[Guest] = field(default_factory=list)
    epoch: int = 1

    def ask(self) -> str:
        """The host asks; the recording's id."""
        answer = self.call(self.host, "POST", "recording")
        assert answer.status == 201, answer.text
        return str(answer.json["recording"])

    def answer(self, who: Host | Guest, agreed: bool) -> Seen:
        asked = self.call(who, "GET", "recording").json
        body = {"recording": asked["recording"], "agreed": agreed, "text": asked["text"]["version"]}
        return self.call(who, "POST", "recording/answer", body)

    def call(self, who: Host | Guest, method: str, rest: str, data: Any = None) -> Seen:
        who.browser.open(f"/m/{self.plan.occurrence}")
        kind = "application/sdp" if rest == "join" else "application/json"
        return who.browser.call(method, self.plan.api(rest), data, kind)

    def join(self, who: Host | Guest) -> Seen:
        return self.call(who, "POST", "join", OFFER)

    def id(self, who: Host | Guest) -> str:
        return str(self.call(who, "GET", "me").json["participant"])

    @property
    def wanted(self) -> Wanted:
        """What the worker was told last."""
        return load_wanted(self.worker.pushed("record")[-1].message)

    @property
    def recorded(self) -> set[str]:
        """Whom the worker was told to record, last."""
        return {track.participant for track in self.wanted.tracks}

    def report(self, *parts: PartReport, follows: Wanted | None = None) -> None:
        """The worker's report on recordings, of this room; ``follows``: the state it has taken over."""
        wanted = follows or self.wanted
        held = HeldRoom(self.plan.occurrence, self.epoch, wanted.recording, wanted.part, wanted.version)
        self.say([held], list(parts))

    def say(self, rooms: list[HeldRoom], parts: list[PartReport]) -> None:
        body = messages.dump(RecordingReport(self.worker.name, self.worker.incarnation, rooms, parts))
        answer = post_report(body, sign(self.worker.name, body), "/workers/recordings")
        assert answer.status_code == 200, answer.body

    def recording(self) -> Recording:
        return actions.of_occurrence(self.plan.occurrence)[-1]


def a_meeting(
    worker: ScriptedWorker, mailbox: Mailbox, plan: str = "professional", email: str = "anne@lefevre.fr"
) -> Scene:
    """Host and two guests inside."""
    host = a_host(email)
    subscription = storage.get(Subscription, f"company#{host.account.company}", "subscription")
    assert subscription is not None
    storage.update(subscription, Subscription.plan.set(plan))
    planned = host.plan(*GUESTS, LATE, **in_(0))
    scene = Scene(host, planned, worker, [admitted(planned, mailbox, email) for email in GUESTS])
    everybody: list[Host | Guest] = [host, *scene.guests]
    assert all(scene.join(who).status == 201 for who in everybody)
    return scene
