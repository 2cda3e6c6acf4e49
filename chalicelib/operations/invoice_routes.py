"""One invoice: what it says, what was given back of it, and the proof of its payment."""

from datetime import date
from typing import Any

from chalicelib.accounts.answers import again
from chalicelib.billing import days, depositing, invoicing, matter, operating, refunding
from chalicelib.billing.models import Invoice, Payment
from chalicelib.doors import Answer, Door, File, Page, Request
from chalicelib.errors import FormErrors, NotFound
from chalicelib.rights.console import for_operators

from .frame import HOME, operator, tried

routes = Door(__name__)


@routes.page("/console/billing/invoices/{number}")
@for_operators
def invoice_page(request: Request, number: str) -> Answer:
    """An invoice or a credit note, with what can be done about it."""
    return _shown(request, _find(number), {})


@routes.page("/console/billing/invoices/{number}/file")
@for_operators
def invoice_file(request: Request, number: str) -> Answer:
    """As it was issued."""
    found = _find(number)
    return File(found.pdf, "application/pdf", f"{'avoir' if found.credits else 'facture'}-{found.number}.pdf")


@routes.form("/console/billing/invoices/{number}/refund")
@for_operators
def refund(request: Request, number: str) -> Answer:
    """Gives money back, or notes that it was."""
    found, form = _find(number), request.form

    def act() -> None:
        refunding.refund(operator(request), number, form.get("amount", ""), bool(form.get("noted")))

    return tried(request, act, lambda errors: _shown(request, found, errors), f"{HOME}/invoices/{number}")


@routes.form("/console/billing/invoices/{number}/carry-on")
@for_operators
def carry_on(request: Request, number: str) -> Answer:
    """Takes a refund up where it stopped."""
    found = _find(number)

    def act() -> None:
        refunding.carry_on(operator(request, "carry_reason"), number)

    return tried(request, act, lambda errors: _shown(request, found, errors), f"{HOME}/invoices/{number}")


@routes.form("/console/billing/invoices/{number}/evidence")
@for_operators
def evidence(request: Request, number: str) -> Answer:
    """The evidence of the payment, from the archive: for a reason that is kept."""
    found = _find(number)
    try:
        payments = operating.payments_of(operator(request, "archive_reason"), found.reference)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, found, errors))
    return _shown(request, found, {}, payments)


def _find(number: str) -> Invoice:
    found = invoicing.find(number)
    if found is None:
        raise NotFound
    return found


def _shown(request: Request, invoice: Invoice, errors: dict[str, str], evidence: list[Payment] | None = None) -> Page:
    said = matter.of_invoice(invoice)
    values: dict[str, Any] = {
        "invoice": invoice,
        "issued_on": days.noon(date.fromisoformat(invoice.issued_on)),
        "what": getattr(said.what, request.language),
        "begins": days.noon(said.begins),
        "ends": days.noon(said.ends),
        "buyer": said.buyer,
        "left": None if invoice.credits else str(refunding.left_of(invoice)),
        "refunds": [] if invoice.credits else refunding.all_of(invoice.number),
        "deposit": _deposit(invoice.number),
        "evidence": evidence,
        "errors": errors,
        "form": request.form if errors else {},
    }
    return Page("pages/operations_invoice.html", values)


def _deposit(number: str) -> dict[str, Any] | None:
    """Where an invoice stands at the e-invoicing platform; `None` when it doesn't go there."""
    found = depositing.of(number)
    if found is None:
        return None
    return {"state": found.state, "reason": found.reason or "", "statuses": depositing.statuses_of(found)}
