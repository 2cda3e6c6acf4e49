"""Who asks. Proof is asked on reasonable doubt only, with its reason, by a code to an address we know (art. 12 (6))."""

import secrets

from chalicelib import clock, keyed, storage
from chalicelib.errors import Conflict, FormErrors
from chalicelib.errors import mark as _
from chalicelib.register.events import Event

from . import deadlines, letters, links, steps
from .models import IdentityCode, IdentityProof, Request
from .rules import TRIES, Outcome, State

NEW_ADDRESS = _("La demande vient d’une autre adresse que celle qu’elle concerne.")
WRONG = _("Ce code n’est pas le bon.")
NO_CODE = _("Ce code n’est plus valable. Demandez-en un autre.")
DIGITS = 8


def ask(request: Request) -> None:
    """Sends a code to the address concerned. Where it is not the one that asks, that is a doubt, and stops the clock
    until the code is given."""
    if keyed.email_hash(request.email) != request.email_hash:
        doubt(request, NEW_ADDRESS)
    send_code(request)


def doubt(request: Request, reason: str) -> None:
    """Identity is asked for ``reason``, which the person reads. Raises `Conflict`."""
    now = clock.now()
    steps.move(request, State.IDENTITY_ASKED, Request.identity_reason.set(reason), Request.identity_asked_at.set(now))
    steps.note(request, "system", "identity asked", reason)
    letters.write(
        request.email,
        request.language,
        lambda t, language: (
            t(_("Une vérification avant de vous répondre")),
            t(reason),
            t(_("Un code vient de partir à l’adresse concernée. Aucune pièce d’identité n’est demandée.")),
        ),
        link=links.url(request),
        action=_("Donner le code"),
    )


def send_code(request: Request) -> None:
    """A fresh code to the address concerned; an earlier one is void, tries already made stay counted."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    old = storage.get(IdentityCode, f"code#{request.id}", "code")
    if old is not None:
        storage.delete(old)
    item = IdentityCode(
        f"code#{request.id}",
        "code",
        digest=_digest(request, code),
        tries=0 if old is None else old.tries,
        sent_at=clock.now(),
    )
    storage.create(item, {Event.COLLECTED: clock.now()})
    letters.write(
        request.about,
        request.language,
        lambda t, language: (
            t(_("Votre code")),
            t(_("Quelqu’un exerce un droit sur les données de cette adresse. Si c’est vous, voici le code : %(code)s"))
            % {"code": code},
            t(_("Si ce n’est pas vous, ne faites rien : sans ce code, rien ne sera communiqué ni effacé.")),
        ),
    )


def give_code(request: Request, code: str) -> bool:
    """Whether the code is right; the third wrong one closes the request as not identified.

    Raises `FormErrors`.
    """
    item = storage.get(IdentityCode, f"code#{request.id}", "code")
    if item is None:
        raise FormErrors({"code": NO_CODE})
    if keyed.same(item.digest, _digest(request, "".join(code.split()))):
        storage.delete(item)
        return True
    storage.update(item, IdentityCode.tries.add(1), always=True)
    if item.tries < TRIES:
        raise FormErrors({"code": WRONG})
    storage.delete(item)
    if request.state in (State.RECEIVED, State.IDENTITY_ASKED):
        _unidentified(request)
    return False


def settled(request: Request, method: str) -> None:
    """Identity is known by ``method``; days in which it was awaited are added to the time to answer."""
    if request.identified_at:
        raise Conflict
    now = clock.now()
    asked = request.identity_asked_at
    days = (deadlines.day_of(now) - deadlines.day_of(int(asked))).days if asked else 0
    due_at = deadlines.answer_due(int(request.received_at), suspended_days=days)
    storage.update(
        request,
        Request.identity_method.set(method),
        Request.identified_at.set(now),
        Request.suspended_days.set(days),
        Request.due_at.set(due_at),
        Request.list_sk.set(steps.place(request, due_at)),
    )
    steps.note(request, "person", f"identified:{method}")
    proof = storage.get(IdentityProof, f"proof#{request.id}", "proof")
    if proof is not None:
        storage.delete(proof)  # at the decision; what stays is the method and the moment


def awaited_days(request: Request, now: int) -> int:
    """Days for which the clock has been or is suspended."""
    if request.identified_at or not request.identity_asked_at:
        return int(request.suspended_days)
    return (deadlines.day_of(now) - deadlines.day_of(int(request.identity_asked_at))).days


def _unidentified(request: Request) -> None:
    steps.note(request, "person", "not identified")
    steps.settled(request, Outcome.UNIDENTIFIED)
    letters.write(
        request.email,
        request.language,
        lambda t, language: (
            t(_("Nous ne pouvons pas répondre à votre demande")),
            t(_("Trois codes faux ont été donnés : nous ne savons pas si ces données sont les vôtres (article 12.6).")),
            t(_("Rien n’a été communiqué ni effacé. Vous pouvez faire une nouvelle demande.")),
        ),
        link=links.url(request),
        action=_("Suivre ma demande"),
    )


def _digest(request: Request, code: str) -> str:
    return keyed.opaque("identity code", f"{request.id}/{code}")
