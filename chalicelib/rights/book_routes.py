"""The officer's books: holds, freezes, decisions, and the register with what nobody has signed yet."""

from collections.abc import Callable, Mapping
from datetime import date

from chalicelib import clock, keyed, storage, words
from chalicelib.accounts import actions as accounts
from chalicelib.doors import Answer, Door, File, Json, Page, Redirect, Request, Text, form_errors
from chalicelib.errors import BadInput, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.privacy import census
from chalicelib.register import ROWS, Role
from chalicelib.storage.expiry import Place

from . import deadlines, decisions, freezes, held, holds, officers, record
from .console import Book, Button, Entry, Line, guarded, shown
from .models import Freeze
from .records import Signature

routes = Door(__name__)

RELEASE = _("Lever")


@routes.page("/console/holds")
@guarded
def holds_page(request: Request) -> Answer:
    """Every legal hold that stands."""
    return shown(request, _holds(request))


@routes.form("/console/holds")
@guarded
def open_hold(request: Request) -> Answer:
    """Opens a hold on a meeting."""
    form = request.form
    review_at = day(form.get("review", ""))

    def act() -> None:
        scope, places = _held(form)
        officer = request.account.id
        holds.open_hold(
            form.get("number", ""), form.get("reason", ""), form.get("case", ""), review_at, scope, places, officer
        )

    return tried(request, act, _holds, "/console/holds")


@routes.form("/console/holds/{number}/package")
@guarded
def hold_package(request: Request, number: str) -> Answer:
    """What a hold keeps, for who has the case; the access is written down as every other."""
    return File(held.package(number), "application/zip", "hold.zip")


@routes.form("/console/holds/{number}/release")
@guarded
def release_hold(request: Request, number: str) -> Answer:
    """Ends a hold."""
    holds.release(number)
    return Redirect("/console/holds")


@routes.page("/console/freezes")
@guarded
def freezes_page(request: Request) -> Answer:
    """Every freeze that stands."""
    lines = tuple(
        Line(
            (
                one.scope,
                one.reason,
                said(request, one.opened_at),
                said(request, one.told_at),
                said(request, one.lift_at),
            ),
            (Button(f"/console/freezes/{one.id}/announce", _("Annoncer la levée")),) if not one.told_at else (),
            f"/console/requests/{one.request}",
        )
        for one in freezes.open_ones()
    )
    heads = (_("Quoi"), _("Pourquoi"), _("Depuis"), _("Annoncée le"), _("Levée le"))
    lead = _("La personne est prévenue avant que la limitation soit levée (article 18.3).")
    return shown(request, Book(_("Données gelées"), lead, heads, lines))


@routes.form("/console/freezes/{identifier}/announce")
@guarded
def announce_lifting(request: Request, identifier: str) -> Answer:
    """Tells the person; the freeze ends a day later."""
    found = storage.get(Freeze, f"freeze#{identifier}", "freeze")
    if found is None:
        raise NotFound
    freezes.announce(found)
    return Redirect("/console/freezes")


@routes.page("/console/decisions")
@guarded
def decisions_page(request: Request) -> Answer:
    """Who waits for a person to look at an automated decision."""
    return shown(request, _decisions(request))


@routes.form("/console/decisions")
@guarded
def answer_decision(request: Request) -> Answer:
    """A person has looked at it."""
    form = request.form
    found = decisions.find(form.get("decision", ""))

    def act() -> None:
        if not form.get("answer"):
            raise FormErrors({"answer": _("Dites pourquoi : la personne le lira.")})
        decisions.answer(found, request.account.id, form.get("outcome", ""), form["answer"])

    return tried(request, act, _decisions, "/console/decisions")


@routes.page("/console/register")
@guarded
def register_page(request: Request) -> Answer:
    """Every row, and the choices a person responsible has yet to sign."""
    values = {
        "rows": ROWS,
        "signed": {(one.row_key, one.choice): one for row in ROWS for one in _signatures(row.key)},
        "results": census.results(),
        "accesses": officers.accesses(50),
    }
    return Page("pages/console_register.html", values)


@routes.page("/console/register/{role}")
@guarded
def processing_record(request: Request, role: str) -> Answer:
    """The record of processing (art. 30), as a table for a spreadsheet."""
    if role not in tuple(Role):
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="art30-{role}.csv"'}
    content = record.as_csv(record.of(Role(role))).decode("utf-8")
    return Text(content, "text/csv; charset=utf-8", headers=headers)


