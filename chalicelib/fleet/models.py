"""What is stored of media workers, and what they tell of attendance."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, Usage


class Worker(Ephemeral, discriminator="worker"):
    """``worker#<id>`` / ``worker``: the last report. Listed by ``workers``.

    ``drain``: the incarnation that is to take no new room.
    """

    incarnation = UnicodeAttribute()
    control = UnicodeAttribute()
    capacity = NumberAttribute()
    load = NumberAttribute()
    draining = BooleanAttribute()
    reported_at = NumberAttribute()
    revision = NumberAttribute(default=0)
    drain = UnicodeAttribute(null=True)


class Room(Ephemeral, discriminator="room"):
    """``room#<occurrence>`` / ``room``: which worker holds the occurrence, under which epoch. Listed by ``rooms``.

    ``ended``: the occurrence is over; no worker may hold it any more. ``expected``: how many people are awaited.
    """

    worker = UnicodeAttribute()
    incarnation = UnicodeAttribute()
    control = UnicodeAttribute()
    epoch = NumberAttribute()
    company = UnicodeAttribute()
    participants = NumberAttribute()
    ended = BooleanAttribute()
    expected = NumberAttribute(default=0)

    @property
    def occurrence(self) -> str:
        """The occurrence's id."""
        return str(self.pk).partition("#")[2]


class Coming(Ephemeral, discriminator="coming"):
    """``coming`` / ``<minute since 1970>``: packets per second of the meetings that begin in that minute."""

    load = NumberAttribute()


class Interval(Usage, discriminator="interval"):
    """``occurrence#<id>`` / ``interval#<participant>#<connection>``: one connection's presence, seconds since 1970."""

    occurrence = UnicodeAttribute()
    participant = UnicodeAttribute()
    connection = UnicodeAttribute()
    since = NumberAttribute()
    until = NumberAttribute()
    open = BooleanAttribute()
