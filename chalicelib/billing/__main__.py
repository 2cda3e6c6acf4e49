"""``python -m chalicelib.billing``: an operator's acts, each with a name and a reason that are kept.

    … --operator NAME --reason "…" transfers
    … --operator NAME --reason "…" transfer REFERENCE AMOUNT
    … --operator NAME --reason "…" refund INVOICE [--done-in-back-office]
    … --operator NAME --reason "…" payments REFERENCE
    … --operator NAME --reason "…" contracts COMPANY
    … --operator NAME --reason "…" confirm-vat COMPANY PROOF
    … --operator NAME --reason "…" export YEAR csv|fec

Runs under the operator's own rights on the stores, never under a door's.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal

from . import invoicing, operating
from .books import Entry, as_csv, as_fec
from .models import Invoice
from .operating import Operator

Say = Callable[[str], None]


def main(arguments: Sequence[str], say: Say) -> int:
    """0 when the act is done."""
    parser = argparse.ArgumentParser(prog="chalicelib.billing")
    parser.add_argument("--operator", required=True)
    parser.add_argument("--reason", required=True)
    parser.add_argument("act", choices=ACTS)
    parser.add_argument("about", nargs="*")
    parser.add_argument("--done-in-back-office", action="store_true")
    given = parser.parse_args(arguments)
    by = Operator(given.operator, given.reason)
    ACTS[given.act](by, given, say)
    return 0


def entry(invoice: Invoice) -> Entry:
    """An invoice for the books."""
    return Entry(
        invoice.number,
        invoice.issued_on,
        invoice.credits or "",
        invoice.company,
        invoice.buyer,
        invoice.country,
        invoice.vat_case,
        Decimal(invoice.net),
        Decimal(invoice.vat),
        Decimal(invoice.gross),
        invoice.means,
    )


def _transfers(by: Operator, given: argparse.Namespace, say: Say) -> None:
    for order in operating.awaited_transfers():
        say(f"{order.reference} {order.gross} EUR")


def _transfer(by: Operator, given: argparse.Namespace, say: Say) -> None:
    reference, amount = given.about
    say(operating.transfer_came(by, reference, Decimal(amount)).value)


def _refund(by: Operator, given: argparse.Namespace, say: Say) -> None:
    (number,) = given.about
    say(operating.refund(by, number, given.done_in_back_office).number)


def _payments(by: Operator, given: argparse.Namespace, say: Say) -> None:
    (reference,) = given.about
    for one in operating.payments_of(by, reference):
        say(f"{one.sk} {one.result} {one.amount} {one.authorisation} {one.brand} {one.last4} {one.three_d_secure}")


def _contracts(by: Operator, given: argparse.Namespace, say: Say) -> None:
    (company,) = given.about
    for one in operating.contracts_of(by, company):
        say(f"{one['sk']} {one.get('company_name')} {one.get('signatory')} {one.get('documents')}")


def _confirm_vat(by: Operator, given: argparse.Namespace, say: Say) -> None:
    company, proof = given.about
    operating.confirm_vat_number(by, company, proof)


def _export(by: Operator, given: argparse.Namespace, say: Say) -> None:
    year, form = given.about
    by.note("export", year, form)
    entries = [entry(invoice) for invoice in invoicing.of_year(int(year))]
    say({"csv": as_csv, "fec": as_fec}[form](entries))


ACTS: dict[str, Callable[[Operator, argparse.Namespace, Say], None]] = {
    "transfers": _transfers,
    "transfer": _transfer,
    "refund": _refund,
    "payments": _payments,
    "contracts": _contracts,
    "confirm-vat": _confirm_vat,
    "export": _export,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], lambda line: print(line)))  # noqa: T201 - a command speaks
