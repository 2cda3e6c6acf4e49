"""What is stored of requests, holds and freezes, decisions and directives."""

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

from chalicelib.storage import Ephemeral, Rights, Sealed


class Request(Rights, discriminator="right_request"):
    """``right#<id>`` / ``request``: a person exercises a right. Listed by ``rights#open`` in the order of due dates.

    ``door``: account, form, guest, mail. ``email``: where the person is written to; ``about``: the address concerned.
    ``meeting``, ``invitation``: of a guest's link. ``generation``: raised to void the person's link.
    """

    right = UnicodeAttribute()
    door = UnicodeAttribute()
    language = UnicodeAttribute()
    email = UnicodeAttribute()
    email_hash = UnicodeAttribute()
    about = UnicodeAttribute()
    account = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    words = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    received_at = NumberAttribute()
    due_at = NumberAttribute()
    extended_at = NumberAttribute(null=True)
    extension_reason = UnicodeAttribute(null=True)
    identity_reason = UnicodeAttribute(null=True)
    identity_asked_at = NumberAttribute(null=True)
    identity_method = UnicodeAttribute(null=True)
    identified_at = NumberAttribute(null=True)
    suspended_days = NumberAttribute(default=0)
    freeze = BooleanAttribute(default=False)
    generation = NumberAttribute(default=0)
    meeting = UnicodeAttribute(null=True)
    invitation = UnicodeAttribute(null=True)
    decided_at = NumberAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    closed_at = NumberAttribute(null=True)
    alerted = NumberAttribute(default=0)
    provider = UnicodeAttribute(null=True)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]


class Part(Rights, discriminator="right_part"):
    """``right#<id>`` / ``part#<n>``: what one controller answers for. ``company``: `None` where it is Iboo.

    Parts of a customer are listed by ``forwarded#<company>``. ``fates``: [{row, erased, until, ground}].
    """

    company = UnicodeAttribute(null=True)
    company_name = UnicodeAttribute(null=True)
    contact = UnicodeAttribute(null=True)
    meetings: ListAttribute[str] = ListAttribute(null=True)
    state = UnicodeAttribute()
    due_at = NumberAttribute()
    forwarded_at = NumberAttribute(null=True)
    reminded = NumberAttribute(default=0)
    decided_at = NumberAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    fates: ListAttribute[dict[str, Any]] = ListAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    executed_at = NumberAttribute(null=True)
    frozen_until = NumberAttribute(null=True)
    package = UnicodeAttribute(null=True)
    certificate = UnicodeAttribute(null=True)

    @property
    def number(self) -> str:
        """The part's number in its request."""
        return str(self.sk).partition("#")[2]


class Step(Rights, discriminator="right_step"):
    """``right#<id>`` / ``step#<at>#<id>``: what was done. ``actor``: person, customer, officer, system."""

    at = NumberAttribute()
    actor = UnicodeAttribute()
    what = UnicodeAttribute()
    note = UnicodeAttribute(null=True)


class Pointer(Rights, discriminator="right_pointer"):
    """``rights-of#<keyed hash of the address concerned>`` / ``<request>``: whose request it is."""

    at = NumberAttribute()


class IdentityCode(Ephemeral, discriminator="identity_code"):
    """``code#<request>`` / ``code``: keyed hash of the code sent, and how often a wrong one was given."""

    digest = UnicodeAttribute()
    tries = NumberAttribute()
    sent_at = NumberAttribute()


class IdentityProof(Ephemeral, discriminator="id_proof"):
    """``proof#<request>`` / ``proof``: that a document was shown. ``digest``: SHA-256 of what was seen."""

    request = UnicodeAttribute()
    what = UnicodeAttribute()
    digest = UnicodeAttribute()


class Directive(Rights, discriminator="directive"):
    """``directive#<account>`` / ``<given at>``: what shall become of an account after death.

    ``state``: live, revoked, executed. ``wish``: keep, erase or give; ``person``, ``contact``: whom to tell or give to.
    """

    account = UnicodeAttribute()
    state = UnicodeAttribute()
    given_at = NumberAttribute()
    ended_at = NumberAttribute(null=True)
    wish = Sealed()
    person = Sealed()
    contact = Sealed()


class LegalHold(Rights, discriminator="legal_hold"):
    """``hold#<number>`` / ``hold``: listed by ``holds``. ``places``: ["store|pk|sk"…]. ``moving``: partitions of
    recordings that are not moved whole under the hold's own key yet. ``state``: open, releasing, released.
    """

    number = UnicodeAttribute()
    reason = UnicodeAttribute()
    case = UnicodeAttribute()
    review_at = NumberAttribute()
    scope = UnicodeAttribute()
    places: ListAttribute[str] = ListAttribute()
    moving = UnicodeSetAttribute(null=True)
    opened_at = NumberAttribute()
    opened_by = UnicodeAttribute()
    closed_at = NumberAttribute(null=True)
    state = UnicodeAttribute()


class Freeze(Rights, discriminator="freeze"):
    """``freeze#<id>`` / ``freeze``: a restriction (art. 18). Listed by ``freezes``.

    ``lapses_at``: of a provisional one; ``lift_at``: announced to the person at ``told_at``.
    """

    request = UnicodeAttribute()
    reason = UnicodeAttribute()
    scope = UnicodeAttribute()
    places: ListAttribute[str] = ListAttribute()
    email = UnicodeAttribute()
    language = UnicodeAttribute()
    opened_at = NumberAttribute()
    lapses_at = NumberAttribute(null=True)
    told_at = NumberAttribute(null=True)
    lift_at = NumberAttribute(null=True)
    closed_at = NumberAttribute(null=True)
    state = UnicodeAttribute()

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]
