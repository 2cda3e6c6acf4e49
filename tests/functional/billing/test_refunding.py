"""Money given back: whole or in part, once, however often it is tried, with a credit note made of the invoice."""

import threading
from decimal import Decimal
from typing import Any

import pytest

from chalicelib import storage
from chalicelib.billing import acts, invoicing, matter, operating, refunding
from chalicelib.billing.acts import Operator
from chalicelib.billing.models import Invoice, Payment
from chalicelib.errors import FormErrors, NotFound
from chalicelib.storage import Changed
from dev.monetico import Simulator
from tests.functional.billing.buyers import Buyer, order_of
from tests.functional.billing.test_invoices import EN16931, FRENCH, failures, xml_of
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox

BY = Operator("Chloé Martin", "demande du client, dossier 12")


@pytest.fixture
def invoice(buyer: Buyer, bank: Simulator) -> Invoice:
    """Of 237,60 € paid by card."""
    reference = buyer.pays(bank, order={"purchase_order": "BC-77"})
    invoicing.issue_due()
    found = invoicing.find(str(order_of(reference).invoice))
    assert found is not None
    return found


def given_back(bank: Simulator) -> list[int]:
    """Cents, as the bank knows them."""
    (order,) = bank.state()["orders"].values()
    return [cents for capture in order["captures"] for cents, _at in capture["refunds"]]


def refunded(invoice: Invoice, amount: str, noted: bool = False) -> Invoice:
    """Gives back, lets the schedule work. Returns the credit note."""
    refunding.refund(BY, invoice.number, amount, noted)
    assert refunding.credit_due() == 1
    note = invoicing.find(str(refunding.all_of(invoice.number)[-1].note))
    assert note is not None
    return note


def notes(invoice: Invoice) -> list[Invoice]:
    return sorted(invoicing.notes_of(invoice), key=lambda one: str(one.number))


def test_a_refund_is_done_at_the_bank_once_with_a_credit_note(
    invoice: Invoice, bank: Simulator, mailbox: Mailbox
) -> None:
    note = refunded(invoice, "237,60")
    assert (note.credits, note.gross) == (invoice.number, invoice.gross)
    assert given_back(bank) == [23_760]
    assert "Votre avoir" in mailbox.last("anne@lefevre.fr").subject
    with pytest.raises(FormErrors):
        refunding.refund(BY, invoice.number, "0.01")


def test_parts_are_given_back_until_nothing_is_left_and_their_notes_make_the_invoice(
    invoice: Invoice, bank: Simulator
) -> None:
    for amount in ("100", "0.03", "37,57"):
        refunded(invoice, amount)
    assert refunding.left_of(invoice) == Decimal("100.00")
    with pytest.raises(FormErrors):
        refunding.refund(BY, invoice.number, "100.01")
    refunded(invoice, "100.00")
    assert given_back(bank) == [10_000, 3, 3_757, 10_000]
    total = [sum(Decimal(getattr(note, name)) for note in notes(invoice)) for name in ("net", "vat", "gross")]
    assert total == [Decimal(invoice.net), Decimal(invoice.vat), Decimal(invoice.gross)]


def test_the_note_of_a_part_keeps_the_rules_and_says_that_it_is_one(invoice: Invoice, bank: Simulator) -> None:
    for amount in ("50", "0.03"):
        note = refunded(invoice, amount)
        xml = xml_of(note)
        assert failures(xml, EN16931) == []
        assert failures(xml, FRENCH) == []
        for said in ("Remboursement partiel", invoice.number, "BC-77", ">381<"):
            assert said in xml.decode()


@pytest.mark.parametrize("typed", ["", "0", "-1", "237.61", "1e3", "NaN", "12.345", "tout"])
def test_what_is_no_part_of_the_invoice_is_refused(invoice: Invoice, bank: Simulator, typed: str) -> None:
    with pytest.raises(FormErrors) as fault:
        refunding.refund(BY, invoice.number, typed)
    assert fault.value.fields == {"amount": refunding.AMOUNT}
    assert not given_back(bank)


def test_a_refund_the_bank_refuses_is_credited_nowhere_and_can_be_asked_again(
    invoice: Invoice, bank: Simulator
) -> None:
    bank.answer("recredit_paiement", [{"lines": {"cdr": "-30", "lib": "ip non autorisee"}}])
    with pytest.raises(FormErrors) as fault:
        refunding.refund(BY, invoice.number, "237.60")
    assert "ip non autorisee" in str(fault.value.values["why"])
    assert not notes(invoice)
    assert "refund_failed" in [line.act for line in acts.all_of()]
    refunding.refund(BY, invoice.number, "237.60")
    assert given_back(bank) == [23_760]


