"""Whether those who are invited will come, as their calendars say.

An answer counts when it came to the address that only the invited person was given, names this meeting, and is about
that person: an invitation that was passed on answers for nobody. Of two the one to the newer invitation holds, then the
one written later (RFC 5546, 2.1.5): the same answer twice, or an old one late, changes nothing.
"""

from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib import clock, keyed, log, storage
from chalicelib.errors import NotFound
from chalicelib.mailing import addresses
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed

from .models import Invitation, Meeting, Occurrence, Reply
from .reply_file import Read

TRIES = 5
WHOLE = "all"


def address(invitation: Invitation) -> str:
    """Where the calendar of an invited person answers, and the person too."""
    return addresses.marked(f"{invitation.meeting}.{invitation.id}.{_secret(invitation)}")


def invitation_of(mark: str) -> Invitation:
    """Whose address of answers it is. Raises `NotFound`: forged, revoked or forgotten."""
    meeting, _, rest = mark.partition(".")
    identifier, _, secret = rest.partition(".")
    if not (meeting and identifier and secret):
        raise NotFound
    found = storage.get(Invitation, f"meeting#{meeting}", f"invitation#{identifier}", because="storage")
    if found is None or found.frozen or found.revoked_at or not keyed.same(secret, _secret(found)):
        raise NotFound
    return found


def take(invitation: Invitation, answers: list[Read]) -> int:
    """Notes the answers that count. Returns how many were news."""
    meeting = storage.get(Meeting, invitation.pk, "meeting")
    if meeting is None:
        return 0
    uid = f"{meeting.id}@{addresses.own().rpartition('@')[2]}"
    counted = 0
    for one in answers:
        if one.uid != uid or keyed.email_hash(one.attendee) != invitation.email_hash:
            log.info("reply_of_somebody_else")
            continue
        about = _about(meeting, one)
        counted += about is not None and _note(meeting, invitation, one, about)
    return counted


def of(meeting: Meeting) -> dict[str, list[Reply]]:
    """All answers, by invitation."""
    found: dict[str, list[Reply]] = {}
    for reply in storage.query(Reply, meeting.pk, "reply#"):
        found.setdefault(reply.invitation, []).append(reply)
    return found


def of_invitation(invitation: Invitation) -> list[Reply]:
    """All answers of one person."""
    return list(storage.query(Reply, invitation.pk, f"reply#{invitation.id}#", because="storage"))


def about_date(replies: list[Reply], date: Occurrence) -> Reply | None:
    """What holds for one date: the answer about it alone, else that about the whole."""
    by_about = {reply.about: reply for reply in replies}
    return by_about.get(str(int(date.planned_at or 0))) or by_about.get(WHOLE)


def is_older(reply: Reply, date: Occurrence) -> bool:
    """Whether the date was moved after the invitation that was answered."""
    return int(reply.sequence) < int(date.sequence)


def _about(meeting: Meeting, one: Read) -> str | None:
    """The date an answer names, or the whole; `None` for a date the meeting does not have."""
    if one.slot is None and one.day is None:
        return WHOLE
    if not meeting.rule:
        return None
    zone = ZoneInfo(meeting.timezone)
    for date in storage.query(Occurrence, meeting.pk, "occurrence#"):
        slot = int(date.planned_at or 0)
        if slot == one.slot or (one.day is not None and datetime.fromtimestamp(slot, zone).date() == one.day):
            return str(slot)
    return None


def _note(meeting: Meeting, invitation: Invitation, one: Read, about: str) -> bool:
    now = clock.now()
    stamped = min(one.stamped_at or now, now)  # a clock that is fast must not outlast the next answer
    sequence = min(one.sequence, int(meeting.sequence))
    item = Reply(
        meeting.pk,
        f"reply#{invitation.id}#{about}",
        invitation=invitation.id,
        about=about,
        answer=one.answer,
        sequence=sequence,
        stamped_at=stamped,
        answered_at=now,
    )
    try:
        ends = meeting.moments()[Event.MEETING_END]
        storage.create(item, {Event.MEETING_END: ends}, controller=meeting.company)
    except AlreadyThere:
        return _note_newer(item)
    return True


def _note_newer(item: Reply) -> bool:
    written = item.sequence, item.stamped_at
    for _attempt in range(TRIES):
        known = storage.get(Reply, item.pk, item.sk, because="storage")
        if known is None or (known.sequence, known.stamped_at) >= written:
            return False
        told = Reply.answer.set(item.answer), Reply.answered_at.set(item.answered_at)
        order = Reply.sequence.set(item.sequence), Reply.stamped_at.set(item.stamped_at)
        with suppress(Changed):
            storage.update(known, *told, *order, because="storage")
            return True
    raise Changed("reply")


def _secret(invitation: Invitation) -> str:
    """The same for every invitation to one person: a calendar knows a meeting by who organises it."""
    return keyed.link_secret("reply", invitation.meeting, invitation.id)[:16]
