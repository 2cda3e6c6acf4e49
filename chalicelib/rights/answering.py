"""What Iboo answers for itself: at once where no judgement is needed, by the data protection officer where one is."""

from collections.abc import Callable, Mapping

from chalicelib import clock, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Account
from chalicelib.consents import objections
from chalicelib.errors import mark as _
from chalicelib.privacy import export, own_data
from chalicelib.privacy.packing import pack

from . import erasing, finishing, freezes, guest_data, notices, own_file, packages, portability, proofs, steps
from .models import Part, Request
from .rules import Fate, Outcome, Right, State

NOTHING = _("Iboo ne conserve rien à cette adresse pour son propre compte.")
FROZEN_KINDS = ("account", "login", "company", "member", "subscription", "subscriber", "contact")
"""What a freeze of a customer covers. Sessions stay: the person may still sign in (R-FRZ-2)."""


def start(request: Request, part: Part) -> None:
    """Freezes first where that is asked; then answers what needs no judgement. The rest waits for the officer."""
    account = accounts.find(request.account, because="consent") if request.account else None
    if request.freeze and account is not None:
        freeze(request, account)
    answer = AT_ONCE.get(Right(request.right))
    if answer is not None:
        answer(request, part, account)
    elif account is None and Right(request.right) in NEEDS_ACCOUNT:
        decide(request, part, Outcome.GRANTED, [], NOTHING)


def freeze(request: Request, account: Account) -> None:
    """Freezes what Iboo keeps of a customer for itself."""
    found = own_data.of(account)
    items = [item for kind in FROZEN_KINDS for item in found.get(kind, [])]
    freezes.open_for(request, guest_data.places(items), "iboo")


def decide(
    request: Request, part: Part, outcome: Outcome, fates: list[Fate], reason: str, actor: str = "system"
) -> None:
    """Notes a decision that has been carried out, and tells."""
    steps.move(
        part,
        State.DECIDED,
        Part.decided_at.set(clock.now()),
        Part.outcome.set(outcome.value),
        Part.fates.set([fate.plain() for fate in fates]),
        Part.reason.set(reason),
    )
    steps.note(request, actor, f"decided:{outcome}", reason or None)
    finishing.part_done(request, part)


def erase(request: Request, part: Part, account: Account) -> None:
    """The person has seen the plan and confirms, the end of the contract included. Raises `Conflict`."""
    for freeze in freezes.of_account(account.id):
        freezes.end_with_decision(freeze)
    account = accounts.find(account.id) or account
    notices.tell(request, None)
    erased = erasing.erasable(account)
    fates = erasing.carry_out(account)
    proofs.certify(request, part, erased, fates)
    outcome = Outcome.PARTLY if any(not fate.erased for fate in fates) else Outcome.GRANTED
    decide(request, part, outcome, fates, "", "person")


def closed(request: Request, account: Account) -> list[Fate]:
    """Ends the account of a person who has died, as heirs may ask (art. 85 II 2° LIL)."""
    for freeze in freezes.of_account(account.id):
        freezes.end_with_decision(freeze)
    notices.tell(request, None)
    return erasing.carry_out(accounts.find(account.id) or account)


def _access(request: Request, part: Part, account: Account | None) -> None:
    if account is None:
        return decide(request, part, Outcome.GRANTED, [], NOTHING)
    content = pack(own_file.findings(account), export.words(account), clock.now())
    storage.update(part, Part.package.set(packages.keep(request, content)))
    return decide(request, part, Outcome.GRANTED, [], "")


def _portability(request: Request, part: Part, account: Account | None) -> None:
    if account is None:
        return decide(request, part, Outcome.GRANTED, [], NOTHING)
    content = portability.pack(export.findings(account), export.words(account), clock.now())
    storage.update(part, Part.package.set(packages.keep(request, content)))
    return decide(request, part, Outcome.GRANTED, [], "")


def _marketing(request: Request, part: Part, account: Account | None) -> None:
    """At once, without reasons, for good: the address is on the list of those who are left alone (art. 21 (2), (3))."""
    objections.oppose(request.about, request.door)
    decide(request, part, Outcome.GRANTED, [], "")


def _restriction(request: Request, part: Part, account: Account | None) -> None:
    if account is None:
        decide(request, part, Outcome.GRANTED, [], NOTHING)


AT_ONCE: Mapping[Right, Callable[[Request, Part, Account | None], None]] = {
    Right.ACCESS: _access,
    Right.PORTABILITY: _portability,
    Right.MARKETING: _marketing,
    Right.WITHDRAWAL: _marketing,
    Right.RESTRICTION: _restriction,
}
NEEDS_ACCOUNT = frozenset({Right.ERASURE, Right.RECTIFICATION})
