"""Where things are kept. Stores are cut along retention class: recovery, expiry and rights follow it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Store:
    """A table or bucket.

    ``recovery_days``: how far back a deleted item could be restored from the store's own backup (0: not at all).
    ``archive``: read with a stated reason only, by a role of its own.
    ``retained``: production never deletes the store itself. ``browsers``: pages of ours fetch from it, by signed links.
    """

    key: str
    kind: Literal["table", "bucket"]
    recovery_days: int
    archive: bool = False
    retained: bool = True
    browsers: bool = False


EPHEMERAL = Store("ephemeral", "table", recovery_days=0, retained=False)
USAGE = Store("usage", "table", recovery_days=1)
KEYS = Store("keys", "table", recovery_days=0)
PEOPLE = Store("people", "table", recovery_days=7)
RIGHTS = Store("rights", "table", recovery_days=7)
PROOF = Store("proof", "table", recovery_days=7)
SECURITY = Store("security", "table", recovery_days=0)
CONTRACTS = Store("contracts", "table", recovery_days=7, archive=True)
PAYMENTS = Store("payments", "table", recovery_days=1, archive=True)
INVOICES = Store("invoices", "table", recovery_days=7)
EXPORTS = Store("exports", "bucket", recovery_days=0)
HOLDS = Store("holds", "bucket", recovery_days=0)
RECORDINGS = Store("recordings", "bucket", recovery_days=0, browsers=True)

STORES: tuple[Store, ...] = (
    EPHEMERAL,
    USAGE,
    KEYS,
    PEOPLE,
    RIGHTS,
    PROOF,
    SECURITY,
    CONTRACTS,
    PAYMENTS,
    INVOICES,
    EXPORTS,
    HOLDS,
    RECORDINGS,
)
