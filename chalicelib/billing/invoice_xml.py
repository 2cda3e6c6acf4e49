"""The part of an invoice that machines read: Cross Industry Invoice, EN 16931, with the French codes on top."""

from typing import Any, Final

from .paper import DISCOUNT, PENALTIES, RECOVERY, Paper, euros

INVOICE, CREDIT_NOTE = "380", "381"
"""UNTDID 1001."""
MEANS: Final = {"card": "48", "stored": "48", "transfer": "30"}
"""UNTDID 4461."""
PAID_SERVICES: Final = "S2"
"""BT-23: an invoice for services that is paid already; its due date is then the day of the payment."""
SIREN_SCHEME: Final = "0002"
SIREN_ADDRESS: Final = "0225"
EMAIL_ADDRESS: Final = "EM"


def xml(paper: Paper) -> bytes:
    """The XML, checked against the schema. Raises what the library raises for values it can't write."""
    from facturx import generate_cii_xml  # late: its schemas slow a cold start, and few requests write an invoice

    written: bytes = generate_cii_xml(fields(paper), level="en16931", check_xsd=True, check_schematron=False)
    return written


def fields(paper: Paper) -> dict[str, Any]:
    """The terms of EN 16931, by their numbers."""
    totals, vat, day = paper.totals, paper.vat, paper.issued_on
    found: dict[str, Any] = {
        "BT-1": paper.number,
        "BT-2": day,
        "BT-3": CREDIT_NOTE if paper.credits else INVOICE,
        "BT-5": "EUR",
        "BT-9": paper.paid_on,
        "BT-23": PAID_SERVICES,
        "BG-1": [
            {"BT-21": "PMT", "BT-22": f"{RECOVERY.fr} {RECOVERY.en}"},
            {"BT-21": "PMD", "BT-22": f"{PENALTIES.fr} {PENALTIES.en}"},
            {"BT-21": "AAB", "BT-22": f"{DISCOUNT.fr} {DISCOUNT.en}"},
        ],
        "BT-72": day,
        "BT-73": paper.begins,
        "BT-74": paper.last_day,
        "BT-81": MEANS[paper.means],
        "BT-83": paper.reference,
        "BG-4": _seller(paper),
        "BG-7": _buyer(paper),
        "BG-23": [_breakdown(paper)],
        "BG-25": [_line(paper)],
        "BT-106": euros(totals.net),
        "BT-109": euros(totals.net),
        "BT-110": euros(totals.vat),
        "BT-112": euros(totals.gross),
        "BT-113": euros(totals.gross),
        "BT-115": "0.00",
    }
    if paper.buyer.purchase_order:
        found["BT-13"] = paper.buyer.purchase_order
    if paper.credits:
        found["BG-3"] = [{"BT-25": paper.credits.number, "BT-26": paper.credits.issued_on}]
    if vat.rate == 0 and vat.mention is not None:
        found["BG-23"][0] |= {"BT-120": f"{vat.mention.fr} / {vat.mention.en}", "BT-121": vat.reason}
    return found


def _breakdown(paper: Paper) -> dict[str, str]:
    found = {
        "BT-116": euros(paper.totals.net),
        "BT-117": euros(paper.totals.vat),
        "BT-118": paper.vat.case.value,
        "BT-119": euros(paper.vat.rate),
    }
    if paper.vat.case.value == "O":
        del found["BT-119"]
    return found


def _line(paper: Paper) -> dict[str, Any]:
    found = {
        "BT-126": "1",
        "BT-153": f"{paper.what.fr} / {paper.what.en}",
        "BT-129": str(paper.quantity),
        "BT-130": "C62",
        "BT-134": paper.begins,
        "BT-135": paper.last_day,
        "BT-146": euros(paper.unit_price),
        "BT-131": euros(paper.totals.net),
        "BT-151": paper.vat.case.value,
        "BT-152": euros(paper.vat.rate),
    }
    if paper.vat.case.value == "O":
        del found["BT-152"]
    return found


def _seller(paper: Paper) -> dict[str, Any]:
    seller = paper.seller
    found = {
        "name": seller.name,
        "legal_identifier": seller.siren,
        "legal_identifier_schemeid": SIREN_SCHEME,
        "legal_info": ", ".join(filter(None, (seller.form, seller.register))),
        "einvoicing_addr": seller.siren,
        "einvoicing_addr_schemeid": SIREN_ADDRESS,
        **_address(seller.address, "", seller.postal_code, seller.city, "FR"),
    }
    if seller.vat_number and paper.vat.case.value != "O":
        found["vat_identifier"] = seller.vat_number
    return found


def _buyer(paper: Paper) -> dict[str, Any]:
    buyer = paper.buyer
    found: dict[str, Any] = {
        "name": buyer.name,
        "einvoicing_addr": buyer.siren or buyer.email,
        "einvoicing_addr_schemeid": SIREN_ADDRESS if buyer.siren else EMAIL_ADDRESS,
        **_address(buyer.address, buyer.address_more, buyer.postal_code, buyer.city, buyer.country),
    }
    if buyer.siren:
        found |= {"legal_identifier": buyer.siren, "legal_identifier_schemeid": SIREN_SCHEME}
    if buyer.vat_number and paper.vat.case.value != "O":
        found["vat_identifier"] = buyer.vat_number
    return found


def _address(street: str, more: str, postal_code: str, city: str, country: str) -> dict[str, str]:
    found = {"addr_l1": street, "addr_l2": more, "postcode": postal_code, "city": city, "country_code": country}
    return {name: value for name, value in found.items() if value}
