"""The part of an invoice that people read: one page, French first, English beside it; with the XML inside, Factur-X.

PDF/A-3: fonts embedded, colours defined (fpdf2 sees to it); the XML is attached and declared by the Factur-X library.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from chalicelib import words
from chalicelib.register.model import Words

from .days import noon
from .paper import DISCOUNT, PENALTIES, RECOVERY, Paper

FONTS: Final = Path(__file__).parent / "fonts"
"""Atkinson Hyperlegible Next (SIL Open Font License, beside them), cut from the site's variable font."""
INK, QUIET, ACCENT, LINE = (23, 38, 42), (71, 88, 92), (0, 96, 95), (200, 208, 210)
LEFT, RIGHT, WIDTH = 20, 190, 170
"""Millimetres of an A4 page."""
MEANS: Final = {
    "card": Words("carte bancaire", "bank card"),
    "stored": Words("carte bancaire gardée par la banque", "bank card kept by the bank"),
    "transfer": Words("virement", "bank transfer"),
}


def pdf(paper: Paper, xml: bytes) -> bytes:
    """The file that is sent and kept."""
    from facturx import generate_from_binary  # late, as in `invoice_xml`

    metadata = {
        "author": paper.seller.name,
        "keywords": "Factur-X",
        "title": f"{_kind(paper).fr} {paper.number}",
        "subject": f"{_kind(paper).fr} {paper.number}, {paper.issued_on.isoformat()}",
    }
    made: bytes = generate_from_binary(
        drawn(paper), xml, flavor="factur-x", level="en16931", check_xsd=False, pdf_metadata=metadata, lang="fr-FR"
    )
    return made


def drawn(paper: Paper) -> bytes:
    """The page alone."""
    from fpdf import FPDF
    from fpdf.enums import DocumentCompliance

    page = FPDF(enforce_compliance=DocumentCompliance.PDFA_3B)
    for style, name in (("", "regular"), ("B", "bold")):
        page.add_font("Atkinson", style, fname=FONTS / f"atkinson-{name}.ttf")
    page.add_font("AtkinsonExt", "", fname=FONTS / "atkinson-ext.ttf")
    page.set_fallback_fonts(["AtkinsonExt"], exact_match=False)
    page.set_title(f"{_kind(paper).fr} {paper.number}")
    page.set_lang("fr-FR")
    page.set_margins(LEFT, 18, 210 - RIGHT)
    page.set_auto_page_break(True, 18)
    page.add_page()
    sheet = _Sheet(page)
    _head(sheet, paper)
    _parties(sheet, paper)
    _body(sheet, paper)
    _foot(sheet, paper)
    return bytes(page.output())


class _Sheet:
    """The page with the few marks an invoice needs."""

    def __init__(self, page: "FPDF") -> None:  # type: ignore[name-defined]  # noqa: F821 - imported late
        self.page = page

    def text(
        self,
        text: str,
        size: float = 10,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        x: float = LEFT,
        width: float = WIDTH,
        align: str = "L",
    ) -> None:
        """A paragraph below the last one."""
        self.page.set_font("Atkinson", "B" if bold else "", size)
        self.page.set_text_color(*colour)
        self.page.set_x(x)
        self.page.multi_cell(width, size * 0.48, text, align=align, new_x="LMARGIN", new_y="NEXT")

    def pair(self, label: str, value: str, bold: bool = False, y_step: float = 6) -> None:
        """A label, and at the right edge its value."""
        y = self.page.get_y()
        self.text(label, 10, bold, INK if bold else QUIET, x=95, width=60)
        self.page.set_y(y)
        self.text(value, 10, bold, x=155, width=35, align="R")
        self.page.set_y(y + y_step)

    def rule(self) -> None:
        """A thin line."""
        y = self.page.get_y() + 2
        self.page.set_draw_color(*LINE)
        self.page.line(LEFT, y, RIGHT, y)
        self.page.set_y(y + 3)


