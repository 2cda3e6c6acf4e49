"""Meetings that come again: what a form asks for, and which dates that gives. Pure.

A series is kept as a recurrence rule (RFC 5545, 3.3.10) that counts its dates, with the moment of the first: every
calendar program agrees on what such a rule means, where the change of clocks falls or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from chalicelib.errors import mark as _

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = DAYS[:5]
KINDS = ("weekly", "fortnightly", "workdays", "monthly_day", "monthly_weekday")
MOST = 90
"""Dates of a series: it is written, moved and cancelled in one transaction, which takes a hundred items."""
LONGEST = timedelta(days=366)
LATEST_DAY = 28
"""Day of the month up to which every month has one."""


@dataclass(frozen=True)
class Series:
    """``rule``: without DTSTART, with COUNT; ``starts``: its dates, in seconds since 1970."""

    rule: str
    starts: tuple[int, ...]


def read(form: Mapping[str, str], first: int, zone: str, errors: dict[str, str]) -> Series | None:
    """The series in a form's fields repeat, day_0 … day_6, ends, count, until; `None` without one, or with ``errors``.

    ``first``: the moment asked for; the series begins on the first of its days from there.
    """
    kind = form.get("repeat", "")
    if not kind:
        return None
    if kind not in KINDS:
        errors["repeat"] = _("Choisissez comment la réunion se répète.")
        return None
    start = _local(first, zone)
    if kind == "monthly_day" and start.day > LATEST_DAY:
        errors["repeat"] = _(
            "Tous les mois n’ont pas ce jour. Choisissez un jour du 1 au 28, ou « le même jour de la semaine »."
        )
        return None
    rhythm = _rhythm(kind, form, start)
    count = _count(form, rhythm, start, errors)
    if not count:
        return None
    begin = rrulestr(f"{rhythm};COUNT=1", dtstart=start)[0]
    rule = f"{rhythm};COUNT={count}"
    return Series(rule, starts(rule, _moment(begin, zone), zone))


def starts(rule: str, first: int, zone: str) -> tuple[int, ...]:
    """The dates of a rule whose first is at ``first``: the same time of day in ``zone``.

    Where clocks are put forward over it, that much later; where they go back, the first of the two (RFC 5545, 3.3.5).
    """
    return tuple(_moment(local, zone) for local in rrulestr(rule, dtstart=_local(first, zone)))


def fields(rule: str) -> dict[str, str]:
    """The fields of a form that ask for this rule."""
    parts = dict(part.split("=") for part in rule.split(";"))
    days = parts.get("BYDAY", "").split(",")
    given = {"ends": "count", "count": parts["COUNT"]}
    if parts["FREQ"] == "MONTHLY":
        return given | {"repeat": "monthly_day" if "BYMONTHDAY" in parts else "monthly_weekday"}
    if parts["INTERVAL"] == "1" and tuple(days) == WORKDAYS:
        return given | {"repeat": "workdays"}
    kind = "weekly" if parts["INTERVAL"] == "1" else "fortnightly"
    return given | {"repeat": kind} | {f"day_{DAYS.index(day)}": "yes" for day in days}


def cut(rule: str, count: int) -> str:
    """The rule with its first ``count`` dates only."""
    return f"{rule.rpartition(';COUNT=')[0]};COUNT={count}"


def day_of(at: int, zone: str) -> date:
    """The date of a moment in a zone."""
    return _local(at, zone).date()


def shifted(at: int, days: timedelta, like: int, zone: str) -> int:
    """``at`` moved by whole days, at the time of day of ``like``."""
    return _moment(datetime.combine(day_of(at, zone) + days, _local(like, zone).time()), zone)


def _rhythm(kind: str, form: Mapping[str, str], start: datetime) -> str:
    if kind == "monthly_day":
        return f"FREQ=MONTHLY;BYMONTHDAY={start.day}"
    if kind == "monthly_weekday":
        nth = (start.day - 1) // 7 + 1
        return f"FREQ=MONTHLY;BYDAY={nth if nth < 5 else -1}{DAYS[start.weekday()]}"
    days = [day for number, day in enumerate(DAYS) if form.get(f"day_{number}")] or [DAYS[start.weekday()]]
    if kind == "workdays":
        days = list(WORKDAYS)
    return f"FREQ=WEEKLY;INTERVAL={2 if kind == 'fortnightly' else 1};BYDAY={','.join(days)}"


def _count(form: Mapping[str, str], rhythm: str, start: datetime, errors: dict[str, str]) -> int:
    """How many dates; 0 with an error."""
    field = "until" if form.get("ends") == "until" else "count"
    count = _until(form, rhythm, start, errors) if field == "until" else _counted(form, errors)
    if count and rrulestr(f"{rhythm};COUNT={count}", dtstart=start)[-1] - start > LONGEST:
        errors[field] = _(
            "La série dure plus d’un an. Choisissez-la plus courte : vous pourrez en planifier une autre."
        )
        return 0
    return count


def _counted(form: Mapping[str, str], errors: dict[str, str]) -> int:
    count = form.get("count", "")
    if len(count) <= 3 and count.isdecimal() and 2 <= int(count) <= MOST:
        return int(count)
    errors["count"] = _("Indiquez un nombre de dates entre 2 et 90.")
    return 0


def _until(form: Mapping[str, str], rhythm: str, start: datetime, errors: dict[str, str]) -> int:
    try:
        last = datetime.combine(date.fromisoformat(form.get("until", "")), start.time())
    except ValueError:
        errors["until"] = _("Indiquez la date de fin de la série.")
        return 0
    # Day and month as RFC 5545 wants UNTIL: of the same kind as the start, here local.
    found = rrulestr(f"{rhythm};COUNT={MOST + 1}", dtstart=start)
    count = sum(one <= last for one in found)
    if count < 2:
        errors["until"] = _("Jusqu’à ce jour, il n’y a qu’une date au plus. Choisissez un jour plus lointain.")
        return 0
    if count > MOST:
        errors["until"] = _("Cela fait plus de 90 dates. Choisissez un jour plus proche.")
        return 0
    return count


def _local(at: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _moment(local: datetime, zone: str) -> int:
    return int(local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp())
