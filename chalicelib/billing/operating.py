"""What operators do about payments: match transfers, refund, read an archive, confirm a VAT number, export the books.

Each act names who does it and why, and leaves a line in the list of acts. Refunds go through the bank's service while
its evidence is kept, six months; later they are done in the bank's back office, and only noted here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chalicelib import clock, storage
from chalicelib.errors import Conflict, NotFound
from chalicelib.gateways.monetico import MoneticoError, Refund
from chalicelib.gateways.monetico.formats import day_of_order
from chalicelib.register.stores import CONTRACTS
from chalicelib.storage import expiry

from . import acts, bank, days, invoicing, letters, ordering, profiles, settling
from .models import TRANSFER, BillingProfile, Invoice, Order, Payment
from .settling import Evidence, Settled


@dataclass(frozen=True)
class Operator:
    """Who acts, and why. An act without both raises `acts.NoReason`."""

    name: str
    reason: str

    def note(self, act: str, about: str, outcome: str = "") -> None:
        """Leaves a line, before anything is read or done."""
        acts.note(self.name, act, about, self.reason, outcome)


def transfer_came(by: Operator, reference: str, amount: Decimal) -> Settled:
    """A bank transfer with this reference is on the account. Raises `Conflict` for an order that awaits none."""
    order = ordering.find(reference)
    if order.state != TRANSFER:
        raise Conflict
    by.note("transfer", reference, str(amount))
    evidence = Evidence(reference, f"{reference}*transfer", "transfer", amount, settling.CURRENCY, paid_at=clock.now())
    return settling.settle(evidence, means="transfer")


def awaited_transfers() -> list[Order]:
    """The orders whose transfer has not come yet, oldest first."""
    return list(storage.listed(Order, "orders#transfer", because="consent"))


def payments_of(by: Operator, reference: str) -> list[Payment]:
    """The evidence of an order, from the archive."""
    by.note("read_payments", reference)
    return list(storage.query(Payment, f"payment#{reference}", because="legal claim"))


def contracts_of(by: Operator, company: str) -> list[expiry.Raw]:
    """The proof of a contract that has ended, from the archive; what is past its time is left out."""
    by.note("read_contracts", company)
    found = expiry.partition(CONTRACTS, f"company#{company}", "contract#")
    return [one for one in found if one.get("delete_by") is None or one["delete_by"] > clock.now()]


def refund(by: Operator, number: str, in_back_office: bool = False) -> Invoice:
    """Gives the whole of an invoice back and writes its credit note. ``in_back_office``: it was done there.

    Raises `NotFound`, `Conflict` when it was credited before, or when a transfer or an old payment has no service and
    ``in_back_office`` is not said; `MoneticoError`: nothing is credited then, ask the status before trying again.
    """
    invoice = invoicing.find(number)
    if invoice is None or invoice.credits:
        raise NotFound
    if any(one.credits == number for one in invoicing.of_company(invoice.company)):
        raise Conflict
    order = ordering.find(invoice.reference)
    if not in_back_office:
        _at_bank(by, invoice, order)
    by.note("refund", number, "noted: done in the back office" if in_back_office else "done by the bank's service")
    note = invoicing.credit(invoice)
    letters.invoice(order, note)
    return note


def confirm_vat_number(by: Operator, company: str, proof: str) -> None:
    """The company's VAT number was found valid in VIES; ``proof``: the consultation's number. Raises `NotFound`."""
    known = profiles.of(company)
    if known is None or not known[0].vat_number:
        raise NotFound
    by.note("confirm_vat", company, proof)
    storage.update(known[1], BillingProfile.vat_confirmed.set(proof), always=True, because="consent")


def _at_bank(by: Operator, invoice: Invoice, order: Order) -> None:
    if order.means != "card":
        raise Conflict
    evidence = [one for one in payments_of(by, order.reference) if one.sk == "paid"]
    if not evidence:
        raise Conflict
    total, placed = Decimal(order.gross), day_of_order(days.moment(int(order.placed_at)))
    services = bank.services()
    captures = [one for one in services.status(order.reference, placed, total).captures if one.captured_on]
    line = next((one for one in captures if one.amount == total and not one.refunded), None)
    if line is None:
        raise Conflict
    captured: date | None = line.captured_on
    assert captured is not None  # filtered above
    wanted = Refund(
        reference=order.reference,
        ordered_on=placed,
        captured_on=captured,
        authorisation=line.authorisation,
        total=total,
        amount=total,
        possible=sum((one.amount - one.refunded for one in captures if one.amount), Decimal(0)),
    )
    try:
        services.refund(wanted, days.moment(clock.now()))
    except MoneticoError as fault:
        by.note("refund_failed", invoice.number, type(fault).__name__)
        raise