@routes.page("/console/register/{role}/json")
@guarded
def processing_record_json(request: Request, role: str) -> Answer:
    """The same for a machine."""
    if role not in tuple(Role):
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="art30-{role}.json"'}
    return Json({"role": role, "processing": record.of(Role(role))}, headers=headers)


@routes.form("/console/register/sign")
@guarded
def sign(request: Request) -> Answer:
    """Signs a choice; a changed sentence is another choice."""
    key, choice = request.form.get("row", ""), request.form.get("choice", "")
    if not any(row.key == key and choice in row.unsigned for row in ROWS):
        raise BadInput
    signature = Signature(
        f"signature#{key}",
        keyed.opaque("choice", choice),
        row_key=key,
        choice=choice,
        signed_by=request.account.id,
        signed_at=clock.now(),
    )
    if not any(one.choice == choice for one in _signatures(key)):
        storage.create(signature, {})
    return Redirect("/console/register")


def tried(request: Request, act: Callable[[], object], book: Callable[[Request], Book], to: str) -> Answer:
    """Does it, and goes to ``to``; or shows the book again with what is wrong."""
    try:
        act()
    except FormErrors as fault:
        return shown(request, book(request), form_errors(request, fault))
    return Redirect(to)


def day(text: str) -> int:
    """The end of a day typed as 2026-12-31; 0 for none."""
    try:
        return deadlines.end_of(date.fromisoformat(text))
    except ValueError:
        return 0


def said(request: Request, at: float | None) -> str:
    """A moment in words; empty for none."""
    return words.moment(int(at), request.language, request.reader.timezone) if at else ""


def _held(form: Mapping[str, str]) -> tuple[str, list[Place]]:
    """What is to be held: a meeting, or a customer's account with its company. Raises `FormErrors`."""
    if form.get("email"):
        account = accounts.by_email(form["email"])
        if account is None:
            raise FormErrors({"email": _("Il n’y a pas de compte à cette adresse.")})
        return f"account {account.id}", holds.on_account(account.id, account.company)
    places = holds.on_meeting(form.get("meeting", ""))
    if not places:
        raise FormErrors({"meeting": _("Il n’y a pas de réunion de ce numéro.")})
    return f"meeting {form['meeting']}", places


def _holds(request: Request) -> Book:
    lines = tuple(
        Line(
            (one.number, one.reason, one.case, one.scope, said(request, one.review_at)),
            (
                Button(f"/console/holds/{one.number}/package", _("Remettre")),
                Button(f"/console/holds/{one.number}/release", RELEASE),
            ),
        )
        for one in holds.open_ones()
    )
    entries = (
        Entry("number", _("Numéro")),
        Entry("meeting", _("Réunion"), required=False),
        Entry("email", _("ou adresse du compte"), "email", required=False),
        Entry("reason", _("Motif"), "area"),
        Entry("case", _("Affaire")),
        Entry("review", _("À réexaminer le"), "date"),
    )
    return Book(
        _("Conservations légales"),
        _("Une conservation suspend l’effacement, jamais plus de six mois sans réexamen."),
        (_("Numéro"), _("Motif"), _("Affaire"), _("Quoi"), _("À réexaminer le")),
        lines,
        "/console/holds",
        _("Ouvrir"),
        entries,
    )


def _decisions(request: Request) -> Book:
    waiting = decisions.waiting()
    lines = tuple(Line((one.rule, one.reason, one.words or "", said(request, one.due_at))) for one in waiting)
    entries = (
        Entry("decision", _("Décision"), "choice", [(one.id, f"{one.rule} · {one.reason}") for one in waiting]),
        Entry("outcome", _("Conclusion"), "choice", [("upheld", _("Maintenue")), ("overturned", _("Annulée"))]),
        Entry("answer", _("Pourquoi"), "area"),
    )
    return Book(
        _("Décisions automatiques à revoir"),
        _("Une personne répond dans les deux jours ouvrés (article 22)."),
        (_("Règle"), _("Motif"), _("Ce que dit la personne"), _("Réponse due le")),
        lines,
        "/console/decisions" if waiting else "",
        _("Répondre"),
        entries if waiting else (),
    )


def _signatures(key: str) -> list[Signature]:
    return list(storage.query(Signature, f"signature#{key}"))
