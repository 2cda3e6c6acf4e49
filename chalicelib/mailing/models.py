"""What is stored of e-mails."""

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, People, Usage


class OutgoingMail(Ephemeral, discriminator="outgoing_mail"):
    """``mail#<thread>`` / ``<written at>#<id>``. ``message``: RFC 5322 bytes, gone once sent. ``state``: queued, sent,
    failed, returned, complained. Queued ones are listed under ``outbox`` by the time of the next attempt; sent ones
    that count (``tally``) under ``mailed#<id>``, unwanted ones under ``complaints``.
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
    tally = UnicodeAttribute(null=True)

    @property
    def id(self) -> str:
        """The opaque id in the key; it is the mark of the address to which reports on it come."""
        return str(self.sk).partition("#")[2]


class Delivery(Usage, discriminator="delivery"):
    """``meeting#<id>`` / ``delivery#<invitation>``: what became of the last mail to an invitee.

    ``state``: queued, sent, delayed, delivered, failed, complained. ``mail``: that mail's id, by which it is listed
    (``mailed#<id>``).
    """

    state = UnicodeAttribute()
    attempts = NumberAttribute()
    changed_at = NumberAttribute()
    reason = UnicodeAttribute(null=True)
    mail = UnicodeAttribute(null=True)


class MailTally(People, discriminator="mail_tally"):
    """``tally#<id>`` / ``tally``: what became of the mails of one sending, as numbers.

    ``queued``: written into the outbox; ``sent``, ``refused``: of those; ``returned``: of those sent. ``left``: people
    who left the list by a link of it. ``skipped``: not written to, because no purpose lives or the person objected.
    """

    queued = NumberAttribute(default=0)
    sent = NumberAttribute(default=0)
    refused = NumberAttribute(default=0)
    returned = NumberAttribute(default=0)
    left = NumberAttribute(default=0)
    skipped = NumberAttribute(default=0)
