"""What is stored of who writes to us."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.storage import People


class Ticket(People, discriminator="ticket"):
    """``ticket#<reference>`` / ``ticket``; listed by ``tickets`` while open, of an account by ``tickets#<account>``
    once closed.

    ``topic``: a key of `actions.TOPICS`, or `actions.REPORT`. ``moved_at``: of the last word from either side. Of a
    report: ``category``, a key of `reports.CATEGORIES`; ``about``: the occurrence it is about, when it is known;
    ``email``: perhaps none.
    """

    topic = UnicodeAttribute()
    category = UnicodeAttribute(null=True)
    about = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    company = UnicodeAttribute(null=True)
    body = UnicodeAttribute()
    language = UnicodeAttribute()
    account = UnicodeAttribute(null=True)
    asked_at = NumberAttribute()
    moved_at = NumberAttribute()
    closed_at = NumberAttribute(null=True)

    @property
    def reference(self) -> str:
        """By which both sides speak of it."""
        return str(self.pk).partition("#")[2]


class TicketAnswer(People, discriminator="ticket_answer"):
    """``ticket#<reference>`` / ``answer#<at>``: what we answered."""

    body = UnicodeAttribute()
    at = NumberAttribute()
