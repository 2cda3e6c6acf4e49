"""Planning meetings, finding them, ending them."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from chalicelib import clock, keyed, log, storage, throttle
from chalicelib.accounts import conduct, house, plans
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet
from chalicelib.storage import Changed
from chalicelib.webhooks import actions as webhooks
from chalicelib.webhooks.rules import Happening

from . import chat, invitations, limits, series, timetable
from . import organisers as roles
from .addresses import Address
from .models import Meeting, Occurrence
from .organisers import Organisers
from .rules import Plan
from .times import EARLY
from .timetable import Dated, is_closed

TOO_LONG = _(
    "Votre offre permet des réunions de %(hours)d h au plus. Choisissez une durée plus courte, ou une offre plus "
    "grande à la page « Abonnement »."
)
TOO_LONG_KEPT = _("Les règles de votre entreprise veulent que les messages soient gardés moins longtemps.")
AT_ONCE = 20
"""Unplanned meetings one person may begin in an hour."""
MEET_NOW = 60 * 60
"""Seconds an unplanned meeting is taken to last."""


@dataclass(frozen=True)
class Planned:
    """A meeting with one of its dates, and all of them that are kept, in their order."""

    meeting: Meeting
    occurrence: Occurrence
    dates: tuple[Occurrence, ...]

    @property
    def is_series(self) -> bool:
        return bool(self.meeting.rule)

    def open_dates(self) -> list[Occurrence]:
        """Those that are not over."""
        now = clock.now()
        return [date for date in self.dates if not is_closed(date, now)]

    def has_begun(self) -> bool:
        """Whether the first of the dates is past or near, or another was held early: what was is changed no more."""
        soon = clock.now() + EARLY
        return any(int(date.starts_at) <= soon for date in self.dates if not date.cancelled_at) or any(
            slot <= soon for slot in self.slots()
        )

    def has_been_held(self) -> bool:
        """Whether there was a date that calendars should go on showing."""
        soon = clock.now() + EARLY
        if any(not date.cancelled_at and int(date.starts_at) <= soon for date in self.dates):
            return True
        return any(slot <= soon and slot not in self.meeting.left_out for slot in self.slots())  # kept no more

    def slots(self) -> tuple[int, ...]:
        """Where the rule of a series has its dates; empty for a single meeting."""
        if not self.meeting.rule:
            return ()
        return series.starts(self.meeting.rule, int(self.meeting.first_at or 0), self.meeting.timezone)


def plan(account: Account, wanted: Plan, invitees: Iterable[Address], organisers: Organisers | None = None) -> Planned:
    """Plans a meeting and invites people; host and co-hosts get a confirmation. ``organisers``: if ``account`` is not
    its host, or not alone. Raises `FormErrors` past the plan's limits."""
    held_by = organisers or Organisers(account)
    guests = list(invitees)
    plans.may_meet(account.company)
    fits_the_plan(account, wanted)
    door = _as_the_company_wants(account, wanted, guests)
    limits.take(account.company, len(guests))
    meeting = Meeting(
        f"meeting#{keyed.new_id()}",
        "meeting",
        title=wanted.title,
        host=held_by.host.id,
        company=account.company,
        timezone=wanted.timezone,
        sequence=0,
        created_at=clock.now(),
    )
    length = wanted.ends_at - wanted.starts_at
    if wanted.series is None:
        dates = [timetable.new_date(meeting, 1, wanted.starts_at, wanted.ends_at, keep=wanted.keep, **door)]
    else:
        meeting.rule, meeting.first_at, meeting.length = wanted.series.rule, wanted.starts_at, length
        dates = [
            timetable.new_date(meeting, number, start, start + length, keep=wanted.keep, planned_at=start, **door)
            for number, start in enumerate(wanted.series.starts, 1)
        ]
    timetable.create(meeting, dates, roles.rows(meeting, held_by))
    planned = Planned(meeting, dates[0], tuple(dates))
    invitations.start(planned, account, guests)
    webhooks.tell(account.company, Happening.PLANNED, meeting.id, dates[0].id)
    return planned


