"""Where the customer is the controller: told at once, decides with one click, reminded. Iboo never decides."""

from chalicelib import clock, ledger, storage
from chalicelib.errors import Conflict, FormErrors
from chalicelib.errors import mark as _
from chalicelib.meetings import book, notes, scheduling
from chalicelib.meetings.models import BookEntry, NoteChange
from chalicelib.recordings import forgetting as recordings
from chalicelib.recordings.models import File, Track
from chalicelib.storage import Item
from chalicelib.storage.expiry import Place

from . import finishing, freezes, guest_data, guest_package, letters, links, notices, packages, proofs, steps
from .models import Part, Request
from .rules import DAY, LABELS, PROVISIONAL_FREEZE, REMIND_AFTER, Fate, Outcome, Right, State

REASON = _("Dites pourquoi vous refusez : la personne a le droit de le savoir.")
KEPT_BY_CUSTOMER = _("Le responsable a refusé :")


def start(request: Request, part: Part) -> None:
    """Tells the customer and the person, and freezes for a week what the person wants frozen."""
    if request.freeze:
        provisional = clock.now() + PROVISIONAL_FREEZE
        freezes.open_for(request, _places(request, part), _scope(part), lapses_at=provisional)
        storage.update(part, Part.frozen_until.set(provisional))
    _ask(request, part, _("Une personne exerce un droit sur une de vos réunions"))
    steps.note(request, "system", "forwarded", part.company_name)
    letters.write(
        request.email,
        request.language,
        lambda t, language: (
            t(_("Votre demande est transmise")),
            t(_("Transmise à %(company)s, responsable, le %(sent)s ; sa réponse est due le %(due)s."))
            % {
                "company": part.company_name,
                "sent": letters.day(part.forwarded_at or 0, language),
                "due": letters.day(part.due_at, language),
            },
            t(_("Iboo conserve ces données pour son compte et exécute sa décision ; nous ne décidons pas à sa place.")),
        ),
        link=links.url(request),
        action=_("Suivre ma demande"),
        controller=part.company,
    )


def open_of(company: str) -> list[tuple[Request, Part]]:
    """The forwarded parts of a customer that wait for its decision, by due date."""
    found = []
    for part in storage.listed(Part, f"forwarded#{company}"):
        request = steps.find(str(part.pk).partition("#")[2])
        if request is not None:
            found.append((request, part))
    return found


def instruct(request: Request, part: Part, decision: str, reason: str) -> None:
    """The customer's instruction, executed this instant. ``decision``: grant or refuse. Raises `Conflict`,
    `FormErrors`."""
    if part.state != State.FORWARDED:
        raise Conflict(_("Cette demande a déjà sa réponse."))
    if decision == "refuse":
        if not reason:
            raise FormErrors({"reason": REASON})
        _decided(request, part, Outcome.REFUSED, [_refused(part, reason)], reason)
    else:
        fates = _grant(request, part)
        _decided(request, part, Outcome.GRANTED, fates, reason)
    finishing.part_done(request, part)


def remind(request: Request, part: Part, now: int) -> bool:
    """Reminds the customer after 7, 14 and 21 days, once each. Whether a mail left."""
    passed = sum(now >= (part.forwarded_at or now) + days * DAY for days in REMIND_AFTER)
    if part.state != State.FORWARDED or passed <= part.reminded:
        return False
    storage.update(part, Part.reminded.set(passed))
    _ask(request, part, _("Rappel : une personne attend votre réponse"))
    steps.note(request, "system", f"reminder {passed}", part.company_name)
    return True


def _ask(request: Request, part: Part, title: str) -> None:
    if not part.contact:
        steps.note(request, "system", "no contact", part.company)
        return
    letters.write(
        part.contact,
        None,
        lambda t, language: (
            t(title),
            t(_("La demande : %(wish)s.")) % {"wish": t(LABELS[Right(request.right)])},
            t(_("Vous en êtes responsable. Répondez au plus tard le %(date)s : un clic exécute votre décision."))
            % {"date": letters.day(part.due_at, language)},
        ),
        link=links.part_url(request, part),
        action=_("Voir la demande et décider"),
        purpose="right_forwarded",
        controller=part.company,
    )
    ledger.record("right", request.about, part.company_name or "", "request forwarded", part.company)


def _grant(request: Request, part: Part) -> list[Fate]:
    """Does what was asked; what happened to each row."""
    found = _items(request, part)
    right = Right(request.right)
    if right in (Right.ERASURE, Right.OBJECTION):
        return _erase(request, part, found)
    if right is Right.RESTRICTION:
        return [Fate(row, False, None, "") for row in _rows(found)]
    if right in (Right.ACCESS, Right.PORTABILITY):
        storage.update(part, Part.package.set(packages.keep(request, guest_package.pack(found, part, clock.now()))))
    return []


def _erase(request: Request, part: Part, found: list[Item]) -> list[Fate]:
    for freeze in freezes.of_request(request, _scope(part)):
        freezes.end_with_decision(freeze)
    rows = _rows(found)
    unfrozen = _items(request, part)
    for item in unfrozen:
        if isinstance(item, NoteChange):
            notes.forget(scheduling.occurrence_of(item.occurrence), item)
        elif isinstance(item, BookEntry) and Right(request.right) is Right.OBJECTION:
            book.refuse(str(part.company), item.email)  # and is not entered again
        elif isinstance(item, File):
            recordings.erase_file(item, tell=True)
        elif not isinstance(item, Track):
            storage.delete(item)
    # Keys and segments with them; the rest of the recording stays.
    recordings.erase_tracks([item for item in unfrozen if isinstance(item, Track)])
    proofs.certify(request, part, [(item.kind_name, item.pk, item.sk) for item in unfrozen], ())
    notices.tell(request, part.company)
    return [Fate(row, True, clock.now(), "") for row in rows]


def _decided(request: Request, part: Part, outcome: Outcome, fates: list[Fate], reason: str) -> None:
    now = clock.now()
    steps.move(
        part,
        State.DECIDED,
        Part.decided_at.set(now),
        Part.outcome.set(outcome.value),
        Part.fates.set([fate.plain() for fate in fates]),
        Part.reason.set(reason),
        Part.list_pk.remove(),
        Part.list_sk.remove(),
    )
    steps.note(request, "customer", f"decided:{outcome}", reason or None)
    if outcome is Outcome.REFUSED or Right(request.right) is not Right.RESTRICTION:
        for freeze in freezes.of_request(request, _scope(part)):
            freezes.announce(freeze)


def _refused(part: Part, reason: str) -> Fate:
    return Fate("guest", False, None, reason)


def _rows(found: list[Item]) -> list[str]:
    return sorted({item.row.key for item in found})


def _items(request: Request, part: Part) -> list[Item]:
    return guest_data.items(part.meetings or [], request.email_hash, str(part.company or ""))


def _places(request: Request, part: Part) -> list[Place]:
    return guest_data.places(_items(request, part))


def _scope(part: Part) -> str:
    return f"customer {part.company}"
