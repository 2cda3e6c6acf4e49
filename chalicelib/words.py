"""How dates, lengths and French punctuation are written; the filters of the templates.

Times are seconds since 1970. A filter shows them in the time zone of the reader, or in the zone it is given
(``starts_at | day(meeting_zone)``).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale
from babel.dates import format_date, get_timezone_location
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

NARROW: Final = "\u202f"  # narrow no-break space: before ; : ! ? % and between thousands
NO_BREAK: Final = "\u00a0"  # no-break space: inside « » and between a number and its unit
DEFAULT_ZONE: Final = "Europe/Paris"

_BEFORE_SIGN = re.compile(r" (?=[;:!?]|%(?!\())")
_INSIDE_QUOTES = re.compile(r"(?<=«) | (?=»)")
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:h|min|s|j|jours?|mois|ans?|Mo|€|pages?)\b|€)|(?<=\d h) (?=\d)")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_LOCALES: Final[Mapping[str, str]] = {"fr": "fr", "en": "en_GB"}
_TERM = re.compile(r"([+-]?)\s*(\d+)(y|min|m|d|h)")
_UNITS: Final[Mapping[str, Mapping[str, Any]]] = {
    "fr": {
        "y": ("an", "ans"),
        "m": ("mois", "mois"),
        "d": ("jour", "jours"),
        "h": ("heure", "heures"),
        "min": ("minute", "minutes"),
        "-": " moins ",
        "+": " et ",
        "0": "aussitôt",
    },
    "en": {
        "y": ("year", "years"),
        "m": ("month", "months"),
        "d": ("day", "days"),
        "h": ("hour", "hours"),
        "min": ("minute", "minutes"),
        "-": " less ",
        "+": " and ",
        "0": "at once",
    },
}


def french_spaces(text: str) -> str:
    """``text`` with the ordinary spaces of French typography made no-break; HTML and placeholders stay whole.

    Markup stays Markup, a plain string stays plain.
    """
    spaced = _THOUSANDS.sub(NARROW, str(text))
    spaced = _BEFORE_SIGN.sub(NARROW, spaced)
    spaced = _INSIDE_QUOTES.sub(NO_BREAK, spaced)
    spaced = _BEFORE_UNIT.sub(NO_BREAK, spaced)
    return Markup(spaced) if isinstance(text, Markup) else spaced  # noqa: S704 - only spaces changed


def french(text: str) -> str:
    """``text`` as French is set: no-break spaces and the curved apostrophe."""
    curved = _APOSTROPHE.sub("’", str(text))
    return french_spaces(Markup(curved) if isinstance(text, Markup) else curved)  # noqa: S704 - as given


def date(at: int, language: str, zone: str | None) -> str:
    """ "23 novembre 2026", "23 November 2026"."""
    return _date(at, language, zone, "d MMMM y")


def day(at: int, language: str, zone: str | None) -> str:
    """ "lundi 23 novembre à 10 h", "Monday 23 November at 10:00"."""
    joint = " à " if language == "fr" else " at "
    return _date(at, language, zone, "EEEE d MMMM") + joint + time(at, language, zone)


def moment(at: int, language: str, zone: str | None) -> str:
    """ "23 novembre 2026 à 10 h 05", "23 November 2026 at 10:05"."""
    joint = " à " if language == "fr" else " at "
    return date(at, language, zone) + joint + time(at, language, zone)


def time(at: int, language: str, zone: str | None) -> str:
    """ "10 h", "9 h 05", "10:00"; always of 24 hours."""
    local = datetime.fromtimestamp(at, _zone(zone))
    if language != "fr":
        return f"{local:%H:%M}"
    return NO_BREAK.join([str(local.hour), "h", f"{local:%M}"] if local.minute else [str(local.hour), "h"])


def duration(seconds: int, language: str) -> str:
    """ "45 min", "1 h", "1 h 30"; English "1 h 30 min". Full minutes; under one, "moins d’une minute"."""
    hours, minutes = divmod(seconds // 60, 60)
    if not hours and not minutes:
        return "moins d’une minute" if language == "fr" else "less than a minute"
    if not hours:
        return f"{minutes}{NO_BREAK}min"
    words = [str(hours), "h"]
    if minutes:
        words += [f"{minutes:02}"] if language == "fr" else [str(minutes), "min"]
    return NO_BREAK.join(words)


def zone_name(zone: str | None, language: str) -> str:
    """ "heure de Paris", "heure d’Athènes", "Paris time"."""
    city = get_timezone_location(_zone(zone), locale=language, return_city=True)
    if language != "fr":
        return f"{city} time"
    if city.startswith("Le "):
        return f"heure du {city[3:]}"
    return f"heure d’{city}" if city[0] in "AEIOUYÉÈÎÔ" else f"heure de {city}"


def money(amount: Decimal | str, language: str) -> str:
    """ "1 234,50 €", "€1,234.50"."""
    value = Decimal(amount)
    text = f"{abs(value):,.2f}"
    sign = "−" if value < 0 else ""
    if language != "fr":
        return f"{sign}€{text}"
    return f"{sign}{text.replace(',', NARROW).replace('.', ',')}{NO_BREAK}€"


def decimal(value: float, language: str) -> str:
    """ "2,5", "2.5", "0"; one digit after the sign, none where it is 0."""
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace(".", ",") if language == "fr" else text


def term(period: object, language: str) -> str:
    """A period of the register ("28d", "36m - 7d") in words: "28 jours", "3 ans moins 7 jours"."""
    units = _UNITS[language]
    words: list[str] = []
    for sign, number, unit in _TERM.findall(str(period)):
        count = int(number)
        if unit == "m" and count % 12 == 0:
            count, unit = count // 12, "y"
        joint = units[sign] if words else ""
        words.append(f"{joint}{count}{NO_BREAK}{units[unit][0 if count < 2 else 1]}")
    return units["0"] if words == [f"0{NO_BREAK}{units['d'][0]}"] else "".join(words)


def country(code: str, language: str) -> str:
    """The name of a country by its ISO 3166 code: "France", "United States"; the code itself when unknown."""
    name: str = Locale.parse(_LOCALES[language]).territories.get(code, code)
    return name


@cache
def zones() -> tuple[str, ...]:
    """The IANA names offered in a list: region and city, Europe first, then by name."""
    regions = (
        "Europe",
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Indian",
        "Pacific",
    )
    named = (name for name in available_timezones() if name.partition("/")[0] in regions)
    return tuple(sorted(named, key=lambda name: (not name.startswith("Europe/"), name)))


def _date(at: int, language: str, zone: str | None, pattern: str) -> str:
    local = datetime.fromtimestamp(at, _zone(zone)).date()
    text = format_date(local, pattern, locale=_LOCALES[language])
    if language == "fr":
        text = re.sub(r"(?<!\d)1 (?=\D)", "1er ", text, count=1)
        return re.sub(r"(\d|1er) (?=[a-zéû])", lambda found: f"{found[1]}{NO_BREAK}", text)
    return text


def _zone(name: str | None) -> tzinfo:
    """The zone called ``name``; Paris when there is none or nobody knows it (zones come and go with tzdata)."""
    try:
        return ZoneInfo(name or DEFAULT_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(DEFAULT_ZONE)


def _of_reader(write: Callable[[int, str, str | None], str]) -> Callable[..., str]:
    @pass_context
    def filtered(context: Context, at: int, zone: str | None = None) -> str:
        reader = context["reader"]
        return write(at, reader.language, zone or reader.timezone)

    return filtered


@pass_context
def _duration(context: Context, seconds: int) -> str:
    return duration(seconds, context["reader"].language)


@pass_context
def _money(context: Context, amount: Decimal | str) -> str:
    return money(amount, context["reader"].language)


@pass_context
def _decimal(context: Context, value: float) -> str:
    return decimal(value, context["reader"].language)


@pass_context
def _zone_name(context: Context, zone: str | None) -> str:
    return zone_name(zone, context["reader"].language)


def iso(at: int) -> str:
    """The machine-readable form for ``<time datetime>``: UTC, RFC 3339."""
    return f"{datetime.fromtimestamp(at, ZoneInfo('UTC')):%Y-%m-%dT%H:%M:%SZ}"


def _part(pattern: str) -> Callable[..., str]:
    """A filter that writes one part of a date, for a calendar leaf."""

    @pass_context
    def filtered(context: Context, at: int, zone: str | None = None) -> str:
        reader = context["reader"]
        local = datetime.fromtimestamp(at, _zone(zone or reader.timezone)).date()
        return format_date(local, pattern, locale=_LOCALES[reader.language])

    return filtered


@pass_context
def _term(context: Context, period: object) -> str:
    return term(period, context["reader"].language)


@pass_context
def _country(context: Context, code: str) -> str:
    return country(code, context["reader"].language)


@pass_context
def _minute_options(context: Context, lengths: Iterable[int]) -> list[tuple[int, str]]:
    """Lengths in minutes as the options of a list."""
    return [(length, duration(length * 60, context["reader"].language)) for length in lengths]


def _zone_options(names: Iterable[str]) -> list[tuple[str, str]]:
    """IANA names as the options of a list: the city first, for people type it to find it."""
    return [(name, f"{city} ({region})") for name in names for region, _, city in [_city(name).partition("/")]]


def _city(name: str) -> str:
    return name.replace("_", " ")


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "date": _of_reader(date),
    "datetime": _of_reader(moment),
    "day": _of_reader(day),
    "time": _of_reader(time),
    "duration": _duration,
    "money": _money,
    "decimal": _decimal,
    "zone_name": _zone_name,
    "weekday": _part("EEE"),
    "day_number": _part("d"),
    "month": _part("MMM"),
    "month_of_year": _part("LLLL y"),
    "term": _term,
    "country": _country,
    "minute_options": _minute_options,
    "zone_options": _zone_options,
    "iso": iso,
    "french": french,
}
