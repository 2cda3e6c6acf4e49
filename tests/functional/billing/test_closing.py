"""The end of a company that pays."""

from chalicelib import storage
from chalicelib.billing import cards, closing, invoicing, profiles
from chalicelib.billing.models import Payment
from dev.monetico import Simulator
from tests.functional.billing.buyers import Buyer


def test_card_and_address_go_with_the_company_invoice_and_evidence_stay(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.pays(bank, order={"keep_card": True})
    invoicing.issue_due()
    closing.company_ends(buyer.account.company)
    assert cards.of(buyer.account.company) is None
    assert profiles.of(buyer.account.company) is None
    assert len(invoicing.of_company(buyer.account.company)) == 1
    assert list(storage.query(Payment, f"payment#{reference}"))
