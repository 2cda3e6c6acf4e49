"""A series in words: what will happen, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import get_day_names
from babel.lists import format_list

from chalicelib import clock, pages, words
from chalicelib.errors import mark as _
from chalicelib.pages import Language

from .series import DAYS, WORKDAYS
from .timetable import is_closed

if TYPE_CHECKING:
    from .scheduling import Planned

ORDINALS = {
    1: _("le premier %(day)s du mois"),
    2: _("le deuxième %(day)s du mois"),
    3: _("le troisième %(day)s du mois"),
    4: _("le quatrième %(day)s du mois"),
    -1: _("le dernier %(day)s du mois"),
}


@dataclass(frozen=True)
class Dates:
    """Dates to be put in words: their rule, where it still says what they are, and the moments, in order."""

    rule: str
    starts: Sequence[int]
    zone: str
    at: int
    """A moment at the time of day of the rule."""


def sentence(dates: Dates, language: Language) -> str:
    """ "Chaque semaine, le lundi et le jeudi à 10 h : 12 dates, du 7 décembre 2026 au 14 janvier 2027." """
    translate = pages.translate(language)
    first, last = (words.date(at, language, dates.zone) for at in (dates.starts[0], dates.starts[-1]))
    number = {"count": len(dates.starts), "first": first, "last": last}
    if len(dates.starts) == 1:
        span = translate(_("une seule date, le %(first)s")) % number
    else:
        span = translate(_("%(count)d dates, du %(first)s au %(last)s")) % number
    if not dates.rule:
        return span[0].upper() + span[1:] + "."
    time = words.time(dates.at, language, dates.zone)
    rhythm = translate(_("%(rhythm)s à %(time)s")) % {"rhythm": _rhythm(dates.rule, language), "time": time}
    return translate(_("%(rhythm)s : %(span)s.")) % {"rhythm": rhythm[0].upper() + rhythm[1:], "span": span}


def both(planned: "Planned") -> dict[str, str]:
    """What is left of a series, in each language; empty for a meeting that has one date."""
    if not planned.is_series:
        return {}
    return {language: of(planned, language) for language in pages.LANGUAGES}


def of(planned: "Planned", language: Language) -> str:
    """What is left of a series."""
    now = clock.now()
    kept = [one for one in planned.dates if not one.cancelled_at]
    dates = [one for one in kept if not is_closed(one, now)] or kept or list(planned.dates)
    regular = sum(one.starts_at == one.planned_at for one in dates)
    # Where most were moved, the rule says nothing of them any more.
    rule = str(planned.meeting.rule) if 2 * regular > len(dates) else ""
    starts = [int(one.starts_at) for one in dates]
    said = sentence(Dates(rule, starts, planned.meeting.timezone, int(planned.meeting.first_at or 0)), language)
    moved = len(dates) - regular
    if rule and moved:
        note = _("Une date est à un autre moment.") if moved == 1 else _("%(count)d dates sont à un autre moment.")
        said = f"{said} {pages.translate(language)(note) % {'count': moved}}"
    return said


def _rhythm(rule: str, language: Language) -> str:
    translate = pages.translate(language)
    parts = dict(part.split("=") for part in rule.split(";"))
    if "BYMONTHDAY" in parts:
        number = int(parts["BYMONTHDAY"])
        spoken = "1er" if language == "fr" and number == 1 else str(number)
        return translate(_("chaque mois, le %(number)s")) % {"number": spoken}
    if parts["FREQ"] == "MONTHLY":
        nth, day = int(parts["BYDAY"][:-2]), parts["BYDAY"][-2:]
        return translate(ORDINALS[nth]) % {"day": _day(day, language)}
    days = parts["BYDAY"].split(",")
    if tuple(days) == WORKDAYS and parts["INTERVAL"] == "1":
        return translate(_("chaque jour ouvré, du lundi au vendredi,"))
    article = translate(_("le %(day)s"))
    named = format_list([article % {"day": _day(day, language)} for day in days], locale=language)
    every = _("chaque semaine, %(days)s") if parts["INTERVAL"] == "1" else _("toutes les deux semaines, %(days)s")
    return translate(every) % {"days": named}


def _day(day: str, language: Language) -> str:
    return str(get_day_names("wide", locale=language)[DAYS.index(day)])


def days(language: Language) -> list[str]:
    """The names of the days, from Monday."""
    return [_day(day, language) for day in DAYS]
