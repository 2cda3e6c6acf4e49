"""What waits for an operator: transfers to match, payments in doubt, VAT numbers, cards to delete, the books."""

from datetime import date

from chalicelib import settings
from chalicelib.accounts.answers import again
from chalicelib.billing import acts, operating
from chalicelib.billing.books import as_csv, as_fec, fec_name
from chalicelib.billing.models import Order
from chalicelib.billing.numbering import accounting_year_end
from chalicelib.billing.refunding import euros
from chalicelib.doors import Answer, Door, Request, Text
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _
from chalicelib.rights.book_routes import said
from chalicelib.rights.console import OPERATIONS, Book, Entry, Line, for_operators, shown

from . import cards_to_delete
from .frame import HOME, act_words, operator, tried

routes = Door(__name__)

REASON = Entry("reason", _("Motif"), "area")
DOUBTS = {
    "amount": _("Autre montant que commandé"),
    "paid twice": _("Payée deux fois"),
    "company closed": _("Entreprise fermée entre-temps"),
    "debit unclear": _("Prélèvement sans réponse claire"),
}
CHOOSE = _("Choisissez dans la liste.")
AMOUNT = _("Indiquez le montant arrivé, en euros.")
PROOF = _("Indiquez le numéro de consultation que donne VIES.")
YEAR = _("Indiquez une année, par exemple 2026.")


@routes.page("/console/billing/transfers")
@for_operators
def transfers_page(request: Request) -> Answer:
    """The bank transfers that are awaited."""
    return shown(request, _transfers(request))


@routes.form("/console/billing/transfers")
@for_operators
def transfer_came(request: Request) -> Answer:
    """One of them is on the account."""

    def act() -> None:
        by, amount = operator(request), euros(request.form.get("amount", ""))
        if amount is None:
            raise FormErrors({"amount": AMOUNT})
        operating.transfer_came(by, request.form.get("reference", "").strip().upper(), amount)

    return tried(request, act, lambda errors: shown(request, _transfers(request), errors), f"{HOME}/transfers")


@routes.page("/console/billing/doubts")
@for_operators
def doubts_page(request: Request) -> Answer:
    """Payments a person must look at."""
    return shown(request, _doubts(request))


@routes.form("/console/billing/doubts")
@for_operators
def clear_doubt(request: Request) -> Answer:
    """A person has looked at one."""

    def act() -> None:
        outcome = request.form.get("outcome")
        if outcome not in ("paid", "closed"):
            raise FormErrors({"outcome": CHOOSE})
        operating.clear_doubt(operator(request), request.form.get("reference", ""), outcome == "paid")

    return tried(request, act, lambda errors: shown(request, _doubts(request), errors), f"{HOME}/doubts")


@routes.page("/console/billing/vat")
@for_operators
def vat_page(request: Request) -> Answer:
    """Buyers invoiced without French VAT, whose number is to be looked up."""
    return shown(request, _vat(request))


@routes.form("/console/billing/vat")
@for_operators
def vat_checked(request: Request) -> Answer:
    """What VIES said of one."""

    def act() -> None:
        valid, proof = request.form.get("valid"), request.form.get("proof", "").strip()
        if valid not in ("yes", "no"):
            raise FormErrors({"valid": CHOOSE})
        if not proof:
            raise FormErrors({"proof": PROOF})
        operating.checked_vat_number(operator(request), request.form.get("company", ""), proof[:60], valid == "yes")

    return tried(request, act, lambda errors: shown(request, _vat(request), errors), f"{HOME}/vat")


@routes.page("/console/billing/cards")
@for_operators
def cards_page(request: Request) -> Answer:
    """Cards to delete at the bank."""
    return shown(request, _cards(request))


@routes.form("/console/billing/cards")
@for_operators
def card_deleted(request: Request) -> Answer:
    """One was deleted there."""

    def act() -> None:
        cards_to_delete.deleted(operator(request), request.form.get("reference", ""))

    return tried(request, act, lambda errors: shown(request, _cards(request), errors), f"{HOME}/cards")


@routes.page("/console/billing/books")
@for_operators
def books_page(request: Request) -> Answer:
    """The books of a year, for the accountant."""
    return shown(request, _books())


@routes.form("/console/billing/books")
@for_operators
def books(request: Request) -> Answer:
    """As CSV, or as lines of the administration's file."""
    form, year = request.form.get("format", ""), request.form.get("year", "")
    try:
        if form not in ("csv", "fec"):
            raise FormErrors({"format": CHOOSE})
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise FormErrors({"year": YEAR})
        found = operating.entries(operator(request), int(year), form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: shown(request, _books(), errors))
    if form == "csv":
        return _file("\ufeff" + as_csv(found), f"iboo-{year}.csv", "text/csv")
    closes = accounting_year_end(date(int(year), 1, 1))
    return _file(as_fec(found), fec_name(settings.get("PUBLISHER_SIREN"), closes), "text/plain")


