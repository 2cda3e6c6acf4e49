"""What the promise's own machinery stores."""

from typing import Any

from pynamodb.attributes import BinaryAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, People
from chalicelib.storage.tombstones import Proof


class SweepMark(Ephemeral, discriminator="sweep_mark"):
    """``sweep`` / ``<store>``: every hour before ``hour`` (seconds since 1970) holds nothing due any more."""

    hour = NumberAttribute()


class CensusResult(Ephemeral, discriminator="census_result"):
    """``census`` / ``<table, bucket, index or log group>``, ``census-rows`` / ``<row of the register>``: what the last
    census counted there. As `chalicelib.storage.counting.Count`.
    """

    counted = NumberAttribute()
    late = NumberAttribute()
    suspended = NumberAttribute(default=0)
    oldest = NumberAttribute(null=True)
    next = NumberAttribute(null=True)
    at = NumberAttribute()


class Package(Ephemeral, discriminator="package"):
    """``packages#<account>`` / ``<made at>#<id>``: a person's copy of their data. ``digest``: SHA-256 of the ZIP.

    ``ready_at``, ``object`` and ``digest`` stay empty until the file lies in the bucket.
    """

    account = UnicodeAttribute()
    object = UnicodeAttribute(null=True)
    digest = UnicodeAttribute(null=True)
    downloads = NumberAttribute()
    ready_at = NumberAttribute(null=True)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.sk).partition("#")[2]


class DayHead(Proof, discriminator="day_head"):
    """``heads`` / ``<day>``: the signed end of a day's chain. ``previous``, ``head``: SHA-256, hex.

    ``erasures``: tombstones in it; ``pages``: how many `DayPage` hold the digests of its groups.
    """

    day = UnicodeAttribute()
    previous = UnicodeAttribute()
    head = UnicodeAttribute()
    signature = UnicodeAttribute()
    public_key = UnicodeAttribute()
    pages = NumberAttribute()
    erasures = NumberAttribute()


class DayPage(Proof, discriminator="day_page"):
    """``pages#<day>`` / ``<number>``: digests of groups, 32 bytes each, in the order of the chain."""

    digests = BinaryAttribute(legacy_encoding=False)


class Certificate(Proof, discriminator="certificate"):
    """``certificate#<id>`` / ``certificate``; of a customer, listed by ``certificates#<company>``.

    ``about``: an opaque id, such as a meeting's. ``asked``: a word, why it was issued. ``groups``: keyed hashes of
    the partitions it speaks of; ``locators``: of the items in them, when it speaks of some only. ``kept``: [{row,
    until, ground}], what had to stay.
    """

    customer = UnicodeAttribute(null=True)
    about = UnicodeAttribute()
    asked = UnicodeAttribute()
    groups: ListAttribute[str] = ListAttribute()
    locators: ListAttribute[str] = ListAttribute(null=True)
    kept: ListAttribute[dict[str, Any]] = ListAttribute()
    made_at = NumberAttribute()

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]


class Notice(People, discriminator="notice"):
    """``notice#<account>`` / ``<what>``: something this person was told once: ``policy#2``, ``inactive#<last use>``."""

    account = UnicodeAttribute()
    what = UnicodeAttribute()
    at = NumberAttribute()
