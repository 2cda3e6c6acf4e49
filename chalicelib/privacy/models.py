"""What the promise's own machinery stores."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral


class SweepMark(Ephemeral, discriminator="sweep_mark"):
    """``sweep`` / ``<store>``: every hour before ``hour`` (seconds since 1970) holds nothing due any more."""

    hour = NumberAttribute()


class CensusResult(Ephemeral, discriminator="census_result"):
    """``census`` / ``<table or bucket>``: what the last census counted there."""

    counted = NumberAttribute()
    late = NumberAttribute()
    oldest = NumberAttribute(null=True)
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