def _head(sheet: _Sheet, paper: Paper) -> None:
    kind = _kind(paper)
    sheet.text("Iboo", 20, True, ACCENT)
    sheet.page.ln(4)
    sheet.text(f"{kind.fr} {paper.number}", 16, True)
    sheet.text(f"{kind.en} {paper.number}", 10, colour=QUIET)
    sheet.page.ln(2)
    sheet.text(f"Émise le {_day(paper.issued_on)} · Issued on {_day(paper.issued_on, 'en')}")
    if paper.credits:
        number, issued_on = paper.credits.number, paper.credits.issued_on
        french, english = ("Annule", "Cancels") if paper.credits.whole else ("Rembourse en partie", "Partly refunds")
        sheet.text(f"{french} la facture {number} du {_day(issued_on)} · {english} invoice {number}")
    if paper.buyer.purchase_order:
        sheet.text(f"Votre commande · Your purchase order: {paper.buyer.purchase_order}")
    sheet.rule()


def _parties(sheet: _Sheet, paper: Paper) -> None:
    seller, buyer = paper.seller, paper.buyer
    top = sheet.page.get_y()
    left = (seller.form, seller.address, f"{seller.postal_code} {seller.city}", "France", seller.register)
    _party(sheet, "Vendeur · Seller", seller.name, (*left, f"TVA · VAT {seller.vat_number}", seller.email), LEFT)
    below = sheet.page.get_y()
    sheet.page.set_y(top)
    country = words.country(buyer.country, "fr")
    right = (
        buyer.address,
        buyer.address_more,
        f"{buyer.postal_code} {buyer.city}",
        country,
        f"SIREN {buyer.siren}" if buyer.siren else "",
        f"TVA · VAT {buyer.vat_number}" if buyer.vat_number else "",
    )
    _party(sheet, "Client · Customer", buyer.name, right, 108)
    sheet.page.set_y(max(below, sheet.page.get_y()))
    sheet.rule()


def _party(sheet: _Sheet, label: str, name: str, lines: Iterable[str], x: float) -> None:
    sheet.text(label, 8.5, colour=QUIET, x=x, width=80)
    sheet.text(name, 10.5, True, x=x, width=80)
    for line in lines:
        if line.strip() and not line.endswith("VAT "):
            sheet.text(line, 9.5, x=x, width=80)


def _body(sheet: _Sheet, paper: Paper) -> None:
    totals = paper.totals
    sheet.text(paper.what.fr, 11, True)
    sheet.text(paper.what.en, 9.5, colour=QUIET)
    french = f"Du {_day(paper.begins)} au {_day(paper.last_day)}"
    english = f"{_day(paper.begins, 'en')} to {_day(paper.last_day, 'en')}"
    sheet.text(f"{french} · {english}", 9.5)
    sheet.text("Prestation de services · Supply of services", 9.5, colour=QUIET)
    sheet.page.ln(4)
    sheet.pair("Montant HT · Net", _euros(totals.net))
    sheet.pair(f"TVA {paper.vat.rate.normalize():f} % · VAT", _euros(totals.vat))
    sheet.pair("Total TTC · Total", _euros(totals.gross), bold=True)
    means = MEANS[paper.means]
    if paper.credits:
        sheet.pair("Remboursé · Refunded", _euros(totals.gross))
    else:
        sheet.pair("Déjà payé · Already paid", _euros(totals.gross))
        sheet.pair("Reste à payer · Due", _euros(totals.gross - totals.gross), bold=True)
    sheet.page.ln(2)
    sheet.text(f"Réglée par {means.fr}, référence {paper.reference} · Paid by {means.en}", 9.5)
    if paper.vat.mention is not None:
        sheet.text(f"{paper.vat.mention.fr} · {paper.vat.mention.en}", 9.5, True)
    sheet.rule()


def _foot(sheet: _Sheet, paper: Paper) -> None:
    for mention in (PENALTIES, RECOVERY, DISCOUNT):
        sheet.text(f"{mention.fr} {mention.en}", 8, colour=QUIET)
    sheet.text("Factur-X EN 16931", 8, colour=QUIET)


def _kind(paper: Paper) -> Words:
    return Words("Avoir", "Credit note") if paper.credits else Words("Facture", "Invoice")


def _day(day: date, language: str = "fr") -> str:
    return words.date(noon(day), language, None)


def _euros(amount: object) -> str:
    return words.money(str(amount), "fr")
