"""What is stored of meetings: the customer's data, 28 days."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, Sealed, Usage


class Meeting(Usage, discriminator="meeting"):
    """``meeting#<id>`` / ``meeting``. ``sequence``: the iCalendar SEQUENCE, raised by each change people are told of."""

    title = UnicodeAttribute()
    host = UnicodeAttribute()
    company = UnicodeAttribute()
    timezone = UnicodeAttribute()
    sequence = NumberAttribute()
    created_at = NumberAttribute()
    cancelled_at = NumberAttribute(null=True)


class Occurrence(Usage, discriminator="occurrence"):
    """``occurrence#<id>`` / ``occurrence``: one date of a meeting; every meeting has at least one.

    Listed by host (``host#<account>``, by start) and by meeting (through `Meeting`'s partition, kind ``date``).
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
    reminded_at = NumberAttribute(null=True)


class Invitation(Usage, discriminator="invitation"):
    """``meeting#<id>`` / ``invitation#<id>``: a person invited. ``generation``: raised to void earlier links."""

    meeting = UnicodeAttribute()
    email = UnicodeAttribute()
    email_hash = UnicodeAttribute()
    name = UnicodeAttribute()
    generation = NumberAttribute()
    revoked_at = NumberAttribute(null=True)
    barred = BooleanAttribute(default=False)
    sequence = NumberAttribute()
    invited_at = NumberAttribute()
    reminded_at = NumberAttribute(null=True)


class Participant(Usage, discriminator="participant"):
    """``occurrence#<id>`` / ``participant#<id>``: a person at one occurrence. ``state``: waiting, admitted, refused,
    removed."""

    occurrence = UnicodeAttribute()
    first_name = UnicodeAttribute()
    name = UnicodeAttribute()
    role = UnicodeAttribute()
    state = UnicodeAttribute()
    invitation = UnicodeAttribute(null=True)
    account = UnicodeAttribute(null=True)
    asked_at = NumberAttribute()
    decided_at = NumberAttribute(null=True)
    connection = UnicodeAttribute(null=True)
    policy_version = UnicodeAttribute()


class ChatMessage(Usage, discriminator="chat_message"):
    """``occurrence#<id>`` / ``chat#<seq>``: a line said. Name and body are sealed with the occurrence's key."""

    occurrence = UnicodeAttribute()
    seq = NumberAttribute()
    participant = UnicodeAttribute()
    client_id = UnicodeAttribute()
    said_at = NumberAttribute()
    name = Sealed()
    body = Sealed()


class ChatReceipt(Usage, discriminator="chat_receipt"):
    """``occurrence#<id>`` / ``said#<participant>#<client id>``: this line was said already, under ``seq``."""

    seq = NumberAttribute()


class Interval(Usage, discriminator="interval"):
    """``occurrence#<id>`` / ``interval#<participant>#<connection>``: one connection's presence."""

    occurrence = UnicodeAttribute()
    participant = UnicodeAttribute()
    connection = UnicodeAttribute()
    since = NumberAttribute()
    until = NumberAttribute()
    open = BooleanAttribute()


class Pass(Ephemeral, discriminator="pass"):
    """``pass#<hash>`` / ``occurrence#<id>``: this browser is that participant of that occurrence."""

    occurrence = UnicodeAttribute()
    meeting = UnicodeAttribute()
    participant = UnicodeAttribute()
    invitation = UnicodeAttribute(null=True)
