"""What is stored of webhooks: addresses of customers' programs, and what they are told."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.storage import Ephemeral, People


class Webhook(People, discriminator="webhook"):
    """``company#<id>`` / ``webhook#<id>``. ``told``: of which events; ``generation``: raised for another secret;
    ``renewed_at``: when; ``paused_at``: since when it gets nothing, because it said that it is gone (410)."""

    identifier = UnicodeAttribute()
    company = UnicodeAttribute()
    url = UnicodeAttribute()
    told: UnicodeSetAttribute = UnicodeSetAttribute()
    generation = NumberAttribute(default=0)
    renewed_at = NumberAttribute(default=0)
    paused_at = NumberAttribute(null=True)


class Message(Ephemeral, discriminator="webhook_message"):
    """``webhook#<company>#<id>`` / ``<meeting>#<sequence>``. ``message``: its id for the receiver, whatever it is sent
    again; ``about``: the date or the recording; ``state``: queued, sent, failed; ``status``: of the last answer, 0
    without one. Queued ones are listed under ``webhooks`` by the time of the next attempt."""

    message = UnicodeAttribute()
    webhook = UnicodeAttribute()
    event = UnicodeAttribute()
    meeting = UnicodeAttribute()
    about = UnicodeAttribute()
    sequence = NumberAttribute()
    at = NumberAttribute()
    state = UnicodeAttribute()
    attempts = NumberAttribute()
    status = NumberAttribute(null=True)


class Count(Ephemeral, discriminator="webhook_count"):
    """``webhooks#<meeting>`` / ``count``: the number of the last message about a meeting."""

    number = NumberAttribute()
