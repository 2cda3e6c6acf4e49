"""Who may do what in a company: one table. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from chalicelib.errors import mark as _

OWNER: Final = "owner"
ADMINISTRATOR: Final = "administrator"
BILLING: Final = "billing"
PRIVACY: Final = "privacy"
MEMBER: Final = "member"

ROLES: Final = (OWNER, ADMINISTRATOR, BILLING, PRIVACY, MEMBER)
GIVEN: Final = (MEMBER, ADMINISTRATOR, BILLING, PRIVACY)
"""What a colleague can be made; owner one becomes by being handed the company."""

FORMER_ADMIN: Final = "admin"
"""How administrators stand in accounts, memberships and invitations written before there were more than two roles."""


class Power(StrEnum):
    """What somebody may do beyond holding meetings, which every member does."""

    MEMBERS = "members"
    """Invite, remove, give another role, reset a lost second factor."""
    RULES = "rules"
    """The company's name and contact, and the rules all its meetings and members follow."""
    PAY = "pay"
    """Subscription, seats, payment, invoices."""
    DATA = "data"
    """What the company answers for as controller: guests' requests, subprocessors, taking data along, erasing it."""
    USAGE = "usage"
    """How much the company meets, in numbers."""
    CONNECT = "connect"
    """Let the company's own programs act: tokens, webhooks."""
    OWN = "own"
    """Hand the company over."""


POWERS: Final[Mapping[str, frozenset[Power]]] = {
    OWNER: frozenset(Power),
    ADMINISTRATOR: frozenset({Power.MEMBERS, Power.RULES, Power.PAY, Power.DATA, Power.USAGE, Power.CONNECT}),
    BILLING: frozenset({Power.PAY, Power.USAGE}),
    PRIVACY: frozenset({Power.DATA}),
    MEMBER: frozenset(),
}

NAMES: Final[Mapping[str, str]] = {
    OWNER: _("Propriétaire"),
    ADMINISTRATOR: _("Administration"),
    BILLING: _("Facturation"),
    PRIVACY: _("Contact données personnelles"),
    MEMBER: _("Membre"),
}
WORDS: Final[Mapping[Power, str]] = {
    Power.MEMBERS: _("Inviter et retirer des membres, changer leur rôle"),
    Power.RULES: _("Modifier l’entreprise et ses règles"),
    Power.PAY: _("Abonnement, places, factures"),
    Power.DATA: _("Demandes des invités, sous-traitants, effacement"),
    Power.USAGE: _("Voir l’usage en chiffres"),
    Power.CONNECT: _("Relier d’autres programmes"),
    Power.OWN: _("Transmettre l’entreprise"),
}


def known(stored: str) -> str:
    """The role a stored word stands for; a member for a word nobody knows."""
    role = ADMINISTRATOR if stored == FORMER_ADMIN else stored
    return role if role in POWERS else MEMBER


def may(stored: str, power: Power) -> bool:
    """Whether who has this role has this power."""
    return power in POWERS[known(stored)]


def may_touch(stored: str, other: str) -> bool:
    """Whether who has this role may remove, or give another role to, a colleague with the role ``other``."""
    return may(stored, Power.MEMBERS) and known(other) != OWNER
