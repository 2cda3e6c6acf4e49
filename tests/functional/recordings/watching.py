"""People who watch: a recording that is ready, a colleague, viewings through the doors."""

from typing import Any

from chalicelib import clock, keyed, storage
from chalicelib.accounts.models import Account, Login, Member
from chalicelib.accounts.roles import MEMBER
from chalicelib.recordings import closing
from chalicelib.register.events import Event
from chalicelib.signalling.recording import PartReport, Wanted
from tests.functional.browser import Seen
from tests.functional.meetings.people import Host, sign_in
from tests.functional.recordings.scene import Scene
from tests.functional.recordings.writing import record_somebody


def ready(scene: Scene) -> str:
    """Zoé agreed and was recorded; the recording is whole. Its id."""
    scene.ask()
    wanted = record_somebody(scene)
    finish(scene, wanted)
    return wanted.recording


def finish(scene: Scene, wanted: Wanted) -> None:
    """The host stops, the worker has stored everything."""
    assert scene.call(scene.host, "POST", "recording/stop", {}).status == 204
    scene.report(PartReport(wanted.recording, wanted.part, waiting=0, lost=0, closed=True), follows=wanted)
    assert closing.look_after() == 1


def a_colleague(host: Host, email: str = "lea@lefevre.fr") -> Host:
    """Another member of the host's company, signed in."""
    now, identifier = clock.now(), keyed.new_id()
    account = Account(
        f"account#{identifier}",
        "account",
        email=email,
        first_name="Léa",
        name="Martin",
        password_hash="no password opens it",
        company=host.account.company,
        role=MEMBER,
        language="fr",
        timezone="Europe/Paris",
        verified_at=now,
        created_at=now,
        policy_version="1",
    )
    member = Member(
        f"company#{host.account.company}", f"member#{identifier}", account=identifier, role=MEMBER, joined_at=now
    )
    for item in (account, Login(f"login#{keyed.email_hash(email)}", "login", account=identifier), member):
        storage.create(item, {Event.LAST_USE: now})
    colleague = Host(account)
    sign_in(colleague)
    return colleague


def page(who: Host, recording: str) -> Seen:
    """The recording's page."""
    return who.browser.open(f"/recordings/{recording}")


def begin(who: Host, recording: str) -> Seen:
    """Presses play."""
    page(who, recording)
    return who.browser.call("POST", f"/api/recordings/{recording}/viewings", {})


def links(who: Host, recording: str, viewing: str, *objects: tuple[str, str]) -> Seen:
    """Where these objects are."""
    path = f"/api/recordings/{recording}/viewings/{viewing}/links"
    return who.browser.call("POST", path, {"objects": [list(one) for one in objects]})


def first(viewing: dict[str, Any]) -> tuple[str, str]:
    """Track and name of the first segment there is."""
    track = viewing["tracks"][0]
    part = track["parts"][0]
    number, start, duration, _ = part["segments"][0]
    return track["id"], f"{part['number']:04d}-{number:06d}-{start}-{duration}"


def share(who: Host, recording: str, member: str) -> Seen:
    """Picks a colleague on the recording's page."""
    page(who, recording)
    return who.browser.send(f"/recordings/{recording}/shares", member=member)
