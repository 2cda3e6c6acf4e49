"""Features that open with a signed impact assessment only (GDPR art. 35): beside the ledger, any domain may ask.

Editions are written and signed in the officer's console: `chalicelib.rights.assessments`. On a laptop all are open.
"""

from typing import Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from . import settings, storage
from .errors import NotAllowed
from .errors import mark as _
from .storage import Rights

GATED: Final = ("recording", "transcription")


class Assessment(Rights, discriminator="dpia"):
    """``dpia#<feature>`` / ``edition#<n>``: listed by ``dpias``. Without a signed one the feature stays off."""

    feature = UnicodeAttribute()
    title = UnicodeAttribute()
    edition = NumberAttribute()
    measures = UnicodeAttribute()
    risk = UnicodeAttribute()
    signed_by = UnicodeAttribute(null=True)
    signed_at = NumberAttribute(null=True)
    closed_at = NumberAttribute(null=True)


def editions(feature: str) -> list[Assessment]:
    """Every edition, the oldest first."""
    return list(storage.query(Assessment, f"dpia#{feature}", "edition#"))


def is_open(feature: str) -> bool:
    """Whether the feature may be used: somebody signed its assessment, or it needs none."""
    return feature not in GATED or settings.get("STAGE") == "dev" or any(one.signed_at for one in editions(feature))


def require(feature: str) -> None:
    """Raises `NotAllowed` while the feature's assessment is not signed."""
    if not is_open(feature):
        raise NotAllowed(_("Cette fonction attend la signature de son analyse d’impact."))
