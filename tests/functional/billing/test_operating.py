"""What operators do: each act with a reason that is kept."""

import csv
import io
from decimal import Decimal

import pytest

from chalicelib.billing import acts, invoicing, operating, refunding
from chalicelib.billing.acts import NoReason, Operator
from chalicelib.billing.books import as_csv, as_fec
from chalicelib.billing.settling import Settled
from chalicelib.errors import Conflict
from dev.monetico import Simulator
from tests.functional.billing.buyers import Buyer, order_of

GERMAN = {"country": "DE", "siren": "", "vat_number": "DE136695976", "city": "Köln", "postal_code": "50667"}
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


def test_a_vat_number_of_the_right_form_makes_a_reverse_charge_that_operators_look_up(
    buyer: Buyer, bank: Simulator
) -> None:
    assert order_of(buyer.order(**GERMAN)).vat_case == "AE"
    ((details, profile),) = operating.vat_to_check()
    assert (details.vat_number, str(profile.pk)) == (GERMAN["vat_number"], f"company#{buyer.account.company}")
    operating.checked_vat_number(BY, buyer.account.company, "WAPIAAAAY1", valid=True)
    assert not operating.vat_to_check()
    order = order_of(buyer.order(**GERMAN))
    assert (order.vat_case, order.vat) == ("AE", "0.00")
    assert not operating.vat_to_check(), "looked up once"
    buyer.order(**GERMAN | {"vat_number": "DE129273398"})
    assert operating.vat_to_check(), "another number"


def test_a_number_vies_does_not_know_bears_french_vat_from_then_on(buyer: Buyer, bank: Simulator) -> None:
    buyer.order(**GERMAN)
    operating.checked_vat_number(BY, buyer.account.company, "WAPIAAAAY2", valid=False)
    assert order_of(buyer.order(**GERMAN)).vat_case == "S"
    assert not operating.vat_to_check()
    assert order_of(buyer.order(**GERMAN | {"vat_number": "DE129273398"})).vat_case == "AE"


def test_an_installation_may_want_the_number_confirmed_first(
    buyer: Buyer, bank: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBOO_VAT_CONFIRM_FIRST", "1")
    assert order_of(buyer.order(**GERMAN)).vat_case == "S"
    operating.checked_vat_number(BY, buyer.account.company, "WAPIAAAAY1", valid=True)
    assert order_of(buyer.order(**GERMAN)).vat_case == "AE"


def test_a_transfer_of_another_amount_waits_for_a_person_who_says_that_all_is_there(
    buyer: Buyer, bank: Simulator
) -> None:
    reference = an_awaited_transfer(buyer)
    operating.transfer_came(BY, reference, Decimal("237.00"))
    assert not operating.awaited_transfers()
    assert [(one.reference, one.doubt) for one in operating.doubts()] == [(reference, "amount")]
    operating.clear_doubt(BY, reference, paid=True)
    assert buyer.subscribed()
    assert not operating.doubts()
    assert invoicing.issue_due() == 1
    with pytest.raises(Conflict):
        operating.clear_doubt(BY, reference, paid=True)


def test_an_order_paid_twice_stays_with_the_operators_until_they_say_so_and_is_invoiced_meanwhile(
    buyer: Buyer, bank: Simulator
) -> None:
    first = buyer.order()
    one = buyer.form()
    buyer.pays(bank, order={"offer": "professional"})
    bank.play(one, "accepted")
    assert [order.doubt for order in operating.doubts()] == [], "invoiced first"
    assert invoicing.issue_due() == 2
    assert [order.reference for order in operating.doubts()] == [first]
    with pytest.raises(Conflict):
        operating.clear_doubt(BY, first, paid=True)
    operating.clear_doubt(BY, first, paid=False)
    assert not operating.doubts()
    assert order_of(first).state == "paid"


def test_an_order_put_back_in_line_can_still_be_paid(buyer: Buyer, bank: Simulator) -> None:
    reference = an_awaited_transfer(buyer)
    operating.transfer_came(BY, reference, Decimal("23.76"))
    operating.clear_doubt(BY, reference, paid=False)
    assert [one.reference for one in operating.awaited_transfers()] == [reference]
    assert operating.transfer_came(BY, reference, Decimal("237.60")) is Settled.DONE


def test_the_books_balance_and_name_every_number(buyer: Buyer, bank: Simulator) -> None:
    number = an_invoice(buyer, bank)
    refunding.refund(BY, number, "237.60")
    assert refunding.credit_due() == 1
    entries = operating.entries(BY, int(number.split("-")[1]), "csv")
    rows = list(csv.DictReader(io.StringIO(as_csv(entries)), delimiter=";"))
    assert [row["gross"] for row in rows] == ["237,60", "-237,60"]
    lines = list(csv.DictReader(io.StringIO(as_fec(entries)), delimiter="\t"))
    assert len(lines[0]) == 18
    for piece in {line["PieceRef"] for line in lines}:
        mine = [line for line in lines if line["PieceRef"] == piece]
        debit, credit = (sum(Decimal(one[side].replace(",", ".")) for one in mine) for side in ("Debit", "Credit"))
        assert debit == credit == Decimal("237.60")
    assert "export" in [line.act for line in acts.all_of()]