@pytest.mark.parametrize("done", [True, False], ids=["was done", "was not done"])
def test_an_answer_that_is_lost_never_leads_to_a_second_refund(invoice: Invoice, bank: Simulator, done: bool) -> None:
    lost: dict[str, Any] = {"status": 500, "body": "", "work": done}
    bank.answer("recredit_paiement", [lost])
    with pytest.raises(FormErrors) as fault:
        refunding.refund(BY, invoice.number, "50")
    assert fault.value.fields == {"": refunding.UNCLEAR}
    with pytest.raises(FormErrors) as fault:
        refunding.refund(BY, invoice.number, "50")
    assert fault.value.fields == {"": refunding.OPEN}
    assert refunding.left_of(invoice) == Decimal("187.60")
    bank.answer("etatpaiement", [{"close": True}])
    with pytest.raises(FormErrors):
        refunding.carry_on(BY, invoice.number)
    assert refunding.credit_due() == 0
    refunding.carry_on(BY, invoice.number)
    assert given_back(bank) == [5_000]
    assert refunding.credit_due() == 1
    assert [note.gross for note in notes(invoice)] == ["50.00"]
    with pytest.raises(NotFound):
        refunding.carry_on(BY, invoice.number)


def test_a_credit_note_that_could_not_be_written_follows_by_itself(
    invoice: Invoice, bank: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("IBOO_PUBLISHER_SIREN", "")
        refunding.refund(BY, invoice.number, "237.60")
        assert refunding.credit_due() == 0
    assert given_back(bank) == [23_760]
    assert [one.state for one in refunding.open_ones()] == ["given"]
    assert refunding.left_of(invoice) == 0
    assert refunding.credit_due() == 1
    assert [note.gross for note in notes(invoice)] == ["237.60"]
    assert not refunding.open_ones()
    assert refunding.credit_due() == 0


def test_two_operators_at_once_give_back_once(invoice: Invoice, bank: Simulator) -> None:
    bank.answer("recredit_paiement", [{"close": True}])
    with pytest.raises(FormErrors):
        refunding.refund(BY, invoice.number, "50")
    faults: list[BaseException] = []

    def carry_on() -> None:
        try:
            refunding.carry_on(BY, invoice.number)
        except (FormErrors, NotFound, Changed) as fault:
            faults.append(fault)

    threads = [threading.Thread(target=carry_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given_back(bank) == [5_000]
    assert refunding.credit_due() == 1
    assert [note.gross for note in notes(invoice)] == ["50.00"]


def test_after_three_months_the_order_is_gone_and_the_refund_is_made_of_the_invoice(
    invoice: Invoice, bank: Simulator, clock_file: MovedClock
) -> None:
    clock_file.move(days=100)
    with pytest.raises(NotFound):
        order_of(invoice.reference)
    note = refunded(invoice, "237.60")
    assert given_back(bank) == [23_760]
    first, second = matter.of_invoice(invoice), matter.of_invoice(note)
    assert (first.buyer, first.what, first.begins) == (second.buyer, second.what, second.begins)
    assert failures(xml_of(note), FRENCH) == []


def test_after_six_months_it_is_done_in_the_back_office_and_only_noted(
    invoice: Invoice, bank: Simulator, clock_file: MovedClock
) -> None:
    clock_file.move(days=185)
    assert storage.get(Payment, f"payment#{invoice.reference}", "paid", because="legal claim") is None
    with pytest.raises(FormErrors) as fault:
        refunding.refund(BY, invoice.number, "10")
    assert fault.value.fields == {"": refunding.NO_EVIDENCE}
    note = refunded(invoice, "10", noted=True)
    assert (note.credits, note.gross) == (invoice.number, "10.00")
    assert not given_back(bank)
    assert "10.00 noted" in [line.outcome for line in acts.all_of()]


def test_a_payment_by_transfer_is_given_back_by_transfer_and_noted(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    buyer.browser.send(f"/subscription/pay/{reference}/transfer")
    operating.transfer_came(BY, reference, Decimal("237.60"))
    invoicing.issue_due()
    invoice = invoicing.find(str(order_of(reference).invoice))
    assert invoice is not None
    with pytest.raises(FormErrors) as fault:
        refunding.refund(BY, invoice.number, "237.60")
    assert fault.value.fields == {"": refunding.NOT_BY_SERVICE}
    assert refunded(invoice, "237.60", noted=True).means == "transfer"


def test_a_credit_note_is_not_refunded(invoice: Invoice, bank: Simulator) -> None:
    note = refunded(invoice, "237.60")
    with pytest.raises(NotFound):
        refunding.refund(BY, note.number, "1")


def test_what_was_read_and_done_is_in_the_list_of_acts(invoice: Invoice, bank: Simulator) -> None:
    refunding.refund(BY, invoice.number, "50")
    lines = {line.act: line for line in acts.all_of()}
    assert lines["read_payments"].about == invoice.reference
    assert (lines["refund"].about, lines["refund"].operator, lines["refund"].reason) == (
        invoice.number,
        BY.name,
        BY.reason,
    )
