"""What is stored of media workers, and what they tell of attendance."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, Usage


class Worker(Ephemeral, discriminator="worker"):
    """``worker#<id>`` / ``worker``: the last report. Listed by ``workers``."""

    incarnation = UnicodeAttribute()
    control = UnicodeAttribute()
    capacity = NumberAttribute()
    load = NumberAttribute()
    draining = BooleanAttribute()
    reported_at = NumberAttribute()


class Room(Ephemeral, discriminator="room"):
    """``room#<occurrence>`` / ``room``: which worker holds the occurrence, under which epoch. Listed by ``rooms``.

    ``ended``: the occurrence is over; no worker may hold it any more.
    """

    worker = UnicodeAttribute()
    incarnation = UnicodeAttribute()
    control = UnicodeAttribute()
    epoch = NumberAttribute()
    company = UnicodeAttribute()
    participants = NumberAttribute()
    ended = BooleanAttribute()

    @property
    def occurrence(self) -> str:
        """The occurrence's id."""
        return str(self.pk).partition("#")[2]


class Interval(Usage, discriminator="interval"):
    """``occurrence#<id>`` / ``interval#<participant>#<connection>``: one connection's presence, seconds since 1970."""

    occurrence = UnicodeAttribute()
    participant = UnicodeAttribute()
    connection = UnicodeAttribute()
    since = NumberAttribute()
    until = NumberAttribute()
    open = BooleanAttribute()
