"""The day's proof: its tombstones chained by hash, the end of the chain signed and published.

Of each group (a partition's tombstones of the day) the digest is ``g = H(group)``, then for each of its tombstones
``g = H(g + H(tombstone))``. Of the day it is ``h = H(previous head + day)``, then for each group ``h = H(h + g)``.
H is SHA-256 over bytes; groups and tombstones stand in the order of their keys. Published are the groups' digests and
the signed head: they say how much was erased, not what. tools/check_certificate.py does the same on its own.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chalicelib import clock, log, settings, storage
from chalicelib.errors import NotFound
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere
from chalicelib.storage.tombstones import Tombstone, day_of

from .models import DayHead, DayPage

FIRST = "0" * 64
"""What stands before the first day."""

GRACE = 900
"""Seconds after midnight UTC before a day is closed: a transaction begun before it is over by then."""

LOOK_BACK = 30
"""Days before today among which the very first day of the chain is looked for."""

PER_PAGE = 5_000


def digest(*parts: bytes) -> bytes:
    """SHA-256 of the parts one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def group_digest(group: str, leaves: Iterable[bytes]) -> bytes:
    """The digest of one group; ``leaves``: the SHA-256 of each of its tombstones."""
    value = digest(group.encode())
    for leaf in leaves:
        value = digest(value, leaf)
    return value


def leaf(tombstone: Tombstone) -> bytes:
    """The SHA-256 of a tombstone."""
    return digest(tombstone.content().encode())


def signed(day: str, head: str) -> bytes:
    """What the signature is over."""
    return f"iboo erasure proof\n{day}\n{head}\n".encode()


def close_days() -> list[str]:
    """Closes every day that is over and not closed yet, oldest first. Doing it twice is harmless."""
    last = last_head()
    today = date.fromisoformat(day_of(clock.now() - GRACE))
    first = date.fromisoformat(last.day) + timedelta(days=1) if last else today - timedelta(days=LOOK_BACK)
    closed: list[str] = []
    previous = last.head if last else FIRST
    for number in range((today - first).days):
        day = (first + timedelta(days=number)).isoformat()
        head = _close(day, previous, must=bool(last or closed))
        if head is not None:
            closed.append(day)
            previous = head
    log.info("proof_closed", days=len(closed))
    return closed


def last_head() -> DayHead | None:
    """The newest closed day."""
    return next(storage.query(DayHead, "heads", newest_first=True, limit=1), None)


def heads() -> list[DayHead]:
    """Every closed day that is kept, newest first."""
    return list(storage.query(DayHead, "heads", newest_first=True))


def published(day: str) -> dict[str, Any]:
    """What is published of a day. Raises `NotFound` for one that is not closed, or that nobody keeps any more."""
    head = storage.get(DayHead, "heads", day)
    if head is None:
        raise NotFound
    pages = storage.query(DayPage, f"pages#{day}")
    groups = [page.digests[at : at + 32].hex() for page in pages for at in range(0, len(page.digests), 32)]
    return {
        "day": day,
        "previous": head.previous,
        "groups": groups,
        "erasures": int(head.erasures),
        "head": head.head,
        "signature": head.signature,
        "public_key": head.public_key,
    }


def _close(day: str, previous: str, must: bool) -> str | None:
    """Closes one day; one without tombstones only if it ``must`` have a place in the chain."""
    counted = 0
    chain = digest(bytes.fromhex(previous), day.encode())
    digests: list[bytes] = []
    for group, tombstones in groupby(storage.query(Tombstone, f"tombstones#{day}"), key=lambda one: one.group):
        leaves = [leaf(tombstone) for tombstone in tombstones]
        counted += len(leaves)
        digests.append(group_digest(group, leaves))
        chain = digest(chain, digests[-1])
    if not digests and not must:
        return None
    pages = list(_pages(day, digests))
    for page in pages:
        _write(page)
    key = _key()
    head = DayHead(
        "heads",
        day,
        day=day,
        previous=previous,
        head=chain.hex(),
        signature=key.sign(signed(day, chain.hex())).hex(),
        public_key=_public(key),
        pages=len(pages),
        erasures=counted,
    )
    _write(head)
    return head.head


def _pages(day: str, digests: list[bytes]) -> Iterator[DayPage]:
    for number, start in enumerate(range(0, len(digests), PER_PAGE)):
        yield DayPage(f"pages#{day}", f"{number:05d}", digests=b"".join(digests[start : start + PER_PAGE]))


def _write(item: storage.Item) -> None:
    try:
        storage.create(item, {Event.COLLECTED: clock.now()})
    except AlreadyThere:
        log.info("proof_twice")  # another run closes the same day: it finds the same


def _key() -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(settings.get("PROOF_PRIVATE_KEY").encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise settings.SettingMissing("IBOO_PROOF_PRIVATE_KEY is no Ed25519 private key")
    return key


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()