def _as_the_company_wants(account: Account, wanted: Plan, guests: list[Address]) -> dict[str, bool]:
    """How the door of a new meeting stands at first. Raises `FormErrors` for what the company's rules don't allow."""
    rules = house.of(account.company)
    if wanted.keep not in conduct.keepings(rules):
        raise FormErrors({"keep": TOO_LONG_KEPT})
    house.require_allowed(account, [one.email for one in guests])
    return {"open_invited": rules.lobby == "invited", "open_company": rules.lobby in ("invited", "company")}


def meet_now(account: Account, title: str) -> Planned:
    """A meeting that begins at once; nobody is invited yet. Raises `TooMany`."""
    throttle.hit("meet_now", account.id, AT_ONCE, 3_600)
    now = clock.now()
    return plan(account, Plan(title, now, now + MEET_NOW, account.timezone, house.of(account.company).keep), ())


def find(account: Account, identifier: str) -> Planned:
    """A date of this host, as `read`. Raises `NotFound`: also for other people's meetings, which look like none."""
    planned = read(identifier)
    if planned.occurrence.host != account.id:
        raise NotFound
    return planned


def find_managed(account: Account, identifier: str) -> Planned:
    """A meeting that is this person's, or that they planned for a colleague: to be changed. Raises `NotFound`."""
    planned = read(identifier)
    if not manages(account, planned.meeting):
        raise NotFound
    return planned


def find_seen(account: Account, identifier: str) -> Planned:
    """A meeting in which this person has a role, of whatever kind. Raises `NotFound`."""
    planned = read(identifier)
    theirs = account.id in (planned.meeting.host, planned.occurrence.host)
    if not theirs and roles.role_in(planned.meeting.id, account) is None:
        raise NotFound
    return planned


def manages(account: Account, meeting: Meeting) -> bool:
    """Whether this person changes the meeting and invites people to it."""
    if meeting.host == account.id:
        return True
    role = roles.role_in(meeting.id, account)
    return role is not None and bool(role.plans)


def read(identifier: str) -> Planned:
    """A meeting by its id, with the date that is on or comes next; by ``<id>-<n>`` with that one. Raises `NotFound`."""
    meeting, _dash, number = identifier.partition("-")
    item = storage.get(Meeting, f"meeting#{meeting}", "meeting")
    found = sorted(storage.query(Occurrence, f"meeting#{meeting}", "occurrence#"), key=lambda date: date.number)
    if item is None or not found or len(identifier) > 60:
        raise NotFound
    if not _dash:
        return Planned(item, _current(found), tuple(found))
    for date in found:
        if str(date.number) == number:
            return Planned(item, date, tuple(found))
    raise NotFound


def _current(dates: list[Occurrence]) -> Occurrence:
    """The date people come to now: the first that is not over, until the next is near. After all, the last held."""
    now = clock.now()
    coming = [date for date in dates if not is_closed(date, now)]
    if not coming:
        held = [date for date in dates if not date.cancelled_at]
        return (held or dates)[-1]
    current = coming[0]
    for date in coming[1:]:
        if int(date.starts_at) - EARLY <= now:
            current = date
    return current


def occurrence_of(identifier: str) -> Occurrence:
    """An occurrence by its id. Raises `NotFound`."""
    meeting, _, number = identifier.rpartition("-")
    if not number.isdecimal() or len(identifier) > 60:
        raise NotFound
    occurrence = storage.get(Occurrence, f"meeting#{meeting}", f"occurrence#{int(number)}")
    if occurrence is None:
        raise NotFound
    return occurrence


def upcoming(account: Account) -> list[Occurrence]:
    """What is not over of the meetings in which somebody has a role, soonest first."""
    now = clock.now()
    items = [*hosted(account), *_of_others(account)]
    return sorted((item for item in items if not is_closed(item, now)), key=lambda item: (item.ends_at, item.id))


