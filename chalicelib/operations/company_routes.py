"""Finding a company, and what it bought: offers, orders, invoices; never its meetings."""

from datetime import date
from typing import Any

from chalicelib import storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import members, suspension
from chalicelib.accounts.answers import again
from chalicelib.accounts.models import Company
from chalicelib.accounts.plans import meets_until
from chalicelib.billing import acts, cards, days, depositing, invoicing, operating, ordering, refunding, subscriptions
from chalicelib.billing.models import Order
from chalicelib.billing.offers import OFFERS, Choice
from chalicelib.contact import actions as contact
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.meetings import troubles as join_troubles
from chalicelib.pages import Language
from chalicelib.rights import officers
from chalicelib.rights.console import for_operators

from . import cards_to_delete, troubles
from .frame import HOME, act_words, operator

routes = Door(__name__)

NOBODY = _("Rien ne porte cette adresse, ce numéro ou cette référence.")


@routes.page("/console/billing")
@for_operators
def overview(request: Request) -> Answer:
    """What waits for an operator, and the way to a company."""
    return _overview(request, {})


@routes.form("/console/billing/find")
@for_operators
def find(request: Request) -> Answer:
    """To a company or an invoice: by a member's address, an invoice's number, an order's reference, or its own id."""
    wanted = request.form.get("wanted", "").strip()
    to = _place_of(wanted)
    if to is None:
        return again(request, FormErrors({"wanted": NOBODY}), lambda errors: _overview(request, errors))
    return Redirect(to)


@routes.page("/console/billing/companies/{company}")
@for_operators
def company_page(request: Request, company: str) -> Answer:
    """One company: its subscription, orders, invoices."""
    return company_shown(request, company, {})


@routes.form("/console/billing/companies/{company}/contracts")
@for_operators
def contracts(request: Request, company: str) -> Answer:
    """The proof of contracts that ended, from the archive: for a reason that is kept."""
    try:
        found = operating.contracts_of(operator(request), company)
    except FormErrors as fault:
        return again(request, fault, lambda errors: company_shown(request, company, errors))
    return company_shown(request, company, {}, found)


def _place_of(wanted: str) -> str | None:
    if "@" in wanted:
        account = accounts.by_email(wanted)
        return f"{HOME}/companies/{account.company}" if account else None
    if wanted and invoicing.find(wanted.upper()) is not None:
        return f"{HOME}/invoices/{wanted.upper()}"
    order = storage.get(Order, f"order#{wanted.upper()}", "order", because="legal claim")
    if order is not None:
        return f"{HOME}/companies/{order.company}"
    known = wanted and (_known(wanted) is not None or invoicing.of_company(wanted))
    return f"{HOME}/companies/{wanted}" if known else None


def _overview(request: Request, errors: dict[str, str]) -> Page:
    values: dict[str, Any] = {
        "counts": {
            "transfers": len(operating.awaited_transfers()),
            "doubts": len(operating.doubts()),
            "vat": len(operating.vat_to_check()),
            "cards": len(cards_to_delete.waiting()),
            "requests": len(contact.open_ones()),
        },
        "refunds": refunding.open_ones(),
        "deposits": depositing.refused(),
        "acts": [(one, act_words(request, one.act)) for one in acts.all_of()[:20]],
        "dpo": officers.has_role(request.account.id, officers.DPO),
        "errors": errors,
        "form": request.form if errors else {},
    }
    return Page("pages/operations.html", values)


def require_known(company: str) -> None:
    """Raises `NotFound` for a company that is none, or no more."""
    if _known(company) is None:
        raise NotFound


def _known(company: str) -> Company | None:
    return storage.get(Company, f"company#{company}", "company", because="legal claim")


def company_shown(
    request: Request, company: str, errors: dict[str, str], contracts: list[dict[str, Any]] | None = None
) -> Page:
    """A company's page, with what is wrong in a form of it."""
    known, orders, invoices = _known(company), ordering.all_of(company), invoicing.of_company(company)
    if known is None and not orders and not invoices:
        raise NotFound
    item, held, card = subscriptions.kept(company), subscriptions.of(company), cards.of(company)
    values: dict[str, Any] = {
        "company": company,
        "name": known.name if known else "",
        "members": len(members.accounts_of(company)),
        "held": None,
        "trial_ends": meets_until(item) if item and held is None else None,
        "card": card is not None,
        "suspended": suspension.of(company),
        "open": known is not None,
        "undelivered": troubles.undelivered(company) if known else [],
        "entries": [(one.day, one.code, int(one.times)) for one in join_troubles.of(company)],
        "acts": [(one, act_words(request, one.act)) for one in acts.concerning(company)[:20]],
        "orders": [_order(one, request.language) for one in reversed(orders)],
        "invoices": [
            {
                "number": one.number,
                "issued_on": days.noon(date.fromisoformat(one.issued_on)),
                "gross": one.gross,
                "credits": one.credits,
            }
            for one in invoices
        ],
        "contracts": contracts,
        "errors": errors,
        "form": request.form if errors else {},
    }
    if held is not None:
        values["held"] = {
            **_choice(held.choice, request.language),
            "standing": held.standing(days.today()).value,
            "ends": days.noon(held.paid_until),
        }
    return Page("pages/operations_company.html", values)


def _choice(choice: Choice, language: Language) -> dict[str, Any]:
    return {"offer": getattr(OFFERS[choice.offer].name, language), "seats": choice.seats}


def _order(order: Order, language: Language) -> dict[str, Any]:
    return {
        **_choice(subscriptions.paid_by(order.target, order.act), language),
        "reference": order.reference,
        "placed_at": int(order.placed_at),
        "act": order.act,
        "state": order.state,
        "means": order.means,
        "gross": order.gross,
        "doubt": order.doubt,
        "invoice": order.invoice,
    }
