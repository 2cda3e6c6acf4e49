"""What is stored of meetings: the customer's data, 28 days."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.signalling.standing import HOSTING, ROLES, SLOTS, Standing
from chalicelib.storage import Ephemeral, People, Sealed, Usage


class Meeting(Usage, discriminator="meeting"):
    """``meeting#<id>`` / ``meeting``.

    ``sequence``: the iCalendar SEQUENCE, raised by each change that people are told of. Of a series: its ``rule``
    (RFC 5545, with COUNT), the moment of its first date, the ``length`` of each in seconds, and ``gaps``: the dates
    left out, in seconds since 1970 with spaces between. ``shared_at``: since when the shared link works;
    ``shared_generation``: raised to void earlier ones.
    """

    title = UnicodeAttribute()
    host = UnicodeAttribute()
    company = UnicodeAttribute()
    timezone = UnicodeAttribute()
    sequence = NumberAttribute()
    created_at = NumberAttribute()
    cancelled_at = NumberAttribute(null=True)
    rule = UnicodeAttribute(null=True)
    first_at = NumberAttribute(null=True)
    length = NumberAttribute(null=True)
    gaps = UnicodeAttribute(null=True)
    shared_at = NumberAttribute(null=True)
    shared_generation = NumberAttribute(default=0)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]

    @property
    def left_out(self) -> tuple[int, ...]:
        """The dates of the series that were cancelled one by one."""
        return tuple(int(gap) for gap in (self.gaps or "").split())


class Occurrence(Usage, discriminator="occurrence"):
    """``meeting#<id>`` / ``occurrence#<n>``: one date of a meeting; every meeting has at least one.

    Listed by ``host#<account>``, in the order of their ends. ``keep``: how long what is written is kept, see
    `rules.KEEPING`. ``open_invited``, ``open_company``: who comes in without waiting; ``locked``: for now, nobody new.
    ``host_told_at``: when the absent host was told by mail that somebody waits. ``recording``: on which everybody is
    asked now. ``planned_at``: where the rule of its series has it; nothing else is in the calendars' files.
    ``sequence``: the meeting's when its time was last changed: answers to an earlier one were to another time.
    """

    meeting = UnicodeAttribute()
    title = UnicodeAttribute()
    host = UnicodeAttribute()
    company = UnicodeAttribute()
    timezone = UnicodeAttribute()
    starts_at = NumberAttribute()
    ends_at = NumberAttribute()
    started_at = NumberAttribute(null=True)
    ended_at = NumberAttribute(null=True)
    cancelled_at = NumberAttribute(null=True)
    recording = UnicodeAttribute(null=True)
    keep = UnicodeAttribute(default="28d")
    open_invited = BooleanAttribute(default=False)
    open_company = BooleanAttribute(default=False)
    locked = BooleanAttribute(default=False)
    host_told_at = NumberAttribute(null=True)
    planned_at = NumberAttribute(null=True)
    sequence = NumberAttribute(default=0)

    @property
    def number(self) -> int:
        """Which date of the meeting it is, from 1; they stay in the order of their time."""
        return int(str(self.sk).partition("#")[2])

    @property
    def id(self) -> str:
        """``<meeting>-<n>``: what rooms, passes and addresses name."""
        return f"{self.meeting}-{self.number}"

    @property
    def page(self) -> str:
        """What the addresses of its host's pages name: the meeting, and which of its dates."""
        return str(self.meeting) if self.planned_at is None else self.id

    @property
    def partition(self) -> str:
        """Where its participants, messages and attendance are."""
        return f"occurrence#{self.id}"

    @property
    def talk_key(self) -> str:
        """Whose key seals what is written: one of its own where that is forgotten with the end of the meeting."""
        return self.partition if self.keep == "28d" else f"{self.partition}#talk"


class JoinTrouble(Usage, discriminator="join_trouble"):
    """``troubles#<company>`` / ``<day>#<code>``: how often its rooms could not be entered. ``code``: of the error."""

    times = NumberAttribute()

    @property
    def day(self) -> str:
        """ISO 8601, UTC."""
        return str(self.sk).partition("#")[0]

    @property
    def code(self) -> str:
        """Of the error people met."""
        return str(self.sk).partition("#")[2]


class Reminder(Usage, discriminator="reminder"):
    """``meeting#<id>`` / ``reminder#1``: of the next date, whose ``number`` it says. Listed by ``reminders`` until the
    last is sent."""

    meeting = UnicodeAttribute()
    remind_at = NumberAttribute()
    number = NumberAttribute(default=1)


class MeetingRole(Usage, discriminator="meeting_role"):
    """``meeting#<id>`` / ``role#<account>``: a colleague of the host, listed by ``roles#<account>``.

    ``plans``: planned it for the host and may change it; ``cohosts``: comes in as co-host.
    """

    meeting = UnicodeAttribute()
    account = UnicodeAttribute()
    plans = BooleanAttribute(default=False)
    cohosts = BooleanAttribute(default=False)


class Invitation(Usage, discriminator="invitation"):
    """``meeting#<id>`` / ``invitation#<id>``: a person invited. ``generation``: raised to void earlier links."""

    meeting = UnicodeAttribute()
    email = UnicodeAttribute()
    email_hash = UnicodeAttribute()
    name = UnicodeAttribute()
    generation = NumberAttribute()
    revoked_at = NumberAttribute(null=True)
    sequence = NumberAttribute()
    invited_at = NumberAttribute()
    reminded_at = NumberAttribute(null=True)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.sk).partition("#")[2]


