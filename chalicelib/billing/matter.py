"""What is invoiced or credited, before the paper has a number.

It is kept with the invoice, so that a credit note needs nothing else: the order is gone after three months.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from chalicelib.register.model import Words

from . import days, profiles, subscriptions
from .models import Invoice, Order
from .offers import OFFERS, Choice, Period
from .paper import Credit, Paper, Seller
from .profiles import Details
from .vat import CASES, Case, Totals, Vat

PARTLY = Words("Remboursement partiel : ", "Partial refund: ")


@dataclass(frozen=True)
class Matter:
    """``ordered_on``: the day of the order in Paris, by which the bank finds it. ``language``: of who ordered."""

    company: str
    reference: str
    means: str
    language: str
    ordered_on: date
    paid_on: date
    buyer: Details
    what: Words
    begins: date
    ends: date
    totals: Totals
    vat: Vat
    quantity: int = 1
    credits: Credit | None = None

    def paper(self, number: str, today: date, by: Seller) -> Paper:
        """The paper with its number."""
        return Paper(
            number=number,
            issued_on=today,
            credits=self.credits,
            seller=by,
            buyer=self.buyer,
            what=self.what,
            begins=self.begins,
            ends=self.ends,
            totals=self.totals,
            vat=self.vat,
            means=self.means,
            reference=self.reference,
            quantity=self.quantity,
            paid_on=today if self.credits else self.paid_on,
        )

    def to_json(self) -> str:
        """What the fields of an invoice don't tell."""
        said = {
            "language": self.language,
            "ordered_on": self.ordered_on.isoformat(),
            "paid_on": self.paid_on.isoformat(),
            "buyer": self.buyer.to_json(),
            "what": [self.what.fr, self.what.en],
            "quantity": self.quantity,
            "begins": self.begins.isoformat(),
            "ends": self.ends.isoformat(),
        }
        return json.dumps(said, ensure_ascii=False)


def of_order(order: Order) -> Matter:
    """What a paid order is invoiced for."""
    choice = subscriptions.paid_by(order.target, order.act)
    return Matter(
        company=order.company,
        reference=order.reference,
        means=order.means,
        language=order.language,
        ordered_on=days.day_of(int(order.placed_at)),
        paid_on=days.day_of(int(order.paid_at or order.placed_at)),
        buyer=profiles.from_json(order.billing),
        what=_what(choice, order.act),
        begins=date.fromisoformat(order.begins),
        ends=date.fromisoformat(order.ends),
        totals=Totals(Decimal(order.net), Decimal(order.vat), Decimal(order.gross)),
        vat=CASES[Case(order.vat_case)],
        quantity=choice.seats if Decimal(order.net) == choice.price else 1,
    )


def of_invoice(invoice: Invoice) -> Matter:
    """What an invoice was for."""
    said = json.loads(invoice.matter)
    return Matter(
        company=invoice.company,
        reference=invoice.reference,
        means=invoice.means,
        language=said["language"],
        ordered_on=date.fromisoformat(said["ordered_on"]),
        paid_on=date.fromisoformat(said["paid_on"]),
        buyer=profiles.from_json(said["buyer"]),
        what=Words(*said["what"]),
        begins=date.fromisoformat(said["begins"]),
        ends=date.fromisoformat(said["ends"]),
        totals=totals_of(invoice),
        vat=CASES[Case(invoice.vat_case)],
        quantity=said["quantity"],
    )


def credit_of(invoice: Invoice, totals: Totals) -> Matter:
    """A credit note of ``totals``, all of an invoice or a part of it."""
    whole = totals.gross == Decimal(invoice.gross)
    matter = of_invoice(invoice)
    what = matter.what if whole else Words(PARTLY.fr + matter.what.fr, PARTLY.en + matter.what.en)
    credits = Credit(invoice.number, date.fromisoformat(invoice.issued_on), whole)
    return replace(matter, what=what, totals=totals, quantity=matter.quantity if whole else 1, credits=credits)


def totals_of(invoice: Invoice) -> Totals:
    """The amounts of an invoice or a credit note."""
    return Totals(Decimal(invoice.net), Decimal(invoice.vat), Decimal(invoice.gross))


def _what(choice: Choice, act: str) -> Words:
    name, seats = OFFERS[choice.offer].name, choice.seats
    french = "annuel" if choice.period is Period.YEAR else "mensuel"
    english = "yearly" if choice.period is Period.YEAR else "monthly"
    more = Words(" (complément)", " (addition)") if act == "change" else Words("", "")
    return Words(
        f"Abonnement Iboo {name.fr}, {french}, {seats} place{'s' if seats > 1 else ''}{more.fr}",
        f"Iboo {name.en} subscription, {english}, {seats} seat{'s' if seats > 1 else ''}{more.en}",
    )
