"""Invoices and credit notes of every kind, drawn without a store."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from chalicelib.billing import invoice_pdf, invoice_xml
from chalicelib.billing.paper import Credit, Paper, Seller
from chalicelib.billing.profiles import Details
from chalicelib.billing.vat import CASES, Case, totals
from chalicelib.register.model import Words

DAY: Final = date(2026, 11, 29)
SELLER: Final = Seller(
    name="Iboo SAS",
    form="SAS au capital de 1 000 €",
    address="1 place Bellecour",
    postal_code="69002",
    city="Lyon",
    siren="552100554",
    register="552 100 554 RCS Lyon",
    vat_number="FR96552100554",
    email="contact@iboo.live",
)
FRENCH: Final = Details(
    name="Cabinet Lefèvre & Associés",
    address="12 rue de la République",
    address_more="Bâtiment B, 3e étage",
    postal_code="69002",
    city="Lyon",
    country="FR",
    state="",
    siren="732829320",
    siret="",
    vat_number="FR44732829320",
    purchase_order="BC-77",
    email="compta@lefevre.fr",
)
GERMAN: Final = replace(
    FRENCH,
    name="Schäfer & Söhne GmbH",
    address="Hohe Straße 1",
    address_more="",
    postal_code="50667",
    city="Köln",
    country="DE",
    siren="",
    vat_number="DE136695976",
    purchase_order="",
)
POLISH: Final = replace(GERMAN, name="Łódź Żółw sp. z o.o.", city="Łódź", country="PL", vat_number="PL8567346215")
SWISS: Final = replace(GERMAN, name="Étude Genève SA", city="Genève", postal_code="1204", country="CH", vat_number="")
WHAT: Final = Words(
    "Abonnement Iboo Professionnel, annuel, 3 places", "Iboo Professional subscription, yearly, 3 seats"
)


def _paper(buyer: Details, case: Case, credits: Credit | None = None, net: str = "477.00") -> Paper:
    return Paper(
        number="IB-2026-000123",
        issued_on=DAY,
        credits=credits,
        seller=SELLER,
        buyer=buyer,
        what=WHAT,
        begins=DAY,
        ends=date(2027, 11, 29),
        totals=totals([Decimal(net)], CASES[case]),
        vat=CASES[case],
        means="card",
        reference="IBQ7KXPA2M4D",
        paid_on=DAY,
        quantity=3 if net == "477.00" else 1,
    )


PAPERS: Final[Mapping[str, Paper]] = {
    "france": _paper(FRENCH, Case.FRANCE),
    "reverse-charge": _paper(GERMAN, Case.REVERSE_CHARGE),
    "reverse-charge-poland": _paper(POLISH, Case.REVERSE_CHARGE),
    "outside": _paper(SWISS, Case.OUTSIDE),
    "small-firm": _paper(FRENCH, Case.SMALL_FIRM),
    "credit-note": _paper(FRENCH, Case.FRANCE, Credit("IB-2026-000122", DAY, whole=True)),
    "credit-note-part": _paper(FRENCH, Case.FRANCE, Credit("IB-2026-000122", DAY, whole=False), "83.33"),
}


def file(paper: Paper) -> bytes:
    """As it is sent and kept."""
    return invoice_pdf.pdf(paper, invoice_xml.xml(paper))
