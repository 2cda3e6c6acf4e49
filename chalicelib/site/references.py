"""Customers who let themselves be named: shown while the permission stands, gone the moment it is withdrawn."""

import base64
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from chalicelib import clock, storage
from chalicelib.billing import days
from chalicelib.errors import NotFound
from chalicelib.pages import Language
from chalicelib.register.events import Event
from chalicelib.register.face import REFERENCE
from chalicelib.storage import Frozen

from .models import Logo, Reference

LIST: Final = "references"
MOST_SHOWN: Final = 8
"""On the home page, the newest permissions first."""


@dataclass(frozen=True)
class Permission:
    """Who let us name the company: name and function; the day (ISO 8601); how, and where the writing lies."""

    by: str
    on: str
    proof: str


@dataclass(frozen=True)
class Named:
    """A customer as the home page shows it. ``logo``: the address of a picture, with the picture in it."""

    company: str
    words: str
    logo: str
    width: int
    height: int


def add(company: str, words: dict[Language, str], logo: Logo, permission: Permission, operator: str) -> Reference:
    """Names a customer from now on. Three years after the permission it goes by itself."""
    now = clock.now()
    identifier = secrets.token_hex(6)
    item = Reference(
        f"reference#{identifier}",
        "reference",
        company=company,
        words_fr=words["fr"],
        words_en=words["en"],
        permitted_by=permission.by,
        permitted_on=permission.on,
        proof=permission.proof,
        logo=logo.content,
        logo_type=logo.media_type,
        logo_size=f"{logo.width}x{logo.height}",
        operator=operator,
        since=now,
    )
    item.list_pk, item.list_sk = LIST, f"{now:012d}#{identifier}"
    storage.create(item, {Event.COLLECTED: given_at(permission.on)})
    return item


def given_at(day: str) -> int:
    """Noon UTC of a day, seconds. Raises `ValueError`."""
    return int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp())


def still_good(day: str) -> bool:
    """Whether a permission of that day (not one to come) would stand now. Raises `ValueError` for no day."""
    now = clock.now()
    kept = [period.keep.after(given_at(day)) for period in REFERENCE.clocks]
    return date.fromisoformat(day) <= days.today() and all(now < end for end in kept)


def every() -> list[Reference]:
    """All that stand, the newest first."""
    return list(storage.listed(Reference, LIST, newest_first=True))


def withdraw(identifier: str) -> None:
    """The permission is taken back: nothing of it is left. Raises `NotFound`."""
    item = storage.get(Reference, f"reference#{identifier}", "reference", because="consent")
    if item is None:
        raise NotFound
    storage.delete(item)


def shown(language: Language) -> list[Named]:
    """What the home page shows. Each is looked up itself: the list may lag behind a withdrawal."""
    found = []
    for listed in storage.listed(Reference, LIST, newest_first=True, limit=MOST_SHOWN):
        with suppress(Frozen):
            item = storage.get(Reference, listed.pk, "reference")
            if item is not None:
                found.append(_named(item, language))
    return found


def picture(item: Reference) -> str:
    """The address of a logo that holds the logo itself: nothing more is fetched, and it goes with its page."""
    return f"data:{item.logo_type};base64,{base64.b64encode(item.logo).decode()}"


def _named(item: Reference, language: Language) -> Named:
    width, height = map(int, item.logo_size.split("x"))
    return Named(item.company, item.words_en if language == "en" else item.words_fr, picture(item), width, height)
