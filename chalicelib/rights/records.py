"""What is stored of the officer's books: breaches, disclosures, subprocessors, assessments, and who may open them."""

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, Rights, Sealed


class Breach(Rights, discriminator="breach"):
    """``breach#<id>`` / ``breach``: listed by ``breaches``. ``state``: open, closed. ``risk``: none, risk, high.

    ``exception``: why people need not be told (art. 34 (3)): encrypted, removed, public.
    """

    title = UnicodeAttribute()
    aware_at = NumberAttribute()
    nature = UnicodeAttribute()
    categories = UnicodeAttribute()
    people = NumberAttribute()
    records = NumberAttribute()
    consequences = UnicodeAttribute()
    measures = UnicodeAttribute()
    risk = UnicodeAttribute()
    exception = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    notified_at = NumberAttribute(null=True)
    late_reason = UnicodeAttribute(null=True)
    closed_at = NumberAttribute(null=True)
    alerted = NumberAttribute(null=True)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]


class BreachNotice(Rights, discriminator="breach_notice"):
    """``breach#<id>`` / ``notice#<company>``: listed by ``breached#<company>`` once told."""

    company = UnicodeAttribute()
    company_name = UnicodeAttribute()
    contact = UnicodeAttribute()
    meetings: ListAttribute[str] = ListAttribute()
    told_at = NumberAttribute(null=True)
    phase = NumberAttribute(null=True)


class BreachPhase(Rights, discriminator="breach_phase"):
    """``breach#<id>`` / ``phase#<n>``: one notification to the CNIL. ``digest``: SHA-256 of what was sent."""

    at = NumberAttribute()
    number = NumberAttribute()
    late_reason = UnicodeAttribute(null=True)
    digest = UnicodeAttribute()


class Authority(Rights, discriminator="authority"):
    """``authority#<id>`` / ``authority``: one order, listed by ``authorities``. ``digest``: SHA-256 of the package."""

    authority = UnicodeAttribute()
    reference = UnicodeAttribute()
    ground = UnicodeAttribute()
    asked = UnicodeAttribute()
    given = UnicodeAttribute()
    decided_by = UnicodeAttribute()
    decided_at = NumberAttribute()
    meeting = UnicodeAttribute(null=True)
    digest = UnicodeAttribute()
    gag_until = NumberAttribute(null=True)
    told_at = NumberAttribute(null=True)
    closed_at = NumberAttribute(null=True)
    year = NumberAttribute()

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]


class Subprocessor(Rights, discriminator="subprocessor"):
    """``subprocessor#<name>`` / ``subprocessor``: listed by ``subprocessors``.

    ``state``: draft, announced, ended. Works for us from ``active_from``.
    """

    name = UnicodeAttribute()
    seat = UnicodeAttribute()
    parent = UnicodeAttribute()
    place = UnicodeAttribute()
    task = UnicodeAttribute()
    contract_digest = UnicodeAttribute(null=True)
    transfer_tool = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    announced_at = NumberAttribute(null=True)
    active_from = NumberAttribute(null=True)
    ended_at = NumberAttribute(null=True)

    @property
    def id(self) -> str:
        """The id in the key."""
        return str(self.pk).partition("#")[2]


class SubprocessorObjection(Rights, discriminator="subprocessor_objection"):
    """``subprocessor#<id>`` / ``objection#<company>``."""

    company = UnicodeAttribute()
    company_name = UnicodeAttribute()
    words = UnicodeAttribute()
    at = NumberAttribute()


class Signature(Rights, discriminator="signature"):
    """``signature#<row>`` / ``<hash of the choice>``: somebody responsible signed this choice of the register."""

    row_key = UnicodeAttribute()
    choice = UnicodeAttribute()
    signed_by = UnicodeAttribute()
    signed_at = NumberAttribute()


class Officer(Rights, discriminator="officer"):
    """``officer#<account>`` / ``officer``: this account may open the console. ``secret``: of the second factor.

    ``last_step``: the last time step whose code was used (RFC 6238, 5.2: once only).
    """

    role = UnicodeAttribute()
    granted_at = NumberAttribute()
    confirmed_at = NumberAttribute(null=True)
    last_step = NumberAttribute(default=0)
    secret = Sealed()


class ConsoleAccess(Rights, discriminator="console_access"):
    """``access#<officer>`` / ``<at>#<id>``: one look or act in the console. Listed by ``accesses``."""

    officer = UnicodeAttribute()
    what = UnicodeAttribute()
    at = NumberAttribute()


class ConsoleVisit(Ephemeral, discriminator="console_visit"):
    """``visit#<session>`` / ``visit``: this session gave the second factor."""

    officer = UnicodeAttribute()
    at = NumberAttribute()
