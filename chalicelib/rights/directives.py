"""After death (art. 85 LIL): directives, sealed and revocable; and what heirs may do."""

from collections.abc import Mapping

from chalicelib import clock, storage
from chalicelib.accounts.models import Account
from chalicelib.accounts.rules import email_address
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import keys
from chalicelib.storage.sealing import DataKey

from . import answering, steps
from .models import Directive, IdentityProof, Request
from .rules import Fate

WISHES = ("keep", "erase", "give")
HEIRS_MAY = ("settle", "digital", "close", "update")
"""What heirs may ask (art. 85 II LIL): settle the estate, receive digital goods, close the account, update it."""
HEIRS_MAY_NOT = _(
    "Les héritiers peuvent régler la succession, recevoir les biens numériques, fermer le compte ou le mettre à jour "
    "(article 85 de la loi Informatique et Libertés). Les échanges avec d’autres personnes n’en font pas partie."
)


def give(account: Account, form: Mapping[str, str]) -> Directive:
    """A new directive takes the place of the one before. Raises `FormErrors`."""
    wish, person, contact = (form.get(name, "").strip() for name in ("wish", "person", "contact"))
    wrong = {}
    if wish not in WISHES:
        wrong["wish"] = _("Choisissez ce qui doit arriver.")
    if not form.get("consent"):
        wrong["consent"] = _("Votre accord est nécessaire pour conserver ces directives.")
    if wish == "give" and not person:
        wrong["person"] = _("Indiquez à qui remettre vos données.")
    if contact:
        try:
            contact = email_address(contact)
        except ValueError:
            wrong["contact"] = _("Cette adresse e-mail n’est pas complète ou contient une erreur.")
    if wrong:
        raise FormErrors(wrong)
    revoke(account)
    now = clock.now()
    item = Directive(
        f"directive#{account.id}", f"{now:012d}#{len(_every(account))}", account=account.id, state="live", given_at=now
    )
    item.wish, item.person, item.contact = wish, person, contact
    storage.create(item, {}, key=_key(account.id))
    return item


def live(account: str) -> Directive | None:
    """The directive in force: the last one not revoked."""
    found = storage.query(Directive, f"directive#{account}", newest_first=True, key=_key(account))
    return next((item for item in found if item.state == "live"), None)


def revoke(account: Account) -> None:
    """No directive is in force any more; the clock of its end starts."""
    for item in _every(account):
        if item.state == "live":
            _end(item, "revoked")


def execute(request: Request, account: Account) -> list[Fate]:
    """Does what the deceased wished, on proof of death. Returns what became of each row. Raises `Conflict`."""
    directive = live(account.id)
    if directive is None or directive.wish != "erase":
        return []
    steps.note(request, "officer", "directive executed")
    _end(directive, "executed")
    return answering.closed(request, account)


def note_proof(request: Request, what: str, digest: str) -> None:
    """That a document (deed of death, deed of the notary) was seen: its kind and hash, for thirty days at most."""
    now = clock.now()
    storage.create(
        IdentityProof(f"proof#{request.id}", "proof", request=request.id, what=what, digest=digest),
        {Event.COLLECTED: now},
    )
    steps.note(request, "officer", "proof seen", what)


def heirs_may(action: str) -> bool:
    """Whether heirs may ask this without a directive that says so."""
    return action in HEIRS_MAY


def _every(account: Account) -> list[Directive]:
    return list(storage.query(Directive, f"directive#{account.id}"))


def _end(item: Directive, state: str) -> None:
    now = clock.now()
    storage.happened(item, Event.CLOSED, now, Directive.state.set(state), Directive.ended_at.set(now))


def _key(account: str) -> DataKey:
    return keys.standing_key(f"directive#{account}")
