"""The books: every invoice and credit note of an accounting year, for the accountant. Pure.

CSV for people; FEC lines for the administration: tab-separated, the eighteen columns of the Livre des procédures
fiscales, art. A47 A-1, VII.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

COLUMNS: Final = ("number", "issued_on", "credits", "buyer", "country", "vat_case", "net", "vat", "gross", "means")
FEC: Final = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
]
CUSTOMERS, SALES, VAT = ("411000", "Clients"), ("706000", "Prestations de services"), ("445710", "TVA collectée")
"""Plan comptable général; the accountant may map them to others."""


@dataclass(frozen=True)
class Entry:
    """An invoice, or with ``credits`` a credit note. Amounts are positive euros."""

    number: str
    issued_on: str
    credits: str
    company: str
    buyer: str
    country: str
    vat_case: str
    net: Decimal
    vat: Decimal
    gross: Decimal
    means: str


def as_csv(entries: Iterable[Entry]) -> str:
    """One line each, credit notes negative; separated by semicolons, as French spreadsheets expect."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in entries:
        sign = -1 if one.credits else 1
        amounts = {"net": sign * one.net, "vat": sign * one.vat, "gross": sign * one.gross}
        writer.writerow([_plain(amounts.get(name, getattr(one, name))) for name in COLUMNS])
    return out.getvalue()


def as_fec(entries: Iterable[Entry]) -> str:
    """Two or three balanced lines each."""
    lines = ["\t".join(FEC)]
    for one in entries:
        lines += ["\t".join(line) for line in _written(one)]
    return "\r\n".join(lines) + "\r\n"


def fec_name(siren: str, closes: date) -> str:
    """The file's name as the administration wants it (same article, VIII): SIREN, FEC, day on which the year closes."""
    digits = "".join(sign for sign in siren if sign.isdigit())[:9]
    return f"{digits}FEC{closes:%Y%m%d}.txt"


def _written(one: Entry) -> Iterator[list[str]]:
    day = one.issued_on.replace("-", "")
    kind = "Avoir" if one.credits else "Facture"
    parts = [(CUSTOMERS, one.gross, True), (SALES, one.net, False), (VAT, one.vat, False)]
    for (account, label), amount, debit in parts:
        if not amount:
            continue
        customer = [one.company, _word(one.buyer)] if account == CUSTOMERS[0] else ["", ""]
        value, nothing = f"{amount:.2f}".replace(".", ","), "0,00"
        sides = [value, nothing] if debit != bool(one.credits) else [nothing, value]
        words = f"{kind} {one.number} {_word(one.buyer)}"
        head = ["VE", "Ventes", one.number, day, account, label, *customer, one.number, day, words]
        yield [*head, *sides, "", "", day, "", ""]


def _plain(value: object) -> str:
    """What a spreadsheet takes for words, never for a formula."""
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _word(text: str) -> str:
    return " ".join(text.split())
