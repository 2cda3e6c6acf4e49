"""What operators do: each act with a reason that is kept."""

import csv
import io
from decimal import Decimal

import pytest

from chalicelib.billing import acts, invoicing, operating
from chalicelib.billing.__main__ import main
from chalicelib.billing.acts import NoReason
from chalicelib.billing.operating import Operator
from chalicelib.billing.settling import Settled
from chalicelib.errors import Conflict
from chalicelib.gateways.monetico import Refused
from dev.monetico import Simulator
from tests.functional.billing.buyers import Buyer, order_of
from tests.functional.mailbox import Mailbox

BY = Operator("Chloé Martin", "demande du client, dossier 12")


def an_invoice(buyer: Buyer, bank: Simulator) -> str:
    reference = buyer.pays(bank)
    invoicing.issue_due()
    return str(order_of(reference).invoice)


def an_awaited_transfer(buyer: Buyer) -> str:
    reference = buyer.order()
    buyer.browser.send(f"/subscription/pay/{reference}/transfer")
    return reference


def test_a_transfer_that_came_pays_the_order_and_is_invoiced_as_one(buyer: Buyer, bank: Simulator) -> None:
    reference = an_awaited_transfer(buyer)
    assert [one.reference for one in operating.awaited_transfers()] == [reference]
    assert operating.transfer_came(BY, reference, Decimal("237.60")) is Settled.DONE
    assert buyer.subscribed()
    assert invoicing.issue_due() == 1
    assert [one.means for one in invoicing.of_company(buyer.account.company)] == ["transfer"]
    assert not operating.awaited_transfers()


def test_a_transfer_of_another_amount_pays_nothing(buyer: Buyer, bank: Simulator) -> None:
    reference = an_awaited_transfer(buyer)
    assert operating.transfer_came(BY, reference, Decimal("200.00")) is Settled.OTHER_AMOUNT
    assert not buyer.subscribed()


def test_a_refund_is_done_at_the_bank_once_with_a_credit_note(buyer: Buyer, bank: Simulator, mailbox: Mailbox) -> None:
    number = an_invoice(buyer, bank)
    note = operating.refund(BY, number)
    assert note.credits == number
    (order,) = bank.state()["orders"].values()
    assert order["captures"][0]["refunds"][0][0] == 23_760
    assert "Votre avoir" in mailbox.last("anne@lefevre.fr").subject
    with pytest.raises(Conflict):
        operating.refund(BY, number)


def test_a_refund_the_bank_refuses_is_credited_nowhere(buyer: Buyer, bank: Simulator) -> None:
    number = an_invoice(buyer, bank)
    bank.answer("recredit_paiement", [{"lines": {"cdr": "-30", "lib": "ip non autorisee"}}])
    with pytest.raises(Refused):
        operating.refund(BY, number)
    assert len(invoicing.of_company(buyer.account.company)) == 1
    assert "refund_failed" in [line.act for line in acts.all_of()]


def test_a_refund_done_in_the_back_office_is_only_noted(buyer: Buyer, bank: Simulator) -> None:
    number = an_invoice(buyer, bank)
    note = operating.refund(BY, number, in_back_office=True)
    assert note.credits == number
    (order,) = bank.state()["orders"].values()
    assert not order["captures"][0]["refunds"]


def test_an_archive_is_read_with_a_name_and_a_reason_that_are_kept(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.pays(bank)
    for nobody in (Operator("", BY.reason), Operator("Chloé", "parce que")):
        with pytest.raises(NoReason):
            operating.payments_of(nobody, reference)
        with pytest.raises(NoReason):
            operating.contracts_of(nobody, buyer.account.company)
    assert [one.result for one in operating.payments_of(BY, reference)] == ["test_paid"]
    (line,) = [line for line in acts.all_of() if line.act == "read_payments"]
    assert (line.operator, line.about, line.reason) == (BY.name, reference, BY.reason)


def test_a_confirmed_vat_number_makes_the_next_order_a_reverse_charge(buyer: Buyer, bank: Simulator) -> None:
    german = {"country": "DE", "siren": "", "vat_number": "DE136695976", "city": "Köln", "postal_code": "50667"}
    assert order_of(buyer.order(**german)).vat_case == "S"
    operating.confirm_vat_number(BY, buyer.account.company, "WAPIAAAAY1")
    order = order_of(buyer.order(**german))
    assert (order.vat_case, order.vat) == ("AE", "0.00")
    assert order_of(buyer.order(**german | {"vat_number": "DE129273398"})).vat_case == "S", "another number"


def test_the_books_balance_and_name_every_number(buyer: Buyer, bank: Simulator) -> None:
    number = an_invoice(buyer, bank)
    operating.refund(BY, number)
    said: list[str] = []
    year = number.split("-")[1]
    for form in ("csv", "fec"):
        words = ["--operator", BY.name, "--reason", BY.reason, "export", year, form]
        assert main(words, said.append) == 0
    rows = list(csv.DictReader(io.StringIO(said[0]), delimiter=";"))
    assert [row["gross"] for row in rows] == ["237,60", "-237,60"]
    lines = list(csv.DictReader(io.StringIO(said[1]), delimiter="\t"))
    assert len(lines[0]) == 18
    for piece in {line["PieceRef"] for line in lines}:
        mine = [line for line in lines if line["PieceRef"] == piece]
        debit, credit = (sum(Decimal(one[side].replace(",", ".")) for one in mine) for side in ("Debit", "Credit"))
        assert debit == credit == Decimal("237.60")
    assert "export" in [line.act for line in acts.all_of()]
