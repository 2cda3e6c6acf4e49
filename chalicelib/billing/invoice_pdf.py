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
FOOT = 248
COLUMNS: Final = ((LEFT, 92, "L"), (112, 18, "R"), (132, 27, "R"), (161, 29, "R"))
"""Of the table: left edge, width, alignment."""
Mark = bool | tuple[int, int, int]
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
    page.c_margin = 0
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

    def pair(self, label: str, value: str, bold: bool = False) -> None:
        """A label, and at the right edge its value."""
        self.row([(label, 108, 47, "L", bold or QUIET), (value, 155, 35, "R", bold or INK)], 6.4)

    def row(self, cells: Iterable[tuple[str, float, float, str, Mark]], step: float, size: float = 10) -> None:
        """Cells side by side: text, left edge, width, alignment, and ``True`` for bold or a colour."""
        top = bottom = self.page.get_y()
        for text, x, width, align, mark in cells:
            self.page.set_y(top)
            bold = mark is True
            self.text(text, size, bold, INK if isinstance(mark, bool) else mark, x, width, align)
            bottom = max(bottom, self.page.get_y())
        self.page.set_y(max(bottom, top + step))

    def rule(self, space: float = 3) -> None:
        """A thin line."""
        y = self.page.get_y() + space
        self.page.set_draw_color(*LINE)
        self.page.line(LEFT, y, RIGHT, y)
        self.page.set_y(y + space)


def _head(sheet: _Sheet, paper: Paper) -> None:
    kind, page, top = _kind(paper), sheet.page, sheet.page.get_y()
    page.set_draw_color(*ACCENT)
    page.set_line_width(0.9)
    for x in (LEFT + 2.6, LEFT + 5.8):
        page.circle(x, top + 4, 2.5)
    page.set_line_width(0.2)
    sheet.text("Iboo", 20, True, ACCENT, LEFT + 11, 40)
    page.set_y(top)
    sheet.row([(f"{kind.fr} {paper.number}", 95, 95, "R", True)], 0, 16)
    sheet.row([(f"{kind.en} {paper.number}", 95, 95, "R", QUIET)], 0)
    page.ln(6)
    sheet.row(_both(f"Émise le {_day(paper.issued_on)}", f"Issued on {_day(paper.issued_on, 'en')}"), 5)
    if paper.credits:
        number, issued_on = paper.credits.number, paper.credits.issued_on
        french, english = ("Annule", "Cancels") if paper.credits.whole else ("Rembourse en partie", "Partly refunds")
        words_of = f"{french} la facture {number} du {issued_on:%d/%m/%Y}"
        sheet.row(_both(words_of, f"{english} invoice {number}"), 5)
    if paper.buyer.purchase_order:
        order = paper.buyer.purchase_order
        sheet.row(_both(f"Votre commande {order}", f"Your purchase order {order}"), 5)
    sheet.rule()


def _both(french: str, english: str) -> list[tuple[str, float, float, str, Mark]]:
    """A sentence, and beside it the same in English."""
    return [(french, LEFT, 100, "L", False), (english, 122, 68, "L", QUIET)]


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
    _party(sheet, "Client · Customer", buyer.name, right, 122)
    sheet.page.set_y(max(below, sheet.page.get_y()))
    sheet.rule()


def _party(sheet: _Sheet, label: str, name: str, lines: Iterable[str], x: float) -> None:
    sheet.text(label, 8.5, colour=QUIET, x=x, width=68)
    sheet.text(name, 10.5, True, x=x, width=68)
    for line in lines:
        if line.strip() and not line.endswith("VAT "):
            sheet.text(line, 9.5, x=x, width=68)


def _body(sheet: _Sheet, paper: Paper) -> None:
    heads = ("Désignation · Description", "Quantité\nQuantity", "Prix unitaire HT\nUnit price", "Montant HT\nNet")
    sheet.row([(text, x, width, align, QUIET) for text, (x, width, align) in zip(heads, COLUMNS, strict=True)], 0, 8.5)
    sheet.rule(2)
    numbers = (str(paper.quantity), _euros(paper.unit_price), _euros(paper.totals.net))
    top = sheet.page.get_y()
    sheet.row([(text, x, width, align, False) for text, (x, width, align) in zip(numbers, COLUMNS[1:], strict=True)], 0)
    sheet.page.set_y(top)
    begins, last = paper.begins, paper.last_day
    for text, size, mark in (
        (paper.what.fr, 10.5, True),
        (paper.what.en, 9.5, QUIET),
        (f"Du {_day(begins)} au {_day(last)}", 9.5, False),
        (f"{_day(begins, 'en')} to {_day(last, 'en')}", 9.5, QUIET),
        ("Prestation de services · Supply of services", 9.5, QUIET),
    ):
        sheet.row([(text, LEFT, 92, "L", mark)], 0, size)
    sheet.rule()
    _sums(sheet, paper)


def _sums(sheet: _Sheet, paper: Paper) -> None:
    totals = paper.totals
    sheet.pair("Total HT · Net", _euros(totals.net))
    sheet.pair(f"TVA {paper.vat.rate.normalize():f} % · VAT", _euros(totals.vat))
    sheet.pair("Total TTC · Total", _euros(totals.gross), bold=True)
    if paper.credits:
        sheet.pair("Remboursé · Refunded", _euros(totals.gross))
    else:
        sheet.pair("Déjà payé · Already paid", _euros(totals.gross))
        sheet.pair("Reste à payer · Due", _euros(totals.gross - totals.gross), bold=True)
    sheet.page.ln(4)
    means, day = MEANS[paper.means], paper.paid_on
    done = ("Remboursé", "Refunded") if paper.credits else ("Payée", "Paid")
    sheet.row(
        _both(f"{done[0]} le {_day(day)} par {means.fr}", f"{done[1]} on {_day(day, 'en')} by {means.en}"), 5, 9.5
    )
    sheet.row(_both(f"Référence du paiement {paper.reference}", f"Payment reference {paper.reference}"), 5, 9.5)
    if paper.vat.mention is not None:
        sheet.page.ln(1)
        sheet.row([(f"{paper.vat.mention.fr} · {paper.vat.mention.en}", LEFT, WIDTH, "L", True)], 5, 9.5)


def _foot(sheet: _Sheet, paper: Paper) -> None:
    """At the bottom of the page, below whatever there is."""
    sheet.page.set_y(max(sheet.page.get_y() + 6, FOOT))
    sheet.rule()
    for mention in (PENALTIES, RECOVERY, DISCOUNT):
        sheet.row([(mention.fr, LEFT, 84, "L", QUIET), (mention.en, 108, 82, "L", QUIET)], 0, 8)
    sheet.row([("Facture électronique Factur-X EN 16931 · Electronic invoice", LEFT, WIDTH, "L", QUIET)], 0, 8)


def _kind(paper: Paper) -> Words:
    return Words("Avoir", "Credit note") if paper.credits else Words("Facture", "Invoice")


def _day(day: date, language: str = "fr") -> str:
    return words.date(noon(day), language, None)


def _euros(amount: object) -> str:
    return words.money(str(amount), "fr")
