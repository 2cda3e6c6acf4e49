"""Inviting people, and telling them of changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import clock, keyed, pages, settings, storage, throttle
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import plans
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict, FormErrors, NotFound, TooMany
from chalicelib.errors import mark as _
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import About, CalendarPart, Mail
from chalicelib.mailing.models import Delivery
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed, Item

from . import links
from .addresses import Address
from .calendar import Attendee, Entry, Method, calendar_file
from .models import Invitation, Meeting, Occurrence

if TYPE_CHECKING:
    from .scheduling import Planned

INVITATION, REMINDER, HOST = "invitation", "reminder", "host"
DAY = 86_400
TRIES = 5
OVERRUN = 3_600
"""Seconds an invitation is worth sending for a meeting past its planned end: somebody is asked to join it late."""


@dataclass(frozen=True)
class Invitee:
    """A person invited, as the host sees them. ``state``: queued, sent, delayed, failed, revoked."""

    id: str
    name: str
    email: str
    state: str
    state_at: int


def count(account: Account, invitees: int) -> None:
    """Counts invitations against the plan's number a day: all of them, or none. Raises `FormErrors`."""
    allowed = plans.of(account.company).invitations_per_day
    try:
        throttle.take("invitations", account.company, invitees, allowed, DAY)
    except TooMany as fault:
        sentence = _("Votre offre permet %(number)s invitations par jour. Invitez les autres personnes demain.")
        raise FormErrors({"invitees": sentence}, number=allowed) from fault


def invite(planned: "Planned", account: Account, people: Iterable[Address]) -> None:
    """Invites people who are not invited; who was and had the link revoked gets a new one. Counts. Raises
    `FormErrors`."""
    known = {item.email_hash: item for item in of(planned.meeting)}
    wanted = [(person, known.get(keyed.email_hash(person.email))) for person in people]
    wanted = [(person, item) for person, item in wanted if item is None or item.revoked_at]
    count(account, len(wanted))
    invited = [_create(planned, person) if item is None else _renewed(item) for person, item in wanted]
    act = _Act(planned, account, "REQUEST")
    mailing.post([_guest_mail(act, item, "invitation") for item in invited if item])


def start(planned: "Planned", account: Account, people: Iterable[Address]) -> None:
    """The invitations of a new meeting, counted before it was written, and the host's confirmation."""
    invited = [item for person in people if (item := _create(planned, person))]
    act = _Act(planned, account, "REQUEST")
    mails = [_guest_mail(act, item, "invitation") for item in invited]
    mailing.post([*mails, _host_mail(act, "organiser_confirmation", len(invited))])


def of(meeting: Meeting) -> list[Invitation]:
    """Everybody ever invited to a meeting, revoked ones included."""
    return list(storage.query(Invitation, meeting.pk, "invitation#"))


def number(meeting: str) -> int:
    """How many people are invited to a meeting."""
    return sum(not item.revoked_at for item in storage.query(Invitation, f"meeting#{meeting}", "invitation#"))


def overview(meeting: Meeting) -> list[Invitee]:
    """Invitees with what became of their invitation."""
    deliveries = {str(item.sk).partition("#")[2]: item for item in storage.query(Delivery, meeting.pk, "delivery#")}
    return [_overview(item, deliveries.get(item.id)) for item in sorted(of(meeting), key=lambda item: item.invited_at)]


def find(meeting: Meeting, identifier: str) -> Invitation:
    """An invitation of a meeting. Raises `NotFound`."""
    item = storage.get(Invitation, meeting.pk, f"invitation#{identifier}")
    if item is None:
        raise NotFound
    return item


def resend(planned: "Planned", account: Account, invitation: Invitation) -> None:
    """Sends an invitation again; a revoked one gets a new link. Counts like a new one."""
    count(account, 1)
    mailing.post([_guest_mail(_Act(planned, account, "REQUEST"), _renewed(invitation), "invitation")])


def revoke(invitation: Invitation) -> None:
    """The personal link stops working, for good: a later invitation has another one."""
    generation = int(invitation.generation) + 1
    storage.update(invitation, Invitation.revoked_at.set(clock.now()), Invitation.generation.set(generation))
    for about in (INVITATION, REMINDER):
        mailing.withdraw(_thread(invitation.meeting, invitation.id, about))


def tell_change(planned: "Planned", account: Account) -> None:
    """Everybody invited gets the new date; the host a confirmation."""
    _tell(planned, account, "invitation_updated", "organiser_updated", "REQUEST")


def tell_cancellation(planned: "Planned", account: Account) -> None:
    """Everybody invited hears of it; calendars drop the meeting."""
    _tell(planned, account, "invitation_cancelled", "organiser_cancelled", "CANCEL")


def remind(planned: "Planned", account: Account) -> None:
    """Everybody, the host included, hears that the meeting is near. Once per date: the caller takes care of it."""
    now = clock.now()
    invited = [item for item in of(planned.meeting) if not item.revoked_at]
    for item in invited:
        storage.update(item, Invitation.reminded_at.set(now), always=True)
    act = _Act(planned, account, None)
    mails = [_guest_mail(act, item, "reminder") for item in invited]
    mailing.post([*mails, _host_mail(act, "organiser_reminder", len(invited))])


