"""Certificates of erasure: for a meeting whose time is up, for a person who had data erased.

A certificate holds the groups it speaks of and what had to stay; its lines are made from the tombstones when it is
read. It never says more than was checked: each line is deleted, unreadable (key destroyed), or kept until (ground).
"""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib import clock, keyed, settings, storage
from chalicelib.errors import NotFound
from chalicelib.register import ROWS, Words
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere
from chalicelib.storage.tombstones import Tombstone, group_of

from .models import Certificate, DayHead
from .packing import moment

Status = Literal["deleted", "unreadable (key destroyed)", "kept until"]

LABELS = {row.key: row.label for row in ROWS}
COPIES = Words("Toute copie de ce que la clé protégeait", "Every copy of what the key protected")

HOW = (
    "tools/check_certificate.py of the product's source checks this file on its own: it hashes each tombstone, folds "
    "them into the day's chain as published at the address of the day, and checks the signature of its head."
)


@dataclass(frozen=True)
class Kept:
    """What had to stay. ``until``: seconds; `None`: while the contract runs. ``ground``: article or clause."""

    row: str
    until: int | None
    ground: str


@dataclass(frozen=True)
class Line:
    """What became of one category. ``at``: of the last deletion, or until when it is kept; seconds."""

    row: str
    label: Words
    status: Status
    count: int
    at: int | None
    ground: str


def issue(
    asked: str,
    about: str,
    places: Iterable[str],
    kept: Iterable[Kept] = (),
    *,
    locators: Iterable[str] = (),
    customer: str | None = None,
    twice: str = "",
) -> str:
    """Issues a certificate and returns its id, by which whoever has it finds it: 80 random bits or a keyed hash.

    ``asked``: account, meeting or request. ``about``: an opaque id, never a name. ``places``: the partitions that
    were, or are being, erased; ``locators``: of the items, where others share those partitions. ``customer``: the
    company that finds it among its own. ``twice``: what it is about, when issuing it again must change nothing.
    """
    now = clock.now()
    identifier = keyed.opaque("certificate", twice) if twice else keyed.new_id()
    item = Certificate(
        f"certificate#{identifier}",
        "certificate",
        customer=customer,
        about=about,
        asked=asked,
        groups=[group_of(place) for place in dict.fromkeys(places)],
        locators=list(locators) or None,
        kept=[{"row": one.row, "until": one.until, "ground": one.ground} for one in kept],
        made_at=now,
    )
    if customer is not None:
        item.list_pk, item.list_sk = f"certificates#{customer}", f"{now:012d}#{identifier}"
    with suppress(AlreadyThere):
        storage.create(item, {Event.COLLECTED: now})
    return identifier


def find(identifier: str) -> Certificate:
    """The certificate. Raises `NotFound`."""
    found = storage.get(Certificate, f"certificate#{identifier}", "certificate")
    if found is None:
        raise NotFound
    return found


def of_customer(company: str) -> list[Certificate]:
    """A company's certificates, newest first."""
    return list(storage.listed(Certificate, f"certificates#{company}", newest_first=True))


def lines(certificate: Certificate) -> list[Line]:
    """What became of each category."""
    by_row: dict[str, list[Tombstone]] = defaultdict(list)
    for tombstone in _tombstones(certificate):
        if not certificate.locators or tombstone.locator in certificate.locators:
            by_row[tombstone.row_key].append(tombstone)
    found = [_line(row, tombstones) for row, tombstones in sorted(by_row.items())]
    return found + [
        Line(
            one["row"],
            LABELS[one["row"]],
            "kept until",
            0,
            None if one["until"] is None else int(one["until"]),
            one["ground"],
        )
        for one in (dict(entry) for entry in certificate.kept)
    ]


def content(certificate: Certificate) -> dict[str, Any]:
    """The certificate as JSON has it, with all that is needed to check it against the published days."""
    groups = _by_day(_tombstones(certificate))
    return {
        "certificate": certificate.id,
        "about": certificate.about,
        "asked": certificate.asked,
        "issued_at": moment(certificate.made_at),
        "read_at": moment(clock.now()),
        "lines": [_shown(line) for line in lines(certificate)],
        "groups": [
            {"day": day, "group": group, "tombstones": [tombstone.content() for tombstone in tombstones]}
            for (day, group), tombstones in groups.items()
        ],
        "days": {day: _day(day) for day in sorted({day for day, _ in groups})},
        "how_to_check": HOW,
    }


def _tombstones(certificate: Certificate) -> list[Tombstone]:
    """In the order of the chain."""
    found = (one for group in certificate.groups for one in storage.listed(Tombstone, f"group#{group}"))
    return sorted(found, key=lambda one: (one.day, one.sk))


def _by_day(tombstones: Iterable[Tombstone]) -> dict[tuple[str, str], list[Tombstone]]:
    groups: dict[tuple[str, str], list[Tombstone]] = defaultdict(list)
    for tombstone in tombstones:
        groups[tombstone.day, tombstone.group].append(tombstone)
    return groups


def _line(row: str, tombstones: list[Tombstone]) -> Line:
    last = max(int(one.done_at) for one in tombstones)
    if row == "data_key":
        return Line(row, COPIES, "unreadable (key destroyed)", len(tombstones), last, "")
    return Line(row, LABELS[row], "deleted", len(tombstones), last, "")


def _shown(line: Line) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "row": line.row,
        "label": {"fr": line.label.fr, "en": line.label.en},
        "status": line.status,
    }
    if line.status == "kept until":
        return shown | {"until": None if line.at is None else moment(line.at), "ground": line.ground}
    return shown | {"count": line.count, "at": None if line.at is None else moment(line.at)}


def _day(day: str) -> dict[str, str | None]:
    """Where the day is published, and its head once it is closed (after midnight UTC)."""
    head = storage.get(DayHead, "heads", day)
    return {"address": f"{settings.get('BASE_URL')}/proof/{day}", "head": head.head if head else None}
