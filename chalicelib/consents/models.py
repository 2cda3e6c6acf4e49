"""What is stored of choices."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import People


class Consent(People, discriminator="consent"):
    """``consent#<random id or keyed hash>`` / ``<purpose>#<asked at>``: one choice on one purpose. No IP address.

    ``text_hash``: of the words it was made on (`ConsentText`). ``channel``: banner, panel, form, mail, account.
    ``confirmed_at``: of a second opt-in. ``ended_at``: withdrawn, or replaced by a later choice.
    """

    purpose = UnicodeAttribute()
    granted = BooleanAttribute()
    text_hash = UnicodeAttribute()
    channel = UnicodeAttribute()
    asked_at = NumberAttribute()
    confirmed_at = NumberAttribute(null=True)
    ended_at = NumberAttribute(null=True)
    policy_version = UnicodeAttribute()


class ConsentText(People, discriminator="consent_text"):
    """``consent_text#<SHA-256>`` / ``text``: the words people chose on, in both languages."""

    words = UnicodeAttribute()
