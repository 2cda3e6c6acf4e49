"""A portable copy goes straight to another provider, by the signed address that provider gave the person."""

from collections.abc import Callable

from chalicelib import ledger
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _
from chalicelib.gateways import transfer

from . import packages, steps
from .models import Part, Request

WHO = _("Indiquez le nom de ce prestataire.")
LONGEST = 120


def push(
    request: Request, part: Part, provider: str, url: str, put: Callable[[str, bytes], None] | None = None
) -> None:
    """Hands the file over and notes the recipient. Raises `FormErrors`, `Gone`, `transfer.NotAccepted`."""
    name = " ".join(provider.split())[:LONGEST]
    if not name:
        raise FormErrors({"provider": WHO})
    if put is None:
        transfer.check(url)  # before a download is counted
    (put or transfer.put)(url, packages.take(request, part))
    ledger.record("export", request.about, name, "portability package")
    steps.note(request, "person", "pushed", name)
