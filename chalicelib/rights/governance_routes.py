"""The officer's other books: breaches, disclosures to authorities, subprocessors, impact assessments."""

from datetime import datetime
from typing import Any

from chalicelib.doors import Answer, Door, File, Page, Redirect, Request, form_errors
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _
from chalicelib.gates import GATED

from . import assessments, authorities, breaches, deadlines, subprocessors
from .book_routes import day, said, tried
from .console import Book, Button, Entry, Line, guarded, shown
from .records import Breach, Subprocessor

routes = Door(__name__)

AWARE = _("Indiquez le jour et l’heure.")
SURE = _("Écrivez TOUS : cet acte touche chaque client.")


@routes.page("/console/breaches")
@guarded
def breaches_page(request: Request) -> Answer:
    """Every breach on file."""
    return shown(request, _breaches(request))


@routes.form("/console/breaches")
@guarded
def open_breach(request: Request) -> Answer:
    """Opens a file; its 72 hours run from when we knew."""
    form = request.form

    def act() -> None:
        try:
            aware = datetime.fromisoformat(form.get("aware", "")).replace(tzinfo=deadlines.PARIS)
        except ValueError as fault:
            raise FormErrors({"aware": AWARE}) from fault
        breaches.open_breach(form, int(aware.timestamp()), form.get("companies", "").split())

    return tried(request, act, _breaches, "/console/breaches")


@routes.page("/console/breaches/{identifier}")
@guarded
def breach_page(request: Request, identifier: str) -> Answer:
    """One breach: its clock, the form for the CNIL filled in, customers and people to tell."""
    return _breach(request, breaches.find(identifier), {})


@routes.form("/console/breaches/{identifier}/{verb}")
@guarded
def act_on_breach(request: Request, identifier: str, verb: str) -> Answer:
    """notify, customers, people, contain, contain-all or close."""
    breach = breaches.find(identifier)
    acts: dict[str, Any] = {
        "notify": lambda: breaches.notify(breach, request.form.get("late_reason", "")),
        "customers": lambda: breaches.tell_customers(breach),
        "people": lambda: breaches.tell_people(breach),
        "contain": lambda: breaches.contain(notice.company for notice in breaches.notices(breach)),
        "contain-all": lambda: _contain_all(request.form.get("sure", "")),
        "close": lambda: breaches.close(breach),
    }
    try:
        acts.get(verb, lambda: None)()
    except FormErrors as fault:
        return _breach(request, breach, form_errors(request, fault))
    return Redirect(f"/console/breaches/{identifier}")


def _contain_all(sure: str) -> None:
    if sure.strip().upper() not in ("TOUS", "ALL"):
        raise FormErrors({"sure": SURE})
    breaches.contain_all()


@routes.page("/console/authorities")
@guarded
def authorities_page(request: Request) -> Answer:
    """Every order and what was handed over."""
    return shown(request, _authorities(request))


@routes.form("/console/authorities")
@guarded
def disclose(request: Request) -> Answer:
    """Hands out the package of an order: the only way anything leaves to an authority."""
    form = request.form
    try:
        gag_until = day(form.get("gag_until", "")) or None
        _line, content = authorities.disclose(form, request.account.id, form.get("email", ""), gag_until)
    except FormErrors as fault:
        return shown(request, _authorities(request), form_errors(request, fault))
    return File(content, "application/zip", "order.zip")


@routes.page("/console/subprocessors")
@guarded
def subprocessors_page(request: Request) -> Answer:
    """Who works for us, or shall."""
    return shown(request, _subprocessors(request))


@routes.form("/console/subprocessors")
@guarded
def draft_subprocessor(request: Request) -> Answer:
    """Writes a candidate down."""
    return tried(request, lambda: subprocessors.draft(request.form), _subprocessors, "/console/subprocessors")


@routes.form("/console/subprocessors/{identifier}/announce")
@guarded
def announce_subprocessor(request: Request, identifier: str) -> Answer:
    """Tells the customers; without a contract it is refused."""
    item = subprocessors.find(identifier)
    digest = request.form.get("contract_digest", "")
    return tried(request, lambda: subprocessors.announce(item, digest), _subprocessors, "/console/subprocessors")


@routes.form("/console/subprocessors/{identifier}/end")
@guarded
def end_subprocessor(request: Request, identifier: str) -> Answer:
    """It works for us no longer: nothing may be sent to it from now on."""
    subprocessors.end(subprocessors.find(identifier))
    return Redirect("/console/subprocessors")


@routes.page("/console/assessments")
@guarded
def assessments_page(request: Request) -> Answer:
    """Impact assessments and the features they open."""
    return shown(request, _assessments(request))


@routes.form("/console/assessments")
@guarded
def write_assessment(request: Request) -> Answer:
    """A new edition."""
    feature = request.form.get("feature", "")
    return tried(request, lambda: assessments.write(feature, request.form), _assessments, "/console/assessments")


@routes.form("/console/assessments/{feature}/{edition}/sign")
@guarded
def sign_assessment(request: Request, feature: str, edition: str) -> Answer:
    """Signs an edition: the feature may be turned on."""
    assessments.sign(feature, int(edition) if edition.isdigit() else 0, request.account.id)
    return Redirect("/console/assessments")


