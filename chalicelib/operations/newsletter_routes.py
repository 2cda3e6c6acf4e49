"""The newsletter's editor: write in both languages, see it as a mail, send it to whom the law lets us write."""

from collections.abc import Mapping
from typing import Any

from chalicelib import findable
from chalicelib.accounts.answers import again, said
from chalicelib.consents import issues, newsletter
from chalicelib.consents.issues import Draft
from chalicelib.consents.models import NewsletterIssue
from chalicelib.doors import Answer, Door, Page, Redirect, Request, Text
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.mailing import tallies
from chalicelib.pages import Language
from chalicelib.register import Words
from chalicelib.rights.console import for_operators

from .frame import NOT_SO

routes = Door(__name__)

HOME = "/console/newsletter"
LONGEST_TITLE = 120
LONGEST_BODY = 6_000

NO_TITLE = _("Donnez un titre, d’une ligne, de 120 signes au plus.")
NO_BODY = _("Écrivez le texte, de 6 000 signes au plus.")
UNLIKE = _("Les deux langues n’ont pas le même nombre de paragraphes : qui lit l’une doit lire la même lettre.")
NO_PAGE = _("Choisissez une page dans la liste.")
NOBODY = _("Cochez au moins un groupe de lecteurs.")
UNREAD = _("Relisez les deux langues, puis cochez.")

STATES = {
    "draft": _("Brouillon"),
    "sending": _("Envoi en cours"),
    "sent": _("Envoyée"),
    "stopped": _("Arrêtée"),
}
SEGMENTS = {
    "customers": _("Clients qui ne l’ont pas refusée (intérêt légitime)"),
    "asked": _("Personnes qui l’ont demandée et confirmée (consentement)"),
}
DONE = {
    "saved": _("La lettre est enregistrée."),
    "trial": _("L’essai est parti à votre adresse, dans les deux langues."),
    "begun": _("L’envoi commence dans la minute."),
    "stopped": _("Plus personne d’autre ne recevra cette lettre."),
    "discarded": _("Le brouillon est jeté."),
}
SHOWN = {"html": "text/html; charset=utf-8", "txt": "text/plain; charset=utf-8"}
AS_A_MAIL = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'; base-uri 'none'"
"""Policy of content of a mail that is looked at: its styles stand in it, and nothing in it runs or is fetched."""


@routes.page("/console/newsletter")
@for_operators
def letters(request: Request) -> Answer:
    """All letters, and the form to write one."""
    return _letters(request, {})


@routes.form("/console/newsletter")
@for_operators
def write(request: Request) -> Answer:
    """A new letter."""
    try:
        item = issues.write(_read(request.form), _name(request))
    except FormErrors as fault:
        return again(request, fault, lambda errors: _letters(request, errors))
    return Redirect(f"{HOME}/{item.id}?done=saved")


@routes.page("/console/newsletter/{issue}")
@for_operators
def letter(request: Request, issue: str) -> Answer:
    """One letter: to go on writing, or what became of it."""
    return _letter(request, issues.find(issue), {})


@routes.form("/console/newsletter/{issue}")
@for_operators
def rewrite(request: Request, issue: str) -> Answer:
    """Other words for it."""
    item = issues.find(issue)
    try:
        issues.rewrite(item, _read(request.form), _name(request))
    except (FormErrors, Conflict) as fault:
        return _refused(request, item, fault)
    return Redirect(f"{HOME}/{issue}?done=saved")


@routes.page("/console/newsletter/{issue}/preview/{language}/{part}")
@for_operators
def preview(request: Request, issue: str, language: str, part: str) -> Answer:
    """The mail itself, as an operator would get it. ``part``: html or txt."""
    item = issues.find(issue)
    spoken: Language | None = next((known for known in ("fr", "en") if known == language), None)
    if spoken is None or part not in SHOWN:
        raise NotFound
    leaving = newsletter.leave_link(request.account.email)
    customer = request.query.get("segment") != "asked"
    shown = newsletter.letter_of(issues.as_issue(item), spoken, leaving, customer)
    body = shown.html if part == "html" else f"{shown.subject}\n\n{shown.text}"
    return Text(body, SHOWN[part], headers={"Content-Security-Policy": AS_A_MAIL})


@routes.form("/console/newsletter/{issue}/trial")
@for_operators
def trial(request: Request, issue: str) -> Answer:
    """To the operator's own address."""
    issues.send_trial(issues.find(issue), request.account.email)
    return Redirect(f"{HOME}/{issue}?done=trial")