def hosted(account: Account) -> list[Occurrence]:
    """The host's own dates that are not over, soonest first."""
    now = clock.now()
    items = storage.listed(Occurrence, f"host#{account.id}", since=f"{now:012d}")
    return [item for item in items if not is_closed(item, now)]


def past(account: Account) -> list[Occurrence]:
    """What is over or cancelled, latest first, as long as it is kept."""
    now = clock.now()
    items = [*storage.listed(Occurrence, f"host#{account.id}"), *_of_others(account)]
    over = (item for item in items if is_closed(item, now) or int(item.ends_at) < now)
    return sorted(over, key=lambda item: (-timetable.end_of(item), item.id))


def _of_others(account: Account) -> Iterator[Occurrence]:
    for role in roles.listed(account):
        yield from storage.query(Occurrence, role.pk, "occurrence#")


def find_open(account: Account, identifier: str) -> Planned:
    """As `find_managed`, for what makes sense before the end only. Raises `NotFound`."""
    planned = find_managed(account, identifier)
    if is_closed(planned.occurrence, clock.now()):
        raise NotFound
    return planned


def started(occurrence: Occurrence) -> None:
    """Somebody joins: the meeting's minutes count from the first time."""
    if occurrence.started_at:
        return
    with suppress(Changed):  # somebody else joins this instant, and was first
        first = Occurrence.started_at.does_not_exist()
        storage.update(occurrence, Occurrence.started_at.set(clock.now()), condition=first, always=True)
        webhooks.tell(str(occurrence.company), Happening.BEGUN, str(occurrence.meeting), occurrence.id)


def end(occurrence: Occurrence) -> None:
    """Over for everybody: the host ended it, or its time is used up. The 28 days count from now. Raises `Conflict`."""
    now = clock.now()
    if not is_closed(occurrence, now):
        planned = read(occurrence.id)
        over = Dated(int(occurrence.starts_at), now, False, (Occurrence.ended_at.set(now),))
        last = timetable.write(planned.meeting, _with(planned.dates, occurrence), {occurrence.number: over})
        invitations.move_clocks(planned.meeting, last)
        webhooks.tell(str(occurrence.company), Happening.ENDED, str(occurrence.meeting), occurrence.id)
    fleet.end(occurrence.id)
    chat.forget(occurrence)


def _with(dates: Iterable[Occurrence], known: Occurrence) -> list[Occurrence]:
    """The dates, one of them as the caller knows it: what changed it since stands in the way of the write."""
    return [known if date.number == known.number else date for date in dates]


def end_overdue() -> int:
    """Ends the live meetings that have used up their plan's minutes. Returns how many."""
    ended = 0
    for room in fleet.live_rooms():
        try:
            ended += _end_if_overdue(room.occurrence)
        except Conflict:
            continue  # changed this instant: the next minute ends it
        except Exception as fault:  # one meeting that can't be ended must not keep the others live
            log.fault("overdue", fault, occurrence=room.occurrence)
    return ended


def _end_if_overdue(identifier: str) -> bool:
    now = clock.now()
    try:
        occurrence = occurrence_of(identifier)
    except NotFound:
        fleet.end(identifier)
        return False
    if is_closed(occurrence, now):
        fleet.end(identifier)  # somebody joined while it was being ended
        return False
    if occurrence.started_at is None or now < _minutes_used_up(occurrence):
        return False
    end(occurrence)
    return True


def fits_the_plan(account: Account, wanted: Plan) -> None:
    """Told while planning, not by a meeting that ends in mid-sentence. Raises `FormErrors`."""
    allowed = plans.of(account.company).minutes
    if wanted.ends_at - wanted.starts_at > 60 * allowed:
        raise FormErrors({"length": TOO_LONG}, hours=allowed // 60)


def _minutes_used_up(occurrence: Occurrence) -> int:
    """When the plan's minutes are over. Who tries the room days before uses none of them."""
    begun = max(int(occurrence.started_at or 0), int(occurrence.starts_at) - EARLY)
    return begun + 60 * plans.of(occurrence.company).minutes
