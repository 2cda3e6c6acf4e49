"""What is stored of the back office itself."""

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import People


class Incident(People, discriminator="incident"):
    """``incident#<id>`` / ``incident``, listed by ``incidents`` in the order of their beginning.

    ``part``: a key of `incidents.PARTS`. ``notes``: what was published, oldest first: [{at: seconds in digits, fr,
    en}].
    """

    part = UnicodeAttribute()
    begun_at = NumberAttribute()
    over_at = NumberAttribute(null=True)
    notes: ListAttribute[dict[str, str]] = ListAttribute()

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]
