"""What stands in the place of a deleted item: which row, when, why, under keyed hashes, and nothing of its content.

Written in the same transaction as the deletion, so that there is none without the other. Rows of the published policy
and data keys leave one; what the service works with day by day does not. `chalicelib.privacy.proof` chains a day's
tombstones and signs the result.
"""

import json
import secrets
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib import clock, keyed
from chalicelib.register import row_of, stores
from chalicelib.register.events import Event

from .items import Item, stamp

PROVED_BESIDES = frozenset({"data_key"})
"""Kinds of working rows whose deletion is proved as well: it makes copies unreadable."""

DUE, ASKED = "due", "asked"
"""Why something was deleted: its time was up, or an act of the person or the customer."""


class Proof(Item):
    """Base of what proves, without content: a year."""

    store = stores.PROOF

    class Meta:
        table_name = "proof"


class Tombstone(Proof, discriminator="tombstone"):
    """``tombstones#<day>`` / ``<group>#<done at>#<random>``; listed by ``group#<group>``.

    ``group``: keyed hash of the item's partition, such as a meeting's. ``locator``: of the item itself. ``why``:
    `DUE`, `ASKED`, or the case. ``due``: when the item had to go at the latest, if that was known.
    """

    day = UnicodeAttribute()
    row_key = UnicodeAttribute()
    what = UnicodeAttribute()
    group = UnicodeAttribute()
    locator = UnicodeAttribute()
    why = UnicodeAttribute()
    due = NumberAttribute(null=True)
    done_at = NumberAttribute()

    def content(self) -> str:
        """What is hashed and shown: JSON with sorted keys and no spaces."""
        shown = {
            "day": self.day,
            "row": self.row_key,
            "what": self.what,
            "group": self.group,
            "locator": self.locator,
            "why": self.why,
            "due": None if self.due is None else int(self.due),
            "done_at": int(self.done_at),
        }
        return json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def group_of(pk: str) -> str:
    """Under which a partition's tombstones stand: 32 hex digits."""
    return keyed.opaque("group", pk)


def locator_of(kind: str, pk: str, sk: str) -> str:
    """Under which one item's tombstone stands: 32 hex digits."""
    return keyed.opaque("locator", "\0".join((kind, pk, sk)))


def day_of(at: int) -> str:
    """The day of a moment, UTC: "2026-12-21"."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


def for_item(kind: str, pk: str, sk: str, due: int | None, why: str) -> Tombstone | None:
    """The tombstone to be written with the deletion of an item; `None` when its row is not proved."""
    row = row_of(kind)
    if row.store is stores.PROOF or not (row.published or kind in PROVED_BESIDES):
        return None
    now = clock.now()
    group, day = group_of(pk), day_of(now)
    tombstone = Tombstone(
        f"tombstones#{day}",
        f"{group}#{now:012d}#{secrets.token_hex(6)}",
        day=day,
        row_key=row.key,
        what=kind,
        group=group,
        locator=locator_of(kind, pk, sk),
        why=why,
        due=due,
        done_at=now,
    )
    tombstone.list_pk, tombstone.list_sk = f"group#{group}", f"{now:012d}#{secrets.token_hex(6)}"
    stamp(tombstone, {Event.COLLECTED: now}, None, None, now)
    tombstone._get_connection()
    return tombstone
