"""What the register says in public: the policy's table, the cookies, where things stand today."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib import sessions
from chalicelib.register import ROWS, Row, Words
from chalicelib.register.common import NOBODY
from chalicelib.register.events import Event
from chalicelib.register.model import Basis
from chalicelib.register.period import Period

from . import census
from .models import CensusResult
from .sweep import TABLES, marks

DAY = 86_400


@dataclass(frozen=True)
class Line:
    """One line of the policy's table: a category of data, kept for one purpose.

    ``promise``: what is published as the longest; ``set``: what the software does.
    """

    label: Words
    purpose: Words
    basis: Basis
    start: Event
    promise: Period
    set: Period
    clause: str


@dataclass(frozen=True)
class PublishedCookie:
    """A cookie, for what, and how long: ``keep`` as in the register ("14d")."""

    name: str
    purpose: Words
    keep: str


@dataclass(frozen=True)
class Stock:
    """What is kept of one category today. ``suspended``: held or frozen. ``oldest``: when the first clock of the oldest
    item started; ``next``: when the next item is to go. Seconds; `None`: there is none, or nothing has a date.
    """

    label: Words
    counted: int
    late: int
    suspended: int
    oldest: int | None
    next: int | None


@dataclass(frozen=True)
class Today:
    """Where expiry stands. Times in seconds; `None`: not yet."""

    stocks: tuple[Stock, ...]
    swept_at: int | None
    counted_at: int | None


PURPOSES: dict[str, Words] = {
    sessions.SESSION: Words("vous garder connecté", "to keep you signed in"),
    sessions.PASS: Words("vous laisser revenir dans votre réunion", "to let you back into your meeting"),
    sessions.CSRF: Words("protéger les formulaires", "to protect forms"),
    sessions.CHOICE: Words("se rappeler votre choix sur les cookies", "to remember your choice on cookies"),
    sessions.LANGUAGE: Words("se rappeler la langue choisie", "to remember the language you chose"),
}

STARTS: dict[Event, Words] = {
    Event.COLLECTED: Words("le recueil", "collection"),
    Event.LAST_USE: Words("votre dernière utilisation", "your last use"),
    Event.MEETING_END: Words("la fin prévue de la réunion", "the planned end of the meeting"),
    Event.TERMINATED: Words("la fin du contrat", "the end of the contract"),
    Event.PROTECTED_UNTIL: Words("la dernière donnée protégée", "the last data protected"),
    Event.CONSENT_ENDED: Words("la fin de votre choix", "the end of your choice"),
    Event.YEAR_CLOSED: Words("la fin de l’année comptable", "the end of the accounting year"),
    Event.CLOSED: Words("la clôture du dossier", "the closing of the file"),
    Event.RENEWED: Words("le dernier signe de vie", "the last sign of life"),
}
"""What starts a clock, in the words of the policy's table."""

UNKNOWN = Words("Ce que le registre ne connaît pas", "What the register does not know")


def lines(rows: Iterable[Row] = ROWS) -> list[Line]:
    """The table of the policy: what it speaks of first, then what the service works with; personal data only."""
    shown = sorted((row for row in rows if row.subjects != NOBODY), key=lambda row: not row.published)
    return [
        Line(row.label, clock.purpose, clock.basis, clock.start, clock.promise, clock.keep, clock.clause)
        for row in shown
        for clock in row.clocks
    ]


def cookies() -> list[PublishedCookie]:
    """Every cookie Iboo sets."""
    return [PublishedCookie(name, PURPOSES[name], f"{life // DAY}d") for name, life in sessions.COOKIES.items()]


def today() -> Today:
    """What the last sweep and the last census left behind, a line per category that is stored at all."""
    swept = marks()
    results = census.by_category()
    stored = [row for row in ROWS if row.store is not None]
    found = [(row.label, results.get(row.key)) for row in sorted(stored, key=lambda row: not row.published)]
    if "unknown" in results:
        found.append((UNKNOWN, results["unknown"]))
    return Today(
        stocks=tuple(_stock(label, result) for label, result in found) if results else (),
        swept_at=min(swept.values()) if len(swept) == len(TABLES) else None,
        counted_at=min((int(result.at) for result in results.values()), default=None),
    )


def _stock(label: Words, result: CensusResult | None) -> Stock:
    if result is None:
        return Stock(label, 0, 0, 0, None, None)
    oldest, following = (None if at is None else int(at) for at in (result.oldest, result.next))
    return Stock(label, int(result.counted), int(result.late), int(result.suspended), oldest, following)
