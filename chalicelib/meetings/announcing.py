"""The mails that tell of a meeting, and the calendar file that goes with each.

What concerns one date of a series goes under a thread of its own: a mail of it takes the place of an older one of the
same date, never of the invitation to the whole.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import clock, pages, settings
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Account
from chalicelib.mailing import addresses
from chalicelib.mailing.actions import About, CalendarPart, Mail
from chalicelib.register.events import Event

from . import links, replies, series_words
from .calendar import Attendee, Entry, Method, Moved, calendar_file
from .models import Invitation, Occurrence

if TYPE_CHECKING:
    from .scheduling import Planned

INVITATION, REMINDER, HOST = "invitation", "reminder", "host"
OVERRUN = 3_600
"""Seconds an invitation is worth sending for a meeting past its planned end: somebody is asked to join it late."""


@dataclass(frozen=True)
class Act:
    """What the mails of one act have in common. ``method``: of their calendar file, if they have one.

    ``date``: the one it is about, alone; ``before``: when that began until now; ``stops_before``: where a series was
    cut. ``account``: the host; ``by``: who does it.
    """

    planned: "Planned"
    account: Account
    method: Method | None
    date: Occurrence | None = None
    before: int = 0
    stops_before: int = 0
    by: Account | None = None
    cohosts: tuple[Account, ...] = ()

    @property
    def organisers(self) -> tuple[Account, ...]:
        """Host and co-hosts."""
        return self.account, *self.cohosts

    @property
    def occurrence(self) -> Occurrence:
        """Whose time the mails name."""
        return self.date or self.planned.occurrence

    @property
    def alone(self) -> bool:
        """Whether it is about one date of a series."""
        return self.date is not None and self.planned.is_series

    @cached_property
    def shown(self) -> dict[str, object]:
        """What they say of the meeting; looked up once."""
        moved = self.before if self.before and self.before != int(self.occurrence.starts_at) else 0
        of_series = {} if self.alone else series_words.both(self.planned)
        return shown(self.occurrence, self.account) | {
            "series": of_series,
            "alone": self.alone,
            "instead_of": moved,
            "stops_before": self.stops_before,
        }

    def thread(self, who: str) -> str:
        """In which a newer mail takes the place of an older one."""
        meeting = self.planned.meeting.id
        if self.method is None:
            return thread(meeting, who, REMINDER)
        return date_thread(meeting, who, self.occurrence) if self.alone else thread(meeting, who)

    @property
    def until(self) -> int:
        """When what the mails tell of is over."""
        dates = [self.occurrence] if self.date else self.planned.dates
        return max(int(date.ends_at) for date in dates)

    @property
    def useful_for(self) -> int | None:
        """Nobody wants to be invited to, or reminded of, what is over. That it is off is worth knowing later too."""
        return None if self.method == "CANCEL" else max(self.until - clock.now(), OVERRUN)

    def file(self, attendee: Attendee, link: str, answers_to: str = "") -> CalendarPart | None:
        """The calendar file for one person. ``answers_to``: where their calendar answers; else our own address."""
        if self.method is None:
            return None
        entry, moved = _entry(self, link), () if self.alone or self.method == "CANCEL" else _moved(self.planned)
        content = calendar_file(self.method, entry, attendee, addresses.own(), clock.now(), moved, answers_to)
        return CalendarPart(self.method, content)


def guest_mail(act: Act, invitation: Invitation, template: str) -> Mail:
    """The mail of an act to somebody invited, in both languages."""
    meeting = act.planned.meeting
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
    attendee, answers_to = Attendee(invitation.email, invitation.name), replies.address(invitation)
    return Mail(
        to=invitation.email,
        to_name=invitation.name,
        letter=letter,
        purpose=template,
        controller=meeting.company,
        calendar=act.file(attendee, link, answers_to),
        reply_to=answers_to,
        about=About(meeting.id, invitation.id, meeting.moments()[Event.MEETING_END]),
        thread=act.thread(invitation.id),
        useful_for=act.useful_for,
    )


def host_mails(act: Act, template: str, invited: int) -> list[Mail]:
    """The same act, told to host and co-hosts; ``invited``: how many people hear of it."""
    return [host_mail(act, one, template, invited) for one in act.organisers]


def host_mail(act: Act, account: Account, template: str, invited: int) -> Mail:
    """The same to one of them, in their language."""
    meeting = act.planned.meeting
    link = f"{settings.get('BASE_URL')}/meetings/{act.occurrence.page if act.date else meeting.id}"
    reader = pages.Reader(pages.pick_language(None, None, account.language), account.timezone)
    by = "" if act.by is None or act.by.id == account.id else f"{act.by.first_name} {act.by.name}"
    shown_to = act.shown | {"by": by, "cohosted": account.id != act.account.id}
    letter = pages.render_mail(template, [reader], meeting=shown_to, link_to=link, my_data_link="", invited=invited)
    attendee = Attendee(account.email, f"{account.first_name} {account.name}", organises=True)
    return Mail(
        to=account.email,
        to_name=attendee.name,
        letter=letter,
        purpose=template,
        controller=meeting.company,
        calendar=act.file(attendee, link),
        thread=act.thread(host_thread(account)),
        useful_for=act.useful_for,
    )


def host_thread(account: Account) -> str:
    """The name under which one of the organisers has a thread."""
    return f"{HOST}-{account.id}"


def thread(meeting: str, who: str, about: str = INVITATION) -> str:
    """The thread of what concerns the whole meeting. ``who``: an invitation's id, or `HOST`."""
    return f"{meeting}/{who}/{about}"


def date_thread(meeting: str, who: str, date: Occurrence) -> str:
    """The thread of what concerns one date of a series alone."""
    return f"{thread(meeting, who)}/{date.number}"


def shown(occurrence: Occurrence, account: Account) -> dict[str, object]:
    """What mails and guests' pages say of a meeting, one date by itself."""
    return {
        "title": occurrence.title,
        "starts_at": int(occurrence.starts_at),
        "ends_at": int(occurrence.ends_at),
        "timezone": occurrence.timezone,
        "host_name": f"{account.first_name} {account.name}",
        "company": accounts.company_name(account),
        "series": {},
        "alone": False,
        "instead_of": 0,
        "stops_before": 0,
    }


def _entry(act: Act, link: str) -> Entry:
    meeting, occurrence = act.planned.meeting, act.occurrence
    of_date = Entry(
        meeting=meeting.id,
        title=occurrence.title,
        starts_at=int(occurrence.starts_at),
        ends_at=int(occurrence.ends_at),
        sequence=int(meeting.sequence),
        host_name=f"{act.account.first_name} {act.account.name}",
        description=link,
        link=link,
    )
    if not act.planned.is_series:
        return of_date
    if act.alone:
        return replace(of_date, timezone=meeting.timezone, slot=int(occurrence.planned_at or 0))
    first = int(meeting.first_at or 0)
    return replace(
        of_date,
        title=meeting.title,
        starts_at=first,
        ends_at=first + int(meeting.length or 0),
        timezone=meeting.timezone,
        rule=str(meeting.rule),
        gaps=meeting.left_out,
    )


def _moved(planned: "Planned") -> list[Moved]:
    """The dates that are otherwise than the rule says."""
    meeting, length = planned.meeting, int(planned.meeting.length or 0)
    kept = (date for date in planned.dates if date.planned_at is not None and not date.cancelled_at)
    return [
        Moved(int(date.planned_at or 0), date.title, int(date.starts_at), int(date.ends_at))
        for date in kept
        if (date.title, date.starts_at, date.ends_at) != (meeting.title, date.planned_at, date.planned_at + length)
    ]
