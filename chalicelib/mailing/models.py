"""What is stored of e-mails."""

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, Usage


class OutgoingMail(Ephemeral, discriminator="outgoing_mail"):
    """``mail#<thread>`` / ``<written at>#<id>``. ``message``: RFC 5322 bytes, gone once sent. ``state``: queued, sent,
    failed. Queued ones are listed under ``outbox`` by the time of the next attempt.
    """

    recipient = UnicodeAttribute(null=True)
    message = BinaryAttribute(legacy_encoding=False, null=True)
    state = UnicodeAttribute()
    attempts = NumberAttribute()
    next_attempt_at = NumberAttribute()
    thread = UnicodeAttribute()
    about_pk = UnicodeAttribute(null=True)
    about_sk = UnicodeAttribute(null=True)
    purpose = UnicodeAttribute()


class Delivery(Usage, discriminator="delivery"):
    """``meeting#<id>`` / ``delivery#<invitation>``: what became of the last mail to an invitee.

    ``state``: queued, sent, delayed, failed.
    """

    state = UnicodeAttribute()
    attempts = NumberAttribute()
    changed_at = NumberAttribute()
    reason = UnicodeAttribute(null=True)
