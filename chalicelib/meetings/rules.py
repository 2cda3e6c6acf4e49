"""What holds of meetings. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.accounts.rules import Checked, first_name, last_name
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _

from . import addresses, series
from .addresses import Address, Pasted
from .series import Series
from .times import FARTHEST, LATE, LONGEST, NoSuchTime, starts_at

NO_ADDRESS = _("Ceci n’est pas une adresse e-mail : %(addresses)s")
LONGEST_TITLE = 120
LONGEST_WORD = 200
"""Characters of a host's word to who is refused."""
KEEPING = ("28d", "end", "none")
"""How long what is written is kept: 28 days; until the meeting ends; not at all, in the worker's memory only."""
LONGEST_MESSAGE = 4_000
MOST_AT_ONCE = 100
"""Addresses in one paste."""
LONGEST_PASTE = 20_000
"""Characters of a paste: so many addresses with the longest names. Reading takes time."""


@dataclass(frozen=True)
class Plan:
    """A meeting as a form asks for it. Times in seconds since 1970."""

    title: str
    starts_at: int
    ends_at: int
    timezone: str
    keep: str = "28d"
    """How long what is written is kept: one of `KEEPING`."""
    series: Series | None = None
    """If it comes again: then ``starts_at`` is the first of its dates."""


def read_plan(form: Mapping[str, str], now: int) -> Plan:
    """The meeting in a form's fields title, date, time, length (minutes), timezone, keep, and those of `series.read`.
    Raises `FormErrors`."""
    errors: dict[str, str] = {}
    title = " ".join(form.get("title", "").split())
    if not title:
        errors["title"] = _("Donnez un objet à la réunion.")
    elif len(title) > LONGEST_TITLE:
        errors["title"] = _("L’objet est trop long : 120 signes au plus.")
    elif not title.isprintable():
        errors["title"] = _("Ce champ contient des signes qui n’y ont pas leur place.")
    minutes = _minutes(form.get("length", ""), errors)
    start = _start(form, now, errors)
    keep = form.get("keep", KEEPING[0])
    if keep not in KEEPING:
        errors["keep"] = _("Choisissez combien de temps garder les messages.")
    again = series.read(form, start, form["timezone"], errors) if not errors else None
    if errors:
        raise FormErrors(errors)
    start = again.starts[0] if again else start
    return Plan(title, start, start + 60 * minutes, form["timezone"], keep, again)


def _minutes(length: str, errors: dict[str, str]) -> int:
    if len(length) <= 3 and length.isdecimal() and 5 <= int(length) <= LONGEST:
        return int(length)
    errors["length"] = _("Choisissez une durée entre 5 minutes et 12 heures.")
    return 0


def _start(form: Mapping[str, str], now: int, errors: dict[str, str]) -> int:
    try:
        start = starts_at(form.get("date", ""), form.get("time", ""), form.get("timezone", ""))
    except NoSuchTime:
        errors["time"] = _("Cette heure n’existe pas ce jour-là : les horloges avancent. Choisissez-en une autre.")
        return 0
    except ValueError as fault:
        if str(fault) == "zone":
            errors["timezone"] = _("Choisissez un fuseau horaire.")
        else:
            errors["date"] = _("Indiquez une date et une heure.")
        return 0
    if start < now - 60:
        errors["date"] = _("Cette date est passée.")
    elif start > now + FARTHEST:
        errors["date"] = _("Cette date est trop lointaine : un an au plus.")
    return start


def read_invitees(form: Mapping[str, str]) -> Pasted:
    """The people in a form's field invitees. Raises `FormErrors` naming what is no address, or when there are too
    many."""
    text = form.get("invitees", "")
    if len(text) > LONGEST_PASTE:
        raise FormErrors({"invitees": _("100 adresses au plus à la fois.")})
    pasted = addresses.read(text)
    if pasted.unreadable:
        shown = ", ".join(pasted.unreadable[:5])
        raise FormErrors({"invitees": NO_ADDRESS}, addresses=shown)
    if len(pasted.addresses) > MOST_AT_ONCE:
        raise FormErrors({"invitees": _("100 adresses au plus à la fois.")})
    return pasted


def invitees_of(people: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    """People to invite, of pairs of address and name: each once, in order. Raises `FormErrors` as `read_invitees`."""
    found: dict[str, Address] = {}
    for email, name in people:
        try:
            one = addresses.one(email.strip(), name)
        except ValueError as fault:
            raise FormErrors({"invitees": NO_ADDRESS}, addresses=email[:LONGEST_TITLE]) from fault
        found.setdefault(one.email.casefold(), one)
    return tuple(found.values())


def is_over(ends_at: int, ended_at: int | None, cancelled_at: int | None, now: int) -> bool:
    """Whether nobody can join any more."""
    return ended_at is not None or cancelled_at is not None or now > ends_at + LATE


def person_names(form: Mapping[str, str]) -> tuple[str, str]:
    """First name and name of a guest. Raises `FormErrors`."""
    checked = Checked(form)
    names = first_name(checked), last_name(checked)
    checked.done()
    return names