def _breach(request: Request, breach: Breach, errors: dict[str, str]) -> Page:
    values: dict[str, Any] = {
        "breach": breach,
        "due_at": breaches.due_at(breach),
        "cnil": breaches.form_for_cnil(breach),
        "notices": breaches.notices(breach),
        "phases": breaches.phases(breach),
        "errors": errors,
        "form": request.form if errors else {},
    }
    return Page("pages/console_breach.html", values, status=400 if errors else 200)


def _breaches(request: Request) -> Book:
    lines = tuple(
        Line(
            (
                one.title,
                said(request, one.aware_at),
                said(request, breaches.due_at(one)),
                said(request, one.notified_at),
            ),
            (),
            f"/console/breaches/{one.id}",
        )
        for one in breaches.every()
    )
    risks = [("none", _("Aucun risque")), ("risk", _("Risque")), ("high", _("Risque élevé"))]
    exceptions = [
        ("", _("Aucune")),
        ("encrypted", _("Données chiffrées, clés non exposées")),
        ("removed", _("Risque écarté")),
        ("public", _("Effort disproportionné : avis public")),
    ]
    entries = (
        Entry("title", _("Titre")),
        Entry("aware", _("Connue le (jour et heure de Paris)"), "datetime-local"),
        Entry("nature", _("Nature"), "area"),
        Entry("categories", _("Catégories de personnes et de données")),
        Entry("people", _("Nombre de personnes")),
        Entry("records", _("Nombre d’enregistrements")),
        Entry("consequences", _("Conséquences probables"), "area"),
        Entry("measures", _("Mesures prises"), "area"),
        Entry("risk", _("Risque"), "choice", risks),
        Entry("exception", _("Exception (article 34.3)"), "choice", exceptions, required=False),
        Entry("companies", _("Clients concernés (numéros)"), "area", required=False),
    )
    lead = _("72 heures pour notifier la CNIL, comptées en heures, week-end compris (article 33).")
    heads = (_("Titre"), _("Connue le"), _("À notifier avant le"), _("Notifiée le"))
    return Book(_("Violations de données"), lead, heads, lines, "/console/breaches", _("Ouvrir"), entries)


def _authorities(request: Request) -> Book:
    lines = tuple(
        Line((one.authority, one.reference, one.ground, one.given, said(request, one.decided_at), one.digest[:16]))
        for one in authorities.every()
    )
    entries = (
        Entry("authority", _("Autorité")),
        Entry("reference", _("Référence de l’ordre")),
        Entry("ground", _("Fondement")),
        Entry("asked", _("Demandé"), "area"),
        Entry("given", _("Remis"), "area"),
        Entry("meeting", _("Réunion")),
        Entry("email", _("Adresse de la personne"), "email"),
        Entry("gag_until", _("Secret jusqu’au"), "date", required=False),
    )
    years = ", ".join(f"{year} : {count}" for year, count in authorities.by_year().items())
    heads = (_("Autorité"), _("Référence"), _("Fondement"), _("Remis"), _("Le"), _("Empreinte"))
    return Book(_("Communications aux autorités"), years, heads, lines, "/console/authorities", _("Remettre"), entries)


def _subprocessors(request: Request) -> Book:
    lines = tuple(
        Line(
            (
                one.name,
                f"{one.seat} / {one.parent}",
                one.place,
                one.task,
                said(request, one.active_from),
                "; ".join(f"{two.company_name} {two.words}".strip() for two in subprocessors.objections(one)),
            ),
            _subprocessor_buttons(one),
        )
        for one in subprocessors.every()
    )
    entries = (
        Entry("name", _("Prestataire")),
        Entry("seat", _("Pays du siège")),
        Entry("parent", _("Pays de la maison mère")),
        Entry("place", _("Lieu des données")),
        Entry("task", _("Tâche")),
        Entry("contract_digest", _("Empreinte SHA-256 du contrat"), required=False),
        Entry("transfer_tool", _("Outil de transfert"), required=False),
    )
    heads = (
        _("Prestataire"),
        _("Siège / maison mère"),
        _("Données"),
        _("Tâche"),
        _("Actif à partir du"),
        _("Oppositions"),
    )
    lead = _("Sans contrat, pas de données. Les clients sont prévenus trente jours avant.")
    return Book(_("Sous-traitants"), lead, heads, lines, "/console/subprocessors", _("Ajouter"), entries)


def _subprocessor_buttons(one: Subprocessor) -> tuple[Button, ...]:
    words = {"draft": ("announce", _("Annoncer")), "announced": ("end", _("Mettre fin"))}
    verb = words.get(one.state)
    return () if verb is None else (Button(f"/console/subprocessors/{one.id}/{verb[0]}", verb[1]),)


def _assessments(request: Request) -> Book:
    lines = tuple(
        Line(
            (one.feature, str(int(one.edition)), one.title, one.risk, said(request, one.signed_at)),
            (Button(f"/console/assessments/{one.feature}/{int(one.edition)}/sign", _("Signer")),)
            if not one.signed_at
            else (),
        )
        for one in assessments.every()
    )
    entries = (
        Entry("feature", _("Fonction"), "choice", [(name, name) for name in GATED]),
        Entry("title", _("Titre")),
        Entry("measures", _("Mesures"), "area"),
        Entry("risk", _("Risque résiduel"), "area"),
    )
    heads = (_("Fonction"), _("Édition"), _("Titre"), _("Risque résiduel"), _("Signée le"))
    lead = _("Une fonction à risque reste fermée tant que son analyse n’est pas signée.")
    return Book(_("Analyses d’impact"), lead, heads, lines, "/console/assessments", _("Ajouter"), entries)