@routes.form("/console/newsletter/{issue}/send")
@for_operators
def send(request: Request, issue: str) -> Answer:
    """To the groups that were ticked."""
    item = issues.find(issue)
    wanted = [segment for segment in issues.SEGMENTS if request.form.get(segment)]
    faults = ({} if wanted else {"customers": NOBODY}) | ({} if request.form.get("read") else {"read": UNREAD})
    try:
        if faults:
            raise FormErrors(faults)
        issues.begin(item, wanted, _name(request))
    except (FormErrors, Conflict) as fault:
        return _refused(request, item, fault)
    return Redirect(f"{HOME}/{issue}?done=begun")


@routes.form("/console/newsletter/{issue}/stop")
@for_operators
def stop(request: Request, issue: str) -> Answer:
    """Writes to nobody else."""
    item = issues.find(issue)
    try:
        issues.stop(item)
    except Conflict as fault:
        return _refused(request, item, fault)
    return Redirect(f"{HOME}/{issue}?done=stopped")


@routes.form("/console/newsletter/{issue}/discard")
@for_operators
def discard(request: Request, issue: str) -> Answer:
    """Throws a draft away."""
    item = issues.find(issue)
    try:
        issues.discard(item)
    except Conflict as fault:
        return _refused(request, item, fault)
    return Redirect(f"{HOME}?done=discarded")


def _refused(request: Request, item: NewsletterIssue, fault: FormErrors | Conflict) -> Page:
    told = fault if isinstance(fault, FormErrors) else FormErrors({"": NOT_SO})
    return again(request, told, lambda errors: _letter(request, item, errors))


def _letters(request: Request, errors: dict[str, str]) -> Page:
    values: dict[str, Any] = {
        "letters": [(item, STATES[item.state]) for item in issues.every()],
        "pages": _pages(),
        "form": request.form if errors else {},
        "errors": errors,
        "done": said(request, DONE),
    }
    return Page("pages/operations_newsletter.html", values)


def _letter(request: Request, item: NewsletterIssue, errors: dict[str, str]) -> Page:
    audience = issues.audience()
    groups = [
        {"key": key, "words": words, "fr": audience[key, "fr"], "en": audience[key, "en"]}
        for key, words in SEGMENTS.items()
    ]
    counts = tallies.of(item.id)
    values: dict[str, Any] = {
        "letter": item,
        "state": STATES[item.state],
        "groups": groups,
        "chosen": [SEGMENTS[key] for key in item.segments],
        "counts": counts,
        "waiting": max(int(counts.queued - counts.sent - counts.refused), 0),
        "pages": _pages(),
        "form": request.form if errors and "title_fr" in request.form else _typed(item),
        "ticked": request.form if errors else {},
        "errors": errors,
        "done": said(request, DONE),
    }
    return Page("pages/operations_letter.html", values)


def _pages() -> list[tuple[str, str]]:
    return [(path, path) for path in findable.PAGES]


def _typed(item: NewsletterIssue) -> dict[str, str]:
    return {name: str(getattr(item, name)) for name in ("title_fr", "title_en", "body_fr", "body_en", "path")}


def _name(request: Request) -> str:
    return f"{request.account.first_name} {request.account.name}"


def _read(form: Mapping[str, str]) -> Draft:
    """What was typed. Raises `FormErrors`."""
    titles = {language: " ".join(form.get(f"title_{language}", "").split()) for language in ("fr", "en")}
    bodies = {language: _lines(form.get(f"body_{language}", "")) for language in ("fr", "en")}
    faults = {f"title_{one}": NO_TITLE for one, text in titles.items() if not _fits(text, LONGEST_TITLE)}
    faults |= {f"body_{one}": NO_BODY for one, text in bodies.items() if not _fits(text, LONGEST_BODY)}
    draft = Draft(Words(**titles), Words(**bodies), form.get("path", ""))
    if draft.path not in findable.PAGES:
        faults["path"] = NO_PAGE
    if not faults and not issues.same_paragraphs(draft.body):
        faults["body_en"] = UNLIKE
    if faults:
        raise FormErrors(faults)
    return draft


def _lines(text: str) -> str:
    """Lines as they were meant, whatever ends them; lines of spaces alone are empty."""
    return "\n".join(line.strip() for line in text.splitlines()).strip()


def _fits(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.replace("\n", "").isprintable()
