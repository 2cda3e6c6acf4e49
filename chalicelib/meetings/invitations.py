"""Inviting people, and telling them of changes."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib import clock, keyed, storage
from chalicelib.accounts import house
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.models import Delivery
from chalicelib.mailing.rules import is_in_vain
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed, Item
from chalicelib.webhooks import actions as webhooks
from chalicelib.webhooks.rules import Happening

from . import limits, organisers
from .addresses import Address
from .announcing import INVITATION, REMINDER, Act, date_thread, guest_mail, host_mail, host_mails, host_thread, thread
from .calendar import Method
from .models import Invitation, Meeting, MeetingRole, Occurrence, Reply
from .organisers import Organisers

if TYPE_CHECKING:
    from .scheduling import Planned

TRIES = 5


def invite(planned: "Planned", account: Account, people: Iterable[Address]) -> None:
    """Invites people who are not invited; who was and had the link revoked gets a new one. Counts. Raises
    `FormErrors`."""
    known = {item.email_hash: item for item in of(planned.meeting)}
    wanted = [(person, known.get(keyed.email_hash(person.email))) for person in people]
    wanted = [(person, item) for person, item in wanted if item is None or item.revoked_at]
    house.require_allowed(account, [person.email for person, _item in wanted])
    limits.take(account.company, len(wanted))
    invited = [_create(planned, person) if item is None else _renewed(item) for person, item in wanted]
    act = _act(planned, account, "REQUEST")
    mailing.post([guest_mail(act, item, "invitation") for item in invited if item])


def start(planned: "Planned", account: Account, people: Iterable[Address]) -> None:
    """The invitations of a new meeting, counted before it was written, and the host's confirmation."""
    invited = [item for person in people if (item := _create(planned, person))]
    act = _act(planned, account, "REQUEST")
    mails = [guest_mail(act, item, "invitation") for item in invited]
    mailing.post([*mails, *host_mails(act, "organiser_confirmation", len(invited))])


def of(meeting: Meeting) -> list[Invitation]:
    """Everybody ever invited to a meeting, revoked ones included."""
    return list(storage.query(Invitation, meeting.pk, "invitation#"))


def number(meeting: str) -> int:
    """How many people are invited to a meeting."""
    return sum(not item.revoked_at for item in storage.query(Invitation, f"meeting#{meeting}", "invitation#"))


def find(meeting: Meeting, identifier: str) -> Invitation:
    """An invitation of a meeting. Raises `NotFound`."""
    item = storage.get(Invitation, meeting.pk, f"invitation#{identifier}")
    if item is None:
        raise NotFound
    return item


def resend(planned: "Planned", account: Account, invitation: Invitation) -> None:
    """Sends an invitation again; a revoked one gets a new link. Counts like a new one. Raises `FormErrors`."""
    house.require_allowed(account, [invitation.email])
    delivery = storage.get(Delivery, invitation.pk, f"delivery#{invitation.id}")
    if delivery is not None and delivery.state == "complained":
        raise FormErrors({"": _("Cette personne ne veut plus recevoir de courriels pour cette réunion.")})
    limits.take(account.company, 1)
    mailing.post([guest_mail(_act(planned, account, "REQUEST"), _renewed(invitation), "invitation")])


def revoke(invitation: Invitation) -> None:
    """The personal link stops working, for good: a later invitation has another one."""
    generation = int(invitation.generation) + 1
    storage.update(invitation, Invitation.revoked_at.set(clock.now()), Invitation.generation.set(generation))
    for about in (INVITATION, REMINDER):
        mailing.withdraw(thread(invitation.meeting, invitation.id, about))
    for date in storage.query(Occurrence, invitation.pk, "occurrence#", because="storage"):
        if date.planned_at is not None:
            mailing.withdraw(date_thread(invitation.meeting, invitation.id, date))


def tell_change(
    planned: "Planned", account: Account, *, date: Occurrence | None = None, before: int = 0, stops_before: int = 0
) -> None:
    """Everybody invited gets what holds now; the host a confirmation. ``date``: the one that changed, alone, which
    began at ``before``; ``stops_before``: where a series was cut."""
    act = _act(planned, account, "REQUEST", date=date, before=before, stops_before=stops_before)
    _tell(act, "invitation_updated", "organiser_updated")
    _announce(planned, Happening.CHANGED, date)


def tell_organisers(planned: "Planned", by: Account, before: Organisers | None) -> None:
    """Who has become host or co-host gets the meeting into their calendar; who is no more, out of it."""
    were = {one.id: one for one in (before.host, *before.cohosts)} if before else {}
    act = _act(planned, by, "REQUEST")
    now = {one.id: one for one in act.organisers}
    invited = number(planned.meeting.id)
    come = [host_mail(act, one, "organiser_confirmation", invited) for one in now.values() if one.id not in were]
    off = replace(act, method="CANCEL")
    gone = [host_mail(off, one, "organiser_relieved", invited) for one in were.values() if one.id not in now]
    mailing.post([*come, *gone])
    _announce(planned, Happening.CHANGED)


