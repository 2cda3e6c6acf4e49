"""What is stored of customers: accounts, companies, members, contracts."""

from pynamodb.attributes import BooleanAttribute, ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.storage import Ephemeral, People, Sealed


class Account(People, discriminator="account"):
    """``account#<id>`` / ``account``.

    ``role``: one of `roles.ROLES`. ``sessions_since``: sessions opened before are void. ``feed_since``: since when the
    calendar to subscribe to is on; ``feed_generation``: raised to void earlier addresses of it.
    """

    email = UnicodeAttribute()
    first_name = UnicodeAttribute()
    name = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    company = UnicodeAttribute()
    role = UnicodeAttribute()
    language = UnicodeAttribute()
    timezone = UnicodeAttribute()
    verified_at = NumberAttribute()
    created_at = NumberAttribute()
    sessions_since = NumberAttribute(default=0)
    policy_version = UnicodeAttribute()
    feed_since = NumberAttribute(null=True)
    feed_generation = NumberAttribute(default=0)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]


class Login(People, discriminator="login"):
    """``login#<keyed hash of the e-mail>`` / ``login``: one address, one account."""

    account = UnicodeAttribute()


class Company(People, discriminator="company"):
    """``company#<id>`` / ``company``. ``frames``: origins of the sites that may show its meetings in their pages."""

    name = UnicodeAttribute()
    privacy_contact = UnicodeAttribute()
    created_at = NumberAttribute()
    frames: ListAttribute[str] = ListAttribute(null=True)

    @property
    def id(self) -> str:
        """The opaque id in the key."""
        return str(self.pk).partition("#")[2]


class Member(People, discriminator="member"):
    """``company#<id>`` / ``member#<account>``."""

    account = UnicodeAttribute()
    role = UnicodeAttribute()
    joined_at = NumberAttribute()


class Subscription(People, discriminator="subscription"):
    """``company#<id>`` / ``subscription``. ``plan``: a key of `rules.PLANS`; ``until``: when meetings are over.

    The rest is empty for a trial, and otherwise a term as `chalicelib.billing` understands it. ``period``: months;
    ``anchor``, ``told``, ``debited``: days, ISO 8601; ``next``: JSON. ``invitations``: how many a day an operator
    allows, until ``invitations_until``, where the plan allows fewer.
    """

    plan = UnicodeAttribute()
    since = NumberAttribute()
    until = NumberAttribute(null=True)
    seats = NumberAttribute(null=True)
    period = NumberAttribute(null=True)
    anchor = UnicodeAttribute(null=True)
    number = NumberAttribute(null=True)
    next = UnicodeAttribute(null=True)
    ending = BooleanAttribute(null=True)
    prepaid = BooleanAttribute(null=True)
    told = UnicodeAttribute(null=True)
    debited = UnicodeAttribute(null=True)
    invitations = NumberAttribute(null=True)
    invitations_until = NumberAttribute(null=True)


class Suspension(People, discriminator="suspension"):
    """``company#<id>`` / ``suspension``: an operator has closed the company's rooms. ``cause``: the words its owner and
    administrators were told."""

    since = NumberAttribute()
    cause = UnicodeAttribute()


class Federation(People, discriminator="federation"):
    """``company#<id>`` / ``federation``: the company's own identity provider. ``secret``: by which we name ourselves
    to it."""

    issuer = UnicodeAttribute()
    client_id = UnicodeAttribute()
    changed_at = NumberAttribute()
    secret = Sealed()


class Contract(People, discriminator="contract"):
    """``company#<id>`` / ``contract#<accepted at>``, or ``…#<reference>`` of an order. ``documents``: [{name, version,
    sha256}]. Of an order: ``offer`` and ``billing`` in words, ``term``: its days (ISO 8601, the second exclusive)."""

    company = UnicodeAttribute()
    account = UnicodeAttribute()
    company_name = UnicodeAttribute()
    signatory = UnicodeAttribute()
    signatory_email = UnicodeAttribute()
    documents: ListAttribute[dict[str, str]] = ListAttribute()
    accepted_at = NumberAttribute()
    offer = UnicodeAttribute(null=True)
    term = UnicodeAttribute(null=True)
    billing = UnicodeAttribute(null=True)


class SignUp(Ephemeral, discriminator="signup"):
    """``link#<token hash>`` / ``signup``: a registration whose address is not verified yet.

    ``browser``: keyed hash of the browser that asked for it.
    """

    email = UnicodeAttribute()
    first_name = UnicodeAttribute()
    name = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    company_name = UnicodeAttribute()
    privacy_contact = UnicodeAttribute()
    documents: ListAttribute[dict[str, str]] = ListAttribute()
    language = UnicodeAttribute()
    timezone = UnicodeAttribute()
    accepted_at = NumberAttribute()
    policy_version = UnicodeAttribute()
    browser = UnicodeAttribute()


class OneTimeLink(Ephemeral, discriminator="one_time_link"):
    """``link#<token hash>`` / ``once``; listed by ``links#<account>``.

    ``purpose``: reset or change_email. ``email``: the address the mail went to.
    """

    purpose = UnicodeAttribute()
    account = UnicodeAttribute()
    email = UnicodeAttribute()


class MemberInvitation(Ephemeral, discriminator="member_invitation"):
    """``link#<token hash>`` / ``member``; listed by ``invited#<company>``."""

    company = UnicodeAttribute()
    company_name = UnicodeAttribute()
    email = UnicodeAttribute()
    role = UnicodeAttribute()
    invited_by = UnicodeAttribute()

    @property
    def id(self) -> str:
        """By which the company's page speaks of it; says nothing of the token."""
        return str(self.pk).partition("#")[2][:16]
