"""Invoices and credit notes: numbered without gap, written once.

An order that is paid waits in a queue. The number is taken in the transaction that writes the invoice: whoever was
slower finds the counter moved, and writes again with the next number. A page that can't be made takes none.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from chalicelib import clock, log, settings, storage
from chalicelib.register.events import Event
from chalicelib.register.model import Words
from chalicelib.storage import Changed, Transaction

from . import days, invoice_pdf, invoice_xml, letters, ordering, profiles, subscriptions
from .models import PAID, QUEUES, Counter, Invoice, Order
from .numbering import Number, accounting_year_end
from .offers import OFFERS, Period
from .paper import Paper, Seller, seller
from .vat import CASES, Case, Totals

TRIES: Final = 60
AT_ONCE: Final = 50


@dataclass(frozen=True)
class Unnumbered:
    """A paper before it has its number."""

    order: Order
    credits: Invoice | None = None

    def paper(self, number: str, today: date, by: Seller) -> Paper:
        """The paper with it."""
        order, target = self.order, subscriptions.from_json(self.order.target)
        assert target is not None  # every order has one
        name, seats = OFFERS[target.choice.offer].name, target.choice.seats
        french = "annuel" if target.choice.period is Period.YEAR else "mensuel"
        english = "yearly" if target.choice.period is Period.YEAR else "monthly"
        more = Words(" (complément)", " (addition)") if order.act == "change" else Words("", "")
        return Paper(
            number=number,
            issued_on=today,
            credits=(self.credits.number, date.fromisoformat(self.credits.issued_on)) if self.credits else None,
            seller=by,
            buyer=profiles.from_json(order.billing),
            what=Words(
                f"Abonnement Iboo {name.fr}, {french}, {seats} place{'s' if seats > 1 else ''}{more.fr}",
                f"Iboo {name.en} subscription, {english}, {seats} seat{'s' if seats > 1 else ''}{more.en}",
            ),
            seats=seats,
            begins=date.fromisoformat(order.begins),
            ends=date.fromisoformat(order.ends),
            totals=Totals(Decimal(order.net), Decimal(order.vat), Decimal(order.gross)),
            vat=CASES[Case(order.vat_case)],
            means=order.means,
            reference=order.reference,
        )


def issue_due() -> int:
    """Writes and sends the invoices of all orders that are paid; the schedule's act. Returns how many."""
    issued = 0
    for order in list(storage.listed(Order, QUEUES[PAID], limit=AT_ONCE)):
        try:
            invoice = issue(order.reference)
        except ValueError as fault:  # a setting is missing: nothing is lost, the next minute tries again
            log.warning("invoice_waits", why=str(fault))
            return issued
        if invoice is not None:
            issued += 1
            letters.invoice(order, invoice)
    return issued


def issue(reference: str) -> Invoice | None:
    """The invoice of a paid order; `None` when it has one. Raises `ValueError` naming a setting that is missing."""
    by = publisher()
    for _ in range(TRIES):
        order = ordering.find(reference)
        if order.state != PAID or order.invoice:
            return None
        try:
            return _write(Unnumbered(order), by)
        except Changed:
            continue
    raise Changed("counter")


def credit(invoice: Invoice) -> Invoice:
    """The credit note that takes an invoice back. Raises `Changed` when the store gives no peace."""
    by = publisher()
    order = ordering.find(invoice.reference)
    for _ in range(TRIES):
        try:
            return _write(Unnumbered(order, invoice), by)
        except Changed:
            continue
    raise Changed("counter")


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


def _write(wanted: Unnumbered, by: Seller) -> Invoice:
    """Takes the next number and writes, both or none. Raises `Changed`."""
    today, order = days.today(), wanted.order
    year_end = accounting_year_end(today)
    counter = storage.get(Counter, f"counter#{year_end.year}", "counter")
    number = str(Number(year_end.year, int(counter.last) + 1 if counter else 1))
    paper = wanted.paper(number, today, by)
    content = invoice_pdf.pdf(paper, invoice_xml.xml(paper))
    invoice = _item(paper, order, content)
    closes = int(datetime(year_end.year, year_end.month, year_end.day, 23, 59, 59, tzinfo=UTC).timestamp())
    with Transaction() as write:
        _count(write, counter, year_end.year)
        write.create(invoice, {Event.YEAR_CLOSED: closes})
        if wanted.credits is None:
            ordering.finished(write, order, Order.invoice.set(number))
    log.info("invoice_issued", credit=wanted.credits is not None)
    return invoice


def _count(write: Transaction, counter: Counter | None, year: int) -> None:
    now = clock.now()
    if counter is None:
        write.create(Counter(f"counter#{year}", "counter", last=1), {Event.RENEWED: now})
    else:
        write.update(counter, Counter.last.add(1), *storage.restamping(counter, Event.RENEWED, now))


def _item(paper: Paper, order: Order, content: bytes) -> Invoice:
    year = paper.number.split("-")[1]
    item = Invoice(
        f"invoices#{year}",
        paper.number,
        number=paper.number,
        company=order.company,
        reference=order.reference,
        credits=paper.credits[0] if paper.credits else None,
        issued_on=paper.issued_on.isoformat(),
        buyer=paper.buyer.name,
        country=paper.buyer.country,
        net=order.net,
        vat=order.vat,
        gross=order.gross,
        vat_case=order.vat_case,
        means=order.means,
        pdf=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    item.list_pk, item.list_sk = f"invoices#{order.company}", paper.number
    return item
