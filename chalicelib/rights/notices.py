"""Recipients are told of a rectification, erasure or restriction (GDPR art. 19), from the recipients ledger.

A recipient that is an address is written to; our own subprocessors are told by the work itself and noted. The person
may ask for the list: it is in the request's history.
"""

from email_validator import EmailNotValidError, validate_email

from chalicelib import ledger
from chalicelib.errors import mark as _

from . import letters, steps
from .models import Request
from .rules import LABELS, Right


def tell(request: Request, controller: str | None) -> list[str]:
    """Tells every recipient the ledger names for this person and this controller. Returns who they are."""
    lines = [line for line in ledger.of(request.about) if line.controller == controller]
    recipients = sorted({line.recipient for line in lines if not line.what.startswith("request")})
    for recipient in recipients:
        if _is_address(recipient):
            _write(recipient, request)
        ledger.record("right", request.about, recipient, f"art. 19: {request.right}", controller)
        steps.note(request, "system", "recipient told", recipient)
    return recipients


def _write(recipient: str, request: Request) -> None:
    letters.write(
        recipient,
        None,
        lambda t, language: (
            t(_("Une donnée que vous avez reçue a changé")),
            t(_("Vous avez reçu des données de %(email)s. La personne a demandé : %(wish)s."))
            % {"email": request.about, "wish": t(LABELS[Right(request.right)])},
            t(_("Faites de même dans vos fichiers, sauf si cela est impossible (article 19 du RGPD).")),
        ),
        purpose="right_recipient",
    )


def _is_address(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
