"""What is stored of choices."""

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, People


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


class Subscriber(People, discriminator="subscriber"):
    """``subscriber#<keyed hash of the e-mail>`` / ``subscriber``; listed by ``subscribers``.

    ``basis``: 6.1.a (asked, and confirmed) or 6.1.f (customer who did not refuse). ``text_hash``: of what they read.
    """

    email = UnicodeAttribute()
    language = UnicodeAttribute()
    basis = UnicodeAttribute()
    text_hash = UnicodeAttribute()
    since = NumberAttribute()


class NewsletterRequest(Ephemeral, discriminator="newsletter_request"):
    """``newsletter_request#<keyed hash of the e-mail>`` / ``request``: asked, not confirmed yet.

    ``channel``: form, confirmed by a link from a mail (``token_hash``); or sign-up, confirmed with the account.
    """

    email = UnicodeAttribute()
    language = UnicodeAttribute()
    text_hash = UnicodeAttribute()
    asked_at = NumberAttribute()
    token_hash = UnicodeAttribute(null=True)
    channel = UnicodeAttribute()


class Contact(People, discriminator="contact"):
    """``contact#<keyed hash of the e-mail>`` / ``contact``: whom our services may be offered to."""

    email = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    company = UnicodeAttribute(null=True)
    language = UnicodeAttribute()


class Suppression(People, discriminator="suppression"):
    """``suppression#<keyed hash of the e-mail>`` / ``suppression``: never to be written to again. No address."""

    channel = UnicodeAttribute()


class NewsletterIssue(People, discriminator="newsletter_issue"):
    """``newsletter_issue#<id>`` / ``issue``; listed by ``newsletter_issues``, the newest first written.

    ``state``: draft, sending, sent, stopped. ``segments``: to whom it goes (`chalicelib.consents.issues.SEGMENTS`).
    ``path``: the page of ours it leads to. ``cursor``: the last subscriber written to. ``busy_until``: a run of the
    schedule is at it.
    """

    title_fr = UnicodeAttribute()
    title_en = UnicodeAttribute()
    body_fr = UnicodeAttribute()
    body_en = UnicodeAttribute()
    path = UnicodeAttribute()
    state = UnicodeAttribute(default="draft")
    segments: ListAttribute[str] = ListAttribute(default=list)
    operator = UnicodeAttribute()
    written_at = NumberAttribute()
    begun_at = NumberAttribute(null=True)
    cursor = UnicodeAttribute(default="")
    busy_until = NumberAttribute(default=0)

    @property
    def id(self) -> str:
        """Without its kind."""
        return str(self.pk).partition("#")[2]
