"""The certificate of what was erased on request: for the person and for the customer."""

from collections.abc import Iterable, Sequence

from chalicelib import settings, storage
from chalicelib.privacy import certificates
from chalicelib.privacy.certificates import Kept
from chalicelib.storage.tombstones import locator_of

from .models import Part, Request
from .rules import Fate


def certify(request: Request, part: Part, erased: Sequence[tuple[str, str, str]], fates: Iterable[Fate]) -> None:
    """Issues it and notes its address with the part. ``erased``: kind and primary key of each item."""
    kept = [Kept(fate.row, fate.until, fate.ground) for fate in fates if not fate.erased]
    identifier = certificates.issue(
        "request",
        f"right {request.id}",
        [pk for _kind, pk, _sk in erased],
        kept,
        locators=[locator_of(*one) for one in erased],
        customer=part.company,
    )
    storage.update(part, Part.certificate.set(identifier))


def address(part: Part) -> str:
    """Where the certificate is read and checked; empty when there is none."""
    return f"{settings.get('BASE_URL')}/certificates/{part.certificate}" if part.certificate else ""