def move_clocks(meeting: Meeting, meeting_end: int) -> None:
    """The meeting's end has moved: invitations and their delivery states follow."""
    for item in storage.query(Invitation, meeting.pk, "invitation#", because="storage"):
        _move_clock(item, meeting_end)
    for delivery in storage.query(Delivery, meeting.pk, "delivery#", because="storage"):
        _move_clock(delivery, meeting_end)


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
        storage.create(item, {Event.MEETING_END: int(planned.occurrence.ends_at)}, controller=meeting.company)
    except AlreadyThere:
        return None
    return item


def _renewed(invitation: Invitation) -> Invitation:
    if invitation.revoked_at:
        storage.update(invitation, Invitation.revoked_at.remove())
    return invitation


def _tell(planned: "Planned", account: Account, to_guests: str, to_host: str, method: Method) -> None:
    invited = [item for item in of(planned.meeting) if not item.revoked_at]
    for who in [HOST, *(item.id for item in invited if item.reminded_at)]:
        mailing.withdraw(_thread(planned.meeting.id, who, REMINDER))  # of a date that holds no more
    act = _Act(planned, account, method)
    mails = [_guest_mail(act, item, to_guests) for item in invited]
    mailing.post([*mails, _host_mail(act, to_host, len(invited))])


@dataclass(frozen=True)
class _Act:
    """What the mails of one act have in common. ``method``: of their calendar file, if they have one."""

    planned: "Planned"
    account: Account
    method: Method | None

    @cached_property
    def shown(self) -> dict[str, object]:
        """What they say of the meeting; looked up once."""
        return shown(self.planned.occurrence, self.account)

    def thread(self, who: str) -> str:
        """In which a newer mail takes the place of an older one."""
        return _thread(self.planned.meeting.id, who, REMINDER if self.method is None else INVITATION)

    @property
    def useful_for(self) -> int | None:
        """Nobody wants to be invited to, or reminded of, what is over. That it is off is worth knowing later too."""
        left = int(self.planned.occurrence.ends_at) - clock.now()
        return None if self.method == "CANCEL" else max(left, OVERRUN)


def _guest_mail(act: _Act, invitation: Invitation, template: str) -> Mail:
    meeting, occurrence = act.planned.meeting, act.planned.occurrence
    link = links.guest_url(invitation)
    both = pages.Reader("fr"), pages.Reader("en")
    letter = pages.render_mail(
        template,
        both,
        meeting=act.shown,
        link_to=link,
        my_data_link=links.my_data_url(invitation),
        check_link=links.check_url(),
    )
    attendee = Attendee(invitation.email, invitation.name)
    return Mail(
        to=invitation.email,
        to_name=invitation.name,
        letter=letter,
        purpose=template,
        controller=meeting.company,
        calendar=_calendar(act, attendee, link),
        about=About(meeting.id, invitation.id, int(occurrence.ends_at)),
        thread=act.thread(invitation.id),
        useful_for=act.useful_for,
    )


def _host_mail(act: _Act, template: str, invited: int) -> Mail:
    meeting, account = act.planned.meeting, act.account
    link = f"{settings.get('BASE_URL')}/meetings/{meeting.id}"
    reader = pages.Reader(pages.pick_language(None, None, account.language), account.timezone)
    letter = pages.render_mail(template, [reader], meeting=act.shown, link_to=link, my_data_link="", invited=invited)
    attendee = Attendee(account.email, f"{account.first_name} {account.name}", organises=True)
    return Mail(
        to=account.email,
        to_name=attendee.name,
        letter=letter,
        purpose=template,
        controller=meeting.company,
        calendar=_calendar(act, attendee, link),
        thread=act.thread(HOST),
        useful_for=act.useful_for,
    )


def _thread(meeting: str, who: str, about: str) -> str:
    return f"{meeting}/{who}/{about}"


def shown(occurrence: Occurrence, account: Account) -> dict[str, object]:
    """What mails and guests' pages say of a meeting."""
    return {
        "title": occurrence.title,
        "starts_at": int(occurrence.starts_at),
        "ends_at": int(occurrence.ends_at),
        "timezone": occurrence.timezone,
        "host_name": f"{account.first_name} {account.name}",
        "company": accounts.company_name(account),
    }


def _calendar(act: _Act, attendee: Attendee, link: str) -> CalendarPart | None:
    if act.method is None:
        return None
    meeting, occurrence, account = act.planned.meeting, act.planned.occurrence, act.account
    entry = Entry(
        meeting=meeting.id,
        title=occurrence.title,
        starts_at=int(occurrence.starts_at),
        ends_at=int(occurrence.ends_at),
        sequence=int(meeting.sequence),
        host_name=f"{account.first_name} {account.name}",
        description=link,
        link=link,
    )
    return CalendarPart(act.method, calendar_file(act.method, entry, attendee, settings.get("MAIL_FROM"), clock.now()))


def _overview(invitation: Invitation, delivery: Delivery | None) -> Invitee:
    state = "revoked" if invitation.revoked_at else (delivery.state if delivery else "queued")
    changed = invitation.revoked_at or (delivery.changed_at if delivery else invitation.invited_at)
    return Invitee(invitation.id, invitation.name, invitation.email, state, int(changed))
