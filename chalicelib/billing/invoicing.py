"""Invoices and credit notes: numbered without gap, written once.

An order that is paid waits in a queue. The number is taken in the transaction that writes the invoice: whoever was
slower finds the counter moved, and writes again with the next number. A page that can't be made takes none.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from chalicelib import clock, log, settings, storage
from chalicelib.register.events import Event
from chalicelib.storage import Changed, Transaction

from . import days, invoice_pdf, invoice_xml, letters, matter, ordering
from .matter import Matter
from .models import DEPOSITS, PAID, QUEUES, Counter, Deposit, Invoice, Order
from .numbering import Number, accounting_year_end
from .paper import Paper, Seller, seller

Finish = Callable[[Transaction, str], None]
"""What else changes with a paper, in the transaction that writes it; given its number."""

TRIES: Final = 60
AT_ONCE: Final = 50


def issue_due() -> int:
    """Writes and sends the invoices of all orders that are paid; the schedule's act. Returns how many."""
    issued = 0
    for order in list(storage.listed(Order, QUEUES[PAID], limit=AT_ONCE)):
        try:
            invoice = issue(order.reference)
        except ValueError as fault:  # a setting is missing: nothing is lost, the next minute tries again
            log.warning("invoice_waits", why=str(fault))
            return issued
        except Exception as fault:  # this one can't be written; the others must not wait for it
            log.fault("invoice_failed", fault, reference=order.reference)
            continue
        if invoice is not None:
            issued += 1
            letters.invoice(invoice)
    return issued


def issue(reference: str) -> Invoice | None:
    """The invoice of a paid order; `None` when it has one. Raises `ValueError` naming a setting that is missing."""
    by = publisher()
    for _ in range(TRIES):
        order = ordering.find(reference)
        if order.state != PAID or order.invoice:
            return None

        def finish(write: Transaction, number: str, order: Order = order) -> None:
            ordering.finished(write, order, Order.invoice.set(number))

        try:
            return _write(matter.of_order(order), by, finish)
        except Changed:
            continue
    raise Changed("counter")


def credit(wanted: Matter, finish: Finish) -> Invoice:
    """A credit note (`matter.credit_of`). Raises `Changed`: what ``finish`` changes was changed, or no peace."""
    return _write(wanted, publisher(), finish)


def notes_of(invoice: Invoice) -> list[Invoice]:
    """The credit notes of an invoice; the index trails writes by moments."""
    return [one for one in of_company(invoice.company) if one.credits == invoice.number]


def of_company(company: str) -> list[Invoice]:
    """Invoices and credit notes of a company, newest first."""
    return list(storage.listed(Invoice, f"invoices#{company}", newest_first=True, because="consent"))


def find(number: str) -> Invoice | None:
    """The invoice with this number."""
    year = number.split("-")[1] if number.count("-") == 2 else ""
    return storage.get(Invoice, f"invoices#{year}", number, because="consent")


def of_year(year: int) -> list[Invoice]:
    """Every invoice and credit note of an accounting year, by number."""
    return list(storage.query(Invoice, f"invoices#{year}", because="legal claim"))


def publisher() -> Seller:
    """Who invoices, from the settings. Raises `ValueError` naming one that is missing."""
    names = ("NAME", "FORM", "ADDRESS", "SIREN", "VAT")
    found = {name: settings.get(f"PUBLISHER_{name}") for name in names}
    return seller(found | {"EMAIL": settings.get("CONTACT_EMAIL")})


def _write(wanted: Matter, by: Seller, finish: Finish) -> Invoice:
    """Takes the next number and writes, both or none. Raises `Changed`."""
    today = days.today()
    year_end = accounting_year_end(today)
    counter = storage.get(Counter, f"counter#{year_end.year}", "counter")
    number = str(Number(year_end.year, int(counter.last) + 1 if counter else 1))
    paper = wanted.paper(number, today, by)
    invoice = _item(wanted, paper, invoice_pdf.pdf(paper, invoice_xml.xml(paper)))
    closes = int(datetime(year_end.year, year_end.month, year_end.day, 23, 59, 59, tzinfo=UTC).timestamp())
    with Transaction() as write:
        _count(write, counter, year_end.year)
        write.create(invoice, {Event.YEAR_CLOSED: closes})
        _to_be_deposited(write, wanted, number)
        finish(write, number)
    log.info("invoice_issued", credit=wanted.credits is not None)
    return invoice


def _to_be_deposited(write: Transaction, wanted: Matter, number: str) -> None:
    """What the e-invoicing platform has to get once there is one: papers to firms in France."""
    if not settings.get("EINVOICING_URL") or wanted.buyer.country != "FR" or not wanted.buyer.siren:
        return
    now = clock.now()
    item = Deposit(f"deposit#{number}", "deposit", number=number, state="waiting", at=now)
    item.list_pk, item.list_sk = DEPOSITS["waiting"], number
    write.create(item, {Event.COLLECTED: now})


def _count(write: Transaction, counter: Counter | None, year: int) -> None:
    now = clock.now()
    if counter is None:
        write.create(Counter(f"counter#{year}", "counter", last=1), {Event.RENEWED: now})
    else:
        write.update(counter, Counter.last.add(1), *storage.restamping(counter, Event.RENEWED, now))


def _item(wanted: Matter, paper: Paper, content: bytes) -> Invoice:
    year = paper.number.split("-")[1]
    item = Invoice(
        f"invoices#{year}",
        paper.number,
        number=paper.number,
        company=wanted.company,
        reference=wanted.reference,
        credits=paper.credits.number if paper.credits else None,
        issued_on=paper.issued_on.isoformat(),
        buyer=paper.buyer.name,
        country=paper.buyer.country,
        net=str(wanted.totals.net),
        vat=str(wanted.totals.vat),
        gross=str(wanted.totals.gross),
        vat_case=wanted.vat.case.value,
        means=wanted.means,
        matter=wanted.to_json(),
        pdf=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    item.list_pk, item.list_sk = f"invoices#{wanted.company}", paper.number
    return item
