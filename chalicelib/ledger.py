"""The recipients ledger: who received which data, when (GDPR art. 15 (1) c, art. 19).

It stands beside storage, so that every domain can write to it.
"""

import secrets

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from . import clock, keyed, storage
from .register.events import Event


class Disclosure(storage.Usage, discriminator="disclosure"):
    """One line. ``subject_hash``: keyed hash of the person's e-mail or id. ``row``: the category of data."""

    row_key = UnicodeAttribute()
    subject_hash = UnicodeAttribute()
    recipient = UnicodeAttribute()
    what = UnicodeAttribute()
    at = NumberAttribute()


def record(row: str, subject: str, recipient: str, what: str, controller: str | None = None) -> None:
    """``recipient`` received ``what`` of ``subject``'s data of the category ``row``."""
    now = clock.now()
    subject_hash = keyed.email_hash(subject)
    line = Disclosure(
        f"disclosures#{subject_hash}",
        f"{now:012d}#{secrets.token_hex(4)}",
        row_key=row,
        subject_hash=subject_hash,
        recipient=recipient,
        what=what,
        at=now,
    )
    storage.create(line, {Event.COLLECTED: now}, controller=controller)


def of(subject: str) -> list[Disclosure]:
    """Every line about a person, oldest first."""
    return list(storage.query(Disclosure, f"disclosures#{keyed.email_hash(subject)}"))
