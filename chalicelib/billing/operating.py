"""What operators do about payments: match transfers, clear doubts, read archives, check VAT numbers, export the books.

Each act names who does it and why, and leaves a line in the list of acts. Refunds: `refunding`.
"""

from decimal import Decimal

from chalicelib import clock, storage
from chalicelib.errors import Conflict, NotFound
from chalicelib.register.stores import CONTRACTS
from chalicelib.storage import expiry

from . import cards, invoicing, ordering, profiles, settling
from .acts import Operator
from .books import Entry
from .models import DOUBT, PAID, TRANSFER, BillingProfile, Invoice, Order, Payment
from .settling import Evidence, Settled


def transfer_came(by: Operator, reference: str, amount: Decimal) -> Settled:
    """A bank transfer with this reference is on the account. Raises `Conflict` for an order that awaits none.

    Another amount than ordered pays nothing: the order goes where doubts are cleared.
    """
    order = ordering.find(reference)
    if order.state != TRANSFER:
        raise Conflict
    by.note("transfer", reference, str(amount), order.company)
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
    by.note("read_contracts", company, company=company)
    found = expiry.partition(CONTRACTS, f"company#{company}", "contract#")
    return [one for one in found if one.get("delete_by") is None or one["delete_by"] > clock.now()]


def doubts() -> list[Order]:
    """The orders a person must look at, oldest first."""
    return list(storage.listed(Order, DOUBT, because="consent"))


def clear_doubt(by: Operator, reference: str, paid: bool) -> None:
    """``paid``: all the money of the order is there, so it takes effect; else nothing more is to be done about it.

    Raises `Conflict` for an order without doubt, or one that is paid already; `NotFound`.
    """
    order = ordering.find(reference)
    if not order.doubt or (paid and order.state == PAID):
        raise Conflict
    by.note("clear_doubt", reference, f"{order.doubt}: {'paid' if paid else 'nothing more'}", order.company)
    storage.update(order, Order.doubt.remove(), *ordering.back_in_line(order), because="consent")
    if paid:
        key = f"{reference}*operator"
        evidence = Evidence(reference, key, "seen by an operator", Decimal(order.gross), settling.CURRENCY, clock.now())
        settling.settle(evidence, means=order.means)
        if order.means == "stored":
            cards.took(order.company, Decimal(order.gross))


def vat_to_check() -> list[tuple[profiles.Details, BillingProfile]]:
    """The buyers without French VAT whose number nobody has looked up in VIES yet."""
    found = storage.listed(BillingProfile, profiles.VAT_TO_CHECK, because="consent")
    return [(profiles.from_json(one.details), one) for one in found]


def checked_vat_number(by: Operator, company: str, proof: str, valid: bool) -> None:
    """What VIES says of a company's VAT number; ``proof``: the consultation's number. Raises `NotFound`.

    From a wrong one on, orders bear French VAT; what was invoiced without it is to be credited and ordered anew.
    """
    known = profiles.of(company)
    if known is None or not known[0].vat_number:
        raise NotFound
    by.note("check_vat", company, f"{'valid' if valid else 'not valid'}: {proof}", company)
    found = BillingProfile.vat_confirmed.set(proof) if valid else BillingProfile.vat_confirmed.remove()
    wrong = BillingProfile.vat_wrong.remove() if valid else BillingProfile.vat_wrong.set(proof)
    off = BillingProfile.list_pk.remove(), BillingProfile.list_sk.remove()
    storage.update(known[1], found, wrong, *off, always=True, because="consent")


def entries(by: Operator, year: int, form: str) -> list[Entry]:
    """The books of an accounting year, for the accountant. ``form``: as it is noted."""
    by.note("export", str(year), form)
    return [_entry(invoice) for invoice in invoicing.of_year(year)]


def _entry(invoice: Invoice) -> Entry:
    return Entry(
        invoice.number,
        invoice.issued_on,
        invoice.credits or "",
        invoice.company,
        invoice.buyer,
        invoice.country,
        invoice.vat_case,
        Decimal(invoice.net),
        Decimal(invoice.vat),
        Decimal(invoice.gross),
        invoice.means,
    )