@routes.page("/console/billing/acts")
@for_operators
def acts_page(request: Request) -> Answer:
    """Who did or read what, and why."""
    lines = tuple(
        Line(
            (said(request, one.at), one.operator, act_words(request, one.act), one.about, one.reason, one.outcome),
        )
        for one in acts.all_of()[:500]
    )
    heads = (_("Quand"), _("Qui"), _("Acte"), _("Sur"), _("Motif"), _("Suite"))
    return shown(request, Book(_("Actes des opérateurs"), _("Gardés douze mois."), heads, lines, room=OPERATIONS))


def _file(content: str, name: str, kind: str) -> Text:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Text(content, f"{kind}; charset=utf-8", headers=headers)


def _transfers(request: Request) -> Book:
    lines = tuple(
        Line((one.reference, _euros(one), said(request, one.placed_at)), link=f"{HOME}/companies/{one.company}")
        for one in operating.awaited_transfers()
    )
    entries = (Entry("reference", _("Référence")), Entry("amount", _("Montant arrivé, en euros")), REASON)
    return Book(
        _("Virements attendus"),
        _("Comparez avec le relevé du compte. Un autre montant que commandé ne paie rien : il va aux doutes."),
        (_("Référence"), _("Montant"), _("Commandé le")),
        lines,
        f"{HOME}/transfers" if lines else "",
        _("Le virement est arrivé"),
        entries if lines else (),
        OPERATIONS,
    )


def _doubts(request: Request) -> Book:
    waiting = operating.doubts()
    lines = tuple(
        Line(
            (one.reference, DOUBTS.get(str(one.doubt), str(one.doubt)), _euros(one), one.invoice or "–"),
            link=f"{HOME}/companies/{one.company}",
        )
        for one in waiting
    )
    outcomes = [
        ("", "–"),
        ("paid", _("Tout l’argent est là : la commande prend effet")),
        ("closed", _("Plus rien à faire")),
    ]
    entries = (
        Entry("reference", _("Commande"), "choice", [(one.reference, one.reference) for one in waiting]),
        Entry("outcome", _("Conclusion"), "choice", outcomes),
        REASON,
    )
    return Book(
        _("Paiements en doute"),
        _("Comparez avec l’espace commerçant de la banque. Ce qui est payé deux fois se rembourse depuis sa facture."),
        (_("Référence"), _("Pourquoi"), _("Commandé"), _("Facture")),
        lines,
        f"{HOME}/doubts" if lines else "",
        _("Conclure"),
        entries if lines else (),
        OPERATIONS,
    )


def _vat(request: Request) -> Book:
    waiting = [(str(profile.pk).partition("#")[2], details) for details, profile in operating.vat_to_check()]
    lines = tuple(
        Line((details.vat_number, details.name, details.country), link=f"{HOME}/companies/{company}")
        for company, details in waiting
    )
    entries = (
        Entry("company", _("Numéro de TVA"), "choice", [(company, details.vat_number) for company, details in waiting]),
        Entry("valid", _("Réponse de VIES"), "choice", [("", "–"), ("yes", _("Valide")), ("no", _("Non valide"))]),
        Entry("proof", _("Numéro de consultation")),
        REASON,
    )
    return Book(
        _("Numéros de TVA à vérifier"),
        _(
            "Facturés en autoliquidation sur la forme du numéro. S’il n’est pas valide, les commandes suivantes "
            "portent la TVA française ; créditez ce qui est déjà facturé."
        ),
        (_("Numéro de TVA"), _("Entreprise"), _("Pays")),
        lines,
        f"{HOME}/vat" if lines else "",
        _("Noter"),
        entries if lines else (),
        OPERATIONS,
    )


def _cards(request: Request) -> Book:
    waiting = cards_to_delete.waiting()
    lines = tuple(Line((one.about, said(request, one.at), one.outcome)) for one in waiting)
    entries = (
        Entry("reference", _("Commande"), "choice", [(one.about, one.about) for one in waiting]),
        REASON,
    )
    return Book(
        _("Cartes à supprimer à la banque"),
        _(
            "Oubliées ici, plus rien n’est prélevé. La banque n’a pas de service public pour les supprimer : faites-le "
            "dans son espace commerçant, à la référence de la commande."
        ),
        (_("Commande"), _("Depuis"), _("Récurrence")),
        lines,
        f"{HOME}/cards" if lines else "",
        _("C’est supprimé"),
        entries if lines else (),
        OPERATIONS,
    )


def _books() -> Book:
    entries = (
        Entry("year", _("Exercice")),
        Entry("format", _("Format"), "choice", [("csv", _("CSV, une ligne par pièce")), ("fec", _("Lignes du FEC"))]),
        REASON,
    )
    lead = _("Toutes les factures et tous les avoirs d’un exercice, dans l’ordre de leurs numéros.")
    return Book(_("Comptabilité"), lead, (), (), f"{HOME}/books", _("Télécharger"), entries, OPERATIONS)


def _euros(order: Order) -> str:
    return f"{order.gross} €".replace(".", ",")
