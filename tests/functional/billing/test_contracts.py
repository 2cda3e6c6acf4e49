"""What was agreed can be proved for five years after the end of the subscription, and not a day sooner forgotten."""

from datetime import timedelta

from chalicelib import storage
from chalicelib.accounts.documents import VERSIONS
from chalicelib.accounts.models import Contract
from chalicelib.billing import days, operating, renewals
from chalicelib.billing.acts import Operator
from chalicelib.privacy.sweep import sweep
from dev.monetico import Simulator
from tests.functional.billing.buyers import Buyer
from tests.functional.conftest import MovedClock

BY = Operator("Chloé Martin", "contestation du client")


def of_orders(buyer: Buyer) -> list[Contract]:
    found = storage.query(Contract, f"company#{buyer.account.company}", "contract#", because="storage")
    return [one for one in found if one.offer]


def test_each_paid_order_leaves_the_proof_of_what_was_agreed(buyer: Buyer, bank: Simulator) -> None:
    buyer.order()
    assert not of_orders(buyer), "nothing is agreed before it is paid"
    buyer.pays(bank)
    buyer.pays(bank, order={"offer": "professional"})
    first, second = sorted(of_orders(buyer), key=lambda one: str(one.offer))
    assert "Essentiel, 2 × 12 mois, 198.00 EUR" in str(first.offer)
    assert first.term == f"{buyer.term.begins}/{buyer.term.ends}"
    assert (first.signatory, first.billing) == ("Anne Dupont", "12 rue de la République, 69002, Lyon, FR, 732829320")
    assert [(one["name"], one["version"]) for one in first.documents] == [("terms", VERSIONS["terms"])]
    assert "Professionnel" in str(second.offer)


def test_it_goes_to_the_archive_with_the_subscription_and_is_forgotten_five_years_later(
    buyer: Buyer, bank: Simulator, clock_file: MovedClock
) -> None:
    buyer.pays(bank)
    buyer.browser.open("/subscription")
    buyer.browser.send("/subscription/cancel")
    clock_file.move(days=(buyer.term.ends - days.today()).days - 1)
    renewals.renew_due()
    sweep()
    assert len(of_orders(buyer)) == 1, "the term still runs"
    clock_file.move(days=1)
    renewals.renew_due()
    clock_file.move(hours=1)
    sweep()
    assert not of_orders(buyer)
    (archived,) = operating.contracts_of(BY, buyer.account.company)
    assert archived["company_name"] == "Cabinet Lefèvre"
    assert "Essentiel" in archived["offer"]
    clock_file.move(days=timedelta(days=5 * 365 - 9).days)
    assert operating.contracts_of(BY, buyer.account.company)
    clock_file.move(days=9)
    sweep()
    assert not operating.contracts_of(BY, buyer.account.company)
