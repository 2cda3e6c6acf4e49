"""The security log: who signed in, who failed to, who administered what. Apart from all else, and only added to.

People stand in it under opaque ids made with a key that lives for half a year and is then destroyed: from that day on
nobody can tell, from an account or an address, which lines are its own. IP addresses are kept here and nowhere else.
Six months (CNIL, délibération 2021-122).
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Final, Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from . import clock, keyed, log, storage
from .register import stores
from .register.events import Event
from .storage import Item, keys

Action = Literal[
    "sign_in",
    "sign_out",
    "password_changed",
    "password_reset",
    "email_changed",
    "account_opened",
    "account_closed",
    "member_invited",
    "member_removed",
    "role_given",
    "second_factor",
    "factor_changed",
    "factor_reset",
    "rules_changed",
    "owner_changed",
    "token_made",
    "token_revoked",
    "webhook_made",
    "webhook_removed",
    "console_act",
]
Outcome = Literal["done", "refused"]

NOBODY: Final = "-"


class Security(Item):
    """Base of the security log."""

    store = stores.SECURITY

    class Meta:
        table_name = "security"


class SecurityEvent(Security, discriminator="security_event"):
    """``events#<day>`` / ``<at>#<random>``. ``actor``, ``target``: opaque ids. ``address``: the visitor's IP."""

    action = UnicodeAttribute()
    outcome = UnicodeAttribute()
    actor = UnicodeAttribute()
    target = UnicodeAttribute(null=True)
    address = UnicodeAttribute()
    at = NumberAttribute()


def record(action: Action, outcome: Outcome, email: str, address: str, target: str = "") -> None:
    """One line. ``email``: of who acts; ``target``: of whom it is done to. A log that is away stops nobody's work."""
    now = clock.now()
    try:
        event = SecurityEvent(
            f"events#{datetime.fromtimestamp(now, UTC):%Y-%m-%d}",
            f"{now:012d}#{secrets.token_hex(6)}",
            action=action,
            outcome=outcome,
            actor=opaque(email) if email else NOBODY,
            target=opaque(target) if target else None,
            address=address,
            at=now,
        )
        storage.create(event, {Event.COLLECTED: now})
    except Exception as fault:  # told to the operator; the person goes on
        log.fault("seclog", fault, action=action)


def opaque(email: str) -> str:
    """Under which an address stands in the log during this half-year: 32 hex digits."""
    owner, until = period_of(clock.now())
    secret = keys.key_for(owner, until, None).secret
    return hmac.new(secret, keyed.email_hash(email).encode(), hashlib.sha256).hexdigest()[:32]


def period_of(at: int) -> tuple[str, int]:
    """The name of the half-year's key, and when it is destroyed: the first of January or July, 0:00 UTC."""
    day = datetime.fromtimestamp(at, UTC)
    half = 1 if day.month <= 6 else 2
    end = datetime(day.year, 7, 1, tzinfo=UTC) if half == 1 else datetime(day.year + 1, 1, 1, tzinfo=UTC)
    return f"seclog#{day.year}-{half}", int(end.timestamp())