class Reply(Usage, discriminator="reply"):
    """``meeting#<id>`` / ``reply#<invitation>#<about>``: what somebody's calendar answered.

    ``about``: ``all``, or the date of a series (where its rule has it, seconds since 1970). ``answer``: accepted,
    declined, tentative. ``sequence``: of the invitation that is answered; ``stamped_at``: when it was written.
    """

    invitation = UnicodeAttribute()
    about = UnicodeAttribute()
    answer = UnicodeAttribute()
    sequence = NumberAttribute()
    stamped_at = NumberAttribute()
    answered_at = NumberAttribute()


class BookEntry(People, discriminator="book_entry"):
    """``book#<company>`` / ``entry#<keyed hash of the address>``: an address a company keeps, listed by
    ``booked#<hash>``. ``refused``: the person objected; then there is neither address nor name."""

    email = UnicodeAttribute()
    name = UnicodeAttribute()
    refused = BooleanAttribute(default=False)

    @property
    def id(self) -> str:
        """The hash in the key."""
        return str(self.sk).partition("#")[2]


class Participant(Usage, discriminator="participant"):
    """``occurrence#<id>`` / ``participant#<id>``: a person at one occurrence.

    ``role``: host, cohost or guest. ``state``: waiting, admitted, refused, removed. ``holder``: hash of the pass that
    may act for this participant (guests). ``seen_at``: last sign of life in the waiting room. ``refusal``: the host's
    word to who was refused. ``held``: send slots a host stopped, with spaces between; ``hand_at``: since when the hand
    is up; ``revision`` counts changes of role, held and hand, ``changed_at`` is when the last one was. Colleagues of
    the host who came by their account are listed by ``attends#<account>``. ``recording_answered``: the recording on
    which this person has decided; ``recorded_until``: when what was recorded of them is erased.
    ``by_link``: came by the shared link.
    ``let_in_by``: the participant who made an encoder's pass, and answers for what it sends.
    """

    occurrence = UnicodeAttribute()
    first_name = UnicodeAttribute()
    name = UnicodeAttribute()
    role = UnicodeAttribute()
    state = UnicodeAttribute()
    invitation = UnicodeAttribute(null=True)
    account = UnicodeAttribute(null=True)
    asked_at = NumberAttribute()
    decided_at = NumberAttribute(null=True)
    seen_at = NumberAttribute()
    holder = UnicodeAttribute(null=True)
    policy_version = UnicodeAttribute()
    recording_answered = UnicodeAttribute(null=True)
    recorded_until = NumberAttribute(null=True)
    let_in_by = UnicodeAttribute(null=True)
    revision = NumberAttribute(default=0)
    held = UnicodeAttribute(null=True)
    hand_at = NumberAttribute(null=True)
    changed_at = NumberAttribute(null=True)
    refusal = UnicodeAttribute(null=True)
    by_link = BooleanAttribute(default=False)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.sk).partition("#")[2]

    @property
    def standing(self) -> Standing:
        """Where this person stands in the room."""
        held = tuple(SLOTS[slot] for slot in (self.held or "").split())
        return Standing(int(self.revision), ROLES[self.role], held, float(self.hand_at or 0))

    @property
    def hosts(self) -> bool:
        """Whether this person admits and moderates."""
        return self.role in HOSTING and self.state == "admitted"

    @property
    def is_encoder(self) -> bool:
        """An encoder or a player: a participant without a person."""
        return not self.account and not self.invitation and not self.by_link

    @property
    def shown_name(self) -> str:
        """First name and name, as on the tile."""
        return f"{self.first_name} {self.name}".strip()


class ChatMessage(Usage, discriminator="chat_message"):
    """``occurrence#<id>`` / ``chat#<seq>``: a line said. Name and body are sealed with the occurrence's key.

    ``reply``: number of the line it answers.
    """

    occurrence = UnicodeAttribute()
    seq = NumberAttribute()
    participant = UnicodeAttribute()
    client_id = UnicodeAttribute()
    said_at = NumberAttribute()
    reply = NumberAttribute(null=True)
    name = Sealed()
    body = Sealed()


class ChatReceipt(Usage, discriminator="chat_receipt"):
    """``occurrence#<id>`` / ``said#<participant>#<client id>``: this line was said already, under ``seq``."""

    seq = NumberAttribute()


class NoteChange(Usage, discriminator="note_change"):
    """``occurrence#<id>`` / ``note#<participant>#<client>#<number>``: what a page typed into the notes.

    ``client``, ``number``: the page it was typed in, and the how manieth of that page. ``body``: an update of Yjs in
    base64, sealed with the occurrence's key. ``participant`` is empty where a person's words were taken out.
    """

    occurrence = UnicodeAttribute()
    participant = UnicodeAttribute()
    client = NumberAttribute()
    number = NumberAttribute()
    written_at = NumberAttribute()
    body = Sealed()


class Rating(Usage, discriminator="rating"):
    """``occurrence#<id>`` / ``rating#<participant>``: how good sound and picture were, 1 to 5."""

    occurrence = UnicodeAttribute()
    participant = UnicodeAttribute()
    score = NumberAttribute()
    at = NumberAttribute()


class Save(Usage, discriminator="save"):
    """``occurrence#<id>`` / ``save#<time>#<id>``: a file of the meeting that its organiser saved.

    Listed by ``saves#<account>``. ``name``: of who saved it, as the others know them.
    """

    occurrence = UnicodeAttribute()
    what = UnicodeAttribute()
    account = UnicodeAttribute()
    name = UnicodeAttribute()
    at = NumberAttribute()


class Pass(Ephemeral, discriminator="pass"):
    """``pass#<hash>`` / ``occurrence#<id>``: this browser is that participant of that occurrence."""

    occurrence = UnicodeAttribute()
    meeting = UnicodeAttribute()
    participant = UnicodeAttribute()
    invitation = UnicodeAttribute(null=True)