def tell_handed_over(planned: "Planned", by: Account, before: Organisers | None) -> None:
    """The host has left and somebody else holds the meeting: as `tell_organisers`, and every guest gets the entry in
    the new host's name."""
    tell_organisers(planned, by, before)
    act = _act(planned, by, "REQUEST")
    mailing.post([guest_mail(act, item, "invitation_updated") for item in of(planned.meeting) if not item.revoked_at])


def tell_cancellation(planned: "Planned", account: Account, *, date: Occurrence | None = None) -> None:
    """Everybody invited hears of it; calendars drop the meeting, or the one ``date``."""
    _tell(_act(planned, account, "CANCEL", date=date), "invitation_cancelled", "organiser_cancelled")
    _announce(planned, Happening.CANCELLED, date)


def remind(planned: "Planned", account: Account) -> None:
    """Everybody, the host included, hears that the meeting is near. Once per date: the caller takes care of it."""
    now = clock.now()
    invited = [item for item in of(planned.meeting) if not item.revoked_at]
    for item in invited:
        storage.update(item, Invitation.reminded_at.set(now), always=True)
    act = _act(planned, account, None, date=planned.occurrence)
    mails = [guest_mail(act, item, "reminder") for item in _reachable(planned.meeting, invited)]
    mailing.post([*mails, *host_mails(act, "organiser_reminder", len(invited))])


def move_clocks(meeting: Meeting, meeting_end: int) -> None:
    """The meeting's end has moved: invitations and their delivery states follow."""
    for item in storage.query(Invitation, meeting.pk, "invitation#", because="storage"):
        _move_clock(item, meeting_end)
    for delivery in storage.query(Delivery, meeting.pk, "delivery#", because="storage"):
        _move_clock(delivery, meeting_end)
    for reply in storage.query(Reply, meeting.pk, "reply#", because="storage"):
        _move_clock(reply, meeting_end)
    for role in storage.query(MeetingRole, meeting.pk, "role#", because="storage"):
        _move_clock(role, meeting_end)


def _move_clock(item: Item, meeting_end: int) -> None:
    """A mail that is sent this instant changes the item too: then once more, on what it has become."""
    for _attempt in range(TRIES):
        try:
            return storage.happened(item, Event.MEETING_END, meeting_end, because="storage")
        except Changed:
            again = storage.get(type(item), item.pk, item.sk, because="storage")
            if again is None:
                return
            item = again
    raise Conflict


def meeting_end(meeting: Meeting) -> int:
    """From when the clocks of what belongs to the whole meeting count: the end of its last date."""
    return meeting.moments()[Event.MEETING_END]


def _create(planned: "Planned", person: Address) -> Invitation | None:
    """The invitation; `None` when the same person is being invited at this moment, by a second click for instance."""
    meeting, email_hash = planned.meeting, keyed.email_hash(person.email)
    item = Invitation(
        meeting.pk,
        f"invitation#{keyed.opaque('invitation', f'{meeting.id}/{email_hash}')[:16]}",
        meeting=meeting.id,
        email=person.email,
        email_hash=email_hash,
        name=person.name,
        generation=0,
        sequence=meeting.sequence,
        invited_at=clock.now(),
    )
    try:
        storage.create(item, {Event.MEETING_END: meeting_end(meeting)}, controller=meeting.company)
    except AlreadyThere:
        return None
    return item


def _renewed(invitation: Invitation) -> Invitation:
    if invitation.revoked_at:
        storage.update(invitation, Invitation.revoked_at.remove())
    return invitation


def _act(planned: "Planned", by: Account, method: Method | None, **more: Any) -> Act:
    """An act of ``by``: the mails are in the name of the host, who hears of it as the co-hosts do."""
    held_by = organisers.of(planned.meeting) or Organisers(by)
    return Act(planned, held_by.host, method, by=by, cohosts=held_by.cohosts, **more)


def _tell(act: Act, to_guests: str, to_host: str) -> None:
    meeting = act.planned.meeting
    invited = [item for item in of(meeting) if not item.revoked_at]
    told = [*map(host_thread, act.organisers), *(item.id for item in invited if item.reminded_at)]
    for who in told:
        mailing.withdraw(thread(meeting.id, who, REMINDER))  # of a date that holds no more
    reachable = _reachable(meeting, invited)
    mails = [guest_mail(act, item, to_guests) for item in reachable]
    mailing.post([*mails, *host_mails(act, to_host, len(reachable))])


def _reachable(meeting: Meeting, invited: list[Invitation]) -> list[Invitation]:
    """Without those whose address nobody has, or who said that our mails are unwanted."""
    known = {str(item.sk).partition("#")[2]: item for item in storage.query(Delivery, meeting.pk, "delivery#")}
    in_vain = {key for key, item in known.items() if is_in_vain(item.state, item.reason)}
    return [item for item in invited if item.id not in in_vain]


def _announce(planned: "Planned", event: Happening, date: Occurrence | None = None) -> None:
    """The company's programs hear of it too."""
    webhooks.tell(str(planned.meeting.company), event, planned.meeting.id, (date or planned.occurrence).id)
