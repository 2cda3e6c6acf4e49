"""A certificate of erasure as one page of PDF. Pure: the same content gives the same page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fpdf import FPDF

MARGIN = 20
MOST_LINES = 22
"""Lines of the table that one page holds; the JSON holds all."""

_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "—": "-", "–": "-", "\u202f": " ", "œ": "oe"}
)


@dataclass(frozen=True)
class Sheet:
    """What the page says. ``lines``: (category, what became of it, when), each a cell of text."""

    title: str
    facts: Sequence[tuple[str, str]]
    heads: tuple[str, str, str]
    lines: Sequence[tuple[str, str, str]]
    more: str
    notes: Sequence[str]
    made_at: int


def pdf(sheet: Sheet) -> bytes:
    """The page, A4. Letters outside Latin-1 become the nearest plain ones."""
    page = FPDF(format="A4")
    page.set_creation_date(datetime.fromtimestamp(sheet.made_at, UTC))
    page.set_title(_plain(sheet.title))
    page.set_margin(MARGIN)
    page.set_auto_page_break(False)
    page.add_page()
    page.set_font("helvetica", "B", 20)
    page.multi_cell(0, 10, _plain(sheet.title), new_x="LMARGIN", new_y="NEXT")
    page.ln(3)
    for name, value in sheet.facts:
        page.set_font("helvetica", "B", 9)
        page.cell(45, 6, _plain(name))
        page.set_font("helvetica", "", 9)
        page.multi_cell(0, 6, _plain(value), new_x="LMARGIN", new_y="NEXT")
    page.ln(3)
    _table(page, [sheet.heads, *sheet.lines[:MOST_LINES]])
    if len(sheet.lines) > MOST_LINES:
        page.cell(0, 6, _plain(sheet.more), new_x="LMARGIN", new_y="NEXT")
    page.ln(3)
    page.set_font("helvetica", "", 8)
    for note in sheet.notes:
        page.multi_cell(0, 4.5, _plain(note), new_x="LMARGIN", new_y="NEXT")
    return bytes(page.output())


def _table(page: FPDF, lines: Iterable[tuple[str, str, str]]) -> None:
    for number, (row, status, when) in enumerate(lines):
        page.set_font("helvetica", "" if number else "B", 9)
        page.cell(70, 6, _plain(row)[:44], border="B")
        page.cell(60, 6, _plain(status)[:38], border="B")
        page.cell(0, 6, _plain(when)[:28], border="B", new_x="LMARGIN", new_y="NEXT")


def _plain(text: str) -> str:
    return text.translate(_PLAIN).encode("latin-1", "replace").decode("latin-1")
