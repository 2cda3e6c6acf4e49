"""What is stored of media workers, and what they tell of attendance."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.signalling.quality import Quality
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
    """``occurrence#<id>`` / ``interval#<participant>#<connection>``: one connection's presence, seconds since 1970.

    From ``up_packets`` on: how the network carried it, as in `Quality`; missing where the worker didn't count.
    """

    occurrence = UnicodeAttribute()
    participant = UnicodeAttribute()
    connection = UnicodeAttribute()
    since = NumberAttribute()
    until = NumberAttribute()
    open = BooleanAttribute()
    up_packets = NumberAttribute(null=True)
    up_lost = NumberAttribute(null=True)
    down_packets = NumberAttribute(null=True)
    down_lost = NumberAttribute(null=True)
    paused = NumberAttribute(null=True)
    path_after = NumberAttribute(null=True)
    media_after = NumberAttribute(null=True)

    @property
    def quality(self) -> Quality | None:
        """How the network carried it, if known."""
        counted = self.up_packets is not None
        return self._quality() if counted else None

    def _quality(self) -> Quality:
        return Quality(
            up_packets=int(self.up_packets),
            up_lost=int(self.up_lost),
            down_packets=int(self.down_packets),
            down_lost=int(self.down_lost),
            paused=float(self.paused),
            path_after=float(self.path_after),
            media_after=None if self.media_after is None else float(self.media_after),
        )
