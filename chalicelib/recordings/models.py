"""What is stored of recordings: the customer's data, 28 days from the first second recorded (docs/recording.md)."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.storage import Ephemeral, Sealed, Usage


class Recording(Usage, discriminator="recording"):
    """``recording#<id>`` / ``recording``. Listed by ``recordings#<occurrence>``, in the order of asking.

    ``state``: asking (nobody has agreed yet), running, closing (stopped; the last segments are on their way), ready,
    incomplete (something is missing: ``missing`` segments at least), empty (nobody agreed). ``began_at``: the first
    second recorded, zero of the timeline and start of the clock. ``parts``: how many were begun. ``host``: the account
    that asked.
    """

    occurrence = UnicodeAttribute()
    meeting = UnicodeAttribute()
    host = UnicodeAttribute()
    company = UnicodeAttribute()
    state = UnicodeAttribute()
    text_hash = UnicodeAttribute()
    asked_at = NumberAttribute()
    began_at = NumberAttribute(null=True)
    ended_at = NumberAttribute(null=True)
    closed_at = NumberAttribute(null=True)
    parts = NumberAttribute(default=0)
    missing = NumberAttribute(default=0)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]


class Part(Usage, discriminator="recording_part"):
    """``recording#<id>`` / ``part#<n>``: what one worker writes, from taking the room to losing it.

    ``state``: offered (its worker has not heard of it yet), open, closed (nothing waits any more), lost (its worker is
    gone). ``waiting``: segments written and not
    yet stored. ``lost``: segments or stretches its worker knows to be missing. ``renewed_at``: its last report.
    """

    epoch = NumberAttribute()
    worker = UnicodeAttribute()
    incarnation = UnicodeAttribute()
    state = UnicodeAttribute()
    opened_at = NumberAttribute()
    renewed_at = NumberAttribute()
    waiting = NumberAttribute(default=0)
    lost = NumberAttribute(default=0)

    @property
    def number(self) -> int:
        """1, 2, 3 …"""
        return int(str(self.sk).partition("#")[2])


class Track(Usage, discriminator="recording_track"):
    """``recording#<id>`` / ``track#<id>``: one source of one person. Owner of its segments (`objects.owner_of`).

    ``source``: microphone, camera, screen, screen_sound. ``name``: on the tile, sealed with the track's own key.
    ``agreed_by``: of an encoder's, the participant who let it in.
    """

    participant = UnicodeAttribute()
    agreed_by = UnicodeAttribute(null=True)
    source = UnicodeAttribute()
    opened_at = NumberAttribute()
    name = Sealed()

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.sk).partition("#")[2]

    @property
    def owner(self) -> str:
        """The participant whose answer counts for it."""
        return str(self.agreed_by or self.participant)


class Decision(Usage, discriminator="recording_consent"):
    """``recording#<id>`` / ``consent#<participant>#<at, milliseconds>``: somebody agreed, refused or withdrew.

    ``text_hash``: of the words it was made on, kept as `chalicelib.consents.models.ConsentText`.
    """

    participant = UnicodeAttribute()
    granted = BooleanAttribute()
    text_hash = UnicodeAttribute()
    decided_at = NumberAttribute()


class File(Usage, discriminator="recording_file"):
    """``recording#<id>`` / ``file#<id>``: one file made of a recording, sealed under a key of its own. Owner of its
    chunks. Listed by ``recording_files`` until it is made or has failed.

    ``what``: meeting, person or voice (`signalling.composing.What`); ``about``: whose. ``participants``: everybody who
    is in it. ``state``: asked, running, ready, failed (``failure``: why). ``done``: per mille. ``length``: of the
    timeline, milliseconds. ``chunks``, ``bytes``: of the file. ``token_hash``: of what the job is known by.
    ``renewed_at``: its last sign of life. ``account``: who asked.
    """

    what = UnicodeAttribute()
    about = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    participants = UnicodeSetAttribute()
    account = UnicodeAttribute()
    asked_at = NumberAttribute()
    renewed_at = NumberAttribute()
    done = NumberAttribute(default=0)
    length = NumberAttribute()
    chunks = NumberAttribute(null=True)
    bytes = NumberAttribute(null=True)
    token_hash = UnicodeAttribute(null=True)
    failure = UnicodeAttribute(null=True)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.sk).partition("#")[2]

    @property
    def recording(self) -> str:
        """The recording's id."""
        return str(self.pk).partition("#")[2]


class Share(Usage, discriminator="recording_share"):
    """``recording#<id>`` / ``share#<account>``: this member of the company may watch it. Listed by
    ``shared#<account>``, in the order of asking."""

    recording = UnicodeAttribute()
    account = UnicodeAttribute()
    shared_at = NumberAttribute()


class Viewing(Ephemeral, discriminator="viewing"):
    """``recording#<id>`` / ``viewing#<id>``: somebody watches it, and has the keys of its segments. Listed by
    ``viewings#<account>``."""

    recording = UnicodeAttribute()
    account = UnicodeAttribute()

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.sk).partition("#")[2]


class Lease(Ephemeral, discriminator="recording_lease"):
    """``occurrence#<id>`` / ``recording``: this recording is asked or runs; ``closing#<id>``: it is not closed yet.
    Listed by ``recording_leases``.

    Renewed by the reports of the worker that holds the room; one that is not renewed blocks nothing.
    """

    recording = UnicodeAttribute()
    renewed_at = NumberAttribute()

    @property
    def occurrence(self) -> str:
        """The occurrence's id."""
        return str(self.pk).partition("#")[2]
