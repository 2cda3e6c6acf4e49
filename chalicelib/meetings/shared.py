"""The shared link of a meeting: one for all who get it, off unless somebody switches it on.

Nobody knows who holds it, so that everybody who comes by it waits, whatever the door's settings, and each browser is a
person of its own. Taken back, it lets nobody ask any more, and who was waiting by it is sent away; whom a host let in
stays until a host puts them out.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib import clock, keyed, pages, sessions, settings, storage, throttle
from chalicelib.accounts import house
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict, Gone, NotAllowed, NotFound
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed

from . import admission, announcing, lobby, scheduling, series_words
from .admission import Names
from .models import Meeting, Occurrence, Participant
from .timetable import is_closed

if TYPE_CHECKING:
    from .scheduling import Planned

NOT_HERE = _("Les règles de votre entreprise n’admettent que les personnes invitées à leur adresse.")
AT_ONCE, WINDOW = 20, 600
"""How many times one address may ask to come in by such links in so many seconds."""
PER_DATE, HOUR = 200, 3_600
"""How many people may ask to come in to one date in an hour: a link that went round must not bury the lobby."""


def allowed(company: str) -> bool:
    """Whether a company's rules let anybody ask who was not invited at their address."""
    return house.of(company).joiners == "all"


def url(meeting: Meeting) -> str:
    """The address, or empty while it is off."""
    return f"{settings.get('BASE_URL')}/r/{meeting.id}.{_secret(meeting)}" if meeting.shared_at else ""


def turn(planned: "Planned", on: bool) -> None:
    """Switches the link on, or off; whichever it is, no earlier link works any more. Raises `Conflict`, `NotAllowed`
    where the company lets in only whom it knows by their address."""
    meeting = planned.meeting
    if on and not allowed(str(meeting.company)):
        raise NotAllowed(NOT_HERE)
    generation = Meeting.shared_generation.set(int(meeting.shared_generation) + 1)
    now = Meeting.shared_at.set(clock.now()) if on else Meeting.shared_at.remove()
    had = meeting.shared_at is not None
    try:
        storage.update(meeting, generation, now)
    except Changed as fault:
        raise Conflict from fault
    if had:
        _send_away(planned)


def switched_on(planned: "Planned") -> str:
    """The address, switched on if it was off: for who invites in mid-meeting. Raises `Conflict`."""
    if not planned.meeting.shared_at:
        turn(planned, True)
    return url(planned.meeting)


def planned_of(link: str) -> "Planned":
    """The meeting a link leads to. Raises `NotFound` for a forged, voided or forgotten one: nothing tells which."""
    meeting, _dot, secret = link.partition(".")
    if not meeting.isalnum() or len(link) > 100:
        raise NotFound
    planned = scheduling.read(meeting)
    if not allowed(str(planned.meeting.company)):
        raise NotFound
    if not planned.meeting.shared_at or not keyed.same(secret, _secret(planned.meeting)):
        raise NotFound
    return planned


def enter(planned: "Planned", names: Names, pass_token: str, address: str, policy_version: str) -> str:
    """Somebody asks to come in to the date that is on. Returns the pass for the browser's cookie.

    A browser that is somebody at that date already stays that person. Raises `Gone`, `NotAdmitted`, `TooMany`.
    """
    occurrence = planned.occurrence
    if is_closed(occurrence, clock.now()):
        raise Gone
    throttle.hit("shared_link", address, AT_ONCE, WINDOW)
    token = pass_token or sessions.new_token()
    present = admission.by_pass(occurrence, token)
    if present is None:
        throttle.hit("shared_date", occurrence.id, PER_DATE, HOUR)
        present = _create(occurrence, names, sessions.token_hash(token), policy_version)
        admission.give_pass(occurrence, present, None, sessions.token_hash(token))
    elif present.state in ("refused", "removed"):
        raise lobby.barred(present)
    else:
        admission.rename(present, names)
    lobby.count_waiting(occurrence)
    return token


def text(planned: "Planned", host: Account, language: pages.Language) -> str:
    """An invitation to be copied into a message, with the shared link."""
    shown = announcing.shown(planned.occurrence, host) | {"series": series_words.both(planned)}
    reader = pages.Reader(language)
    return pages.render("partials/invitation_text.txt", reader, meeting=shown, link=url(planned.meeting)).strip()


def _create(occurrence: Occurrence, names: Names, holder: str, policy_version: str) -> Participant:
    now = clock.now()
    guest = Participant(
        occurrence.partition,
        f"participant#{admission.participant_id(occurrence, f'shared/{holder}')}",
        occurrence=occurrence.id,
        first_name=names.first_name,
        name=names.name,
        role="guest",
        state="waiting",
        by_link=True,
        asked_at=now,
        seen_at=now,
        holder=holder,
        policy_version=policy_version,
    )
    try:
        storage.create(guest, {Event.COLLECTED: now}, controller=occurrence.company)
    except AlreadyThere as fault:
        raise Conflict from fault  # the same form sent twice at the same instant
    return guest


def _send_away(planned: "Planned") -> None:
    for date in planned.open_dates():
        for person in lobby.participants(date):
            if person.by_link and person.state == "waiting":
                with suppress(Conflict):  # a host was faster
                    lobby.remove(date, person.id)


def _secret(meeting: Meeting) -> str:
    return keyed.link_secret("shared", meeting.id, int(meeting.shared_generation))
