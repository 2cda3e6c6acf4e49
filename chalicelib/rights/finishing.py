"""The way from a decision to a closed file: executed, the person told with reasons, closed."""

from collections.abc import Iterable

from chalicelib import clock, pages
from chalicelib.errors import mark as _
from chalicelib.pages import Language
from chalicelib.register import ROWS

from . import letters, links, proofs, steps
from .models import Part, Request
from .rules import Fate, Outcome, State, outcome_of

_LABELS = {row.key: row.label for row in ROWS}

SAID = {
    Outcome.GRANTED: _("Votre demande est satisfaite."),
    Outcome.PARTLY: _("Votre demande est satisfaite en partie."),
    Outcome.REFUSED: _("Votre demande est refusée."),
    Outcome.UNIDENTIFIED: _("Votre demande est close : nous n’avons pas pu vérifier qui la fait."),
}


def part_done(request: Request, part: Part) -> None:
    """A part is decided and carried out. Once all are, the person is told and the file is closed."""
    now = clock.now()
    steps.move(part, State.EXECUTED, Part.executed_at.set(now))
    steps.note(request, "system", "executed")
    _tell(request, part)
    all_parts = steps.parts(request)
    if any(one.state != State.EXECUTED for one in all_parts):
        return
    outcome = outcome_of(one.outcome or Outcome.PARTLY for one in all_parts)
    steps.move(request, State.DECIDED, Request.decided_at.set(now), Request.outcome.set(outcome.value))
    steps.move(request, State.EXECUTED)
    steps.move(request, State.TOLD)
    steps.settled(request, outcome.value)


def fate_lines(part: Part, language: Language) -> list[str]:
    """What happened to each row, a sentence each: erased, or kept until when and why."""
    fates = [Fate(one["row"], one["erased"], one["until"], one["ground"]) for one in part.fates or []]
    return [_line(fate, language, _("%(label)s : effacé.")) for fate in fates]


def plan_lines(plan: Iterable[Fate], language: Language) -> list[str]:
    """The same of what would happen."""
    return [_line(fate, language, _("%(label)s : sera effacé.")) for fate in plan]


def _line(fate: Fate, language: Language, erased: str) -> str:
    t = pages.translate(language)
    label = getattr(_LABELS[fate.row], language) if fate.row in _LABELS else fate.row
    if fate.erased:
        return t(erased) % {"label": label}
    why = t(fate.ground) if fate.ground else ""
    if fate.until:
        said = t(_("%(label)s : conservé jusqu’au %(date)s. %(why)s"))
        return said % {"label": label, "date": letters.day(fate.until, language), "why": why}
    return t(_("%(label)s : conservé. %(why)s")) % {"label": label, "why": why}


def _tell(request: Request, part: Part) -> None:
    outcome = Outcome(part.outcome or Outcome.PARTLY)
    letters.write(
        request.email,
        request.language,
        lambda t, language: (
            t(_("Réponse à votre demande")),
            t(SAID[outcome]),
            *([t(_("Réponse de %(company)s.")) % {"company": part.company_name}] if part.company_name else []),
            *([f"« {part.reason} »"] if part.reason else []),
            *fate_lines(part, language),
            *([f"{t(_('Certificat d’effacement'))} : {proofs.address(part)}"] if part.certificate else []),
            *([t(_("Votre fichier vous attend six jours, pour trois téléchargements."))] if part.package else []),
        ),
        link=links.url(request),
        action=_("Voir la réponse"),
        controller=part.company,
    )
