"""Who buys is told of the newsletter where the address is given, and can refuse it there."""

from typing import Any

import pytest

from chalicelib.consents import newsletter, objections
from dev.monetico import Simulator
from tests.functional.billing.buyers import Buyer


@pytest.mark.parametrize("refuses", [False, True])
def test_a_customer_gets_the_newsletter_unless_the_order_refuses_it(
    buyer: Buyer, bank: Simulator, refuses: bool
) -> None:
    typed: dict[str, Any] = {"no_news": refuses}
    buyer.pays(bank, order=typed)
    found = newsletter.subscriber(buyer.account.email)
    assert (found is None) is refuses
    assert objections.opposed(buyer.account.email) is refuses
    assert found is None or found.basis == "6.1.f"


def test_who_only_orders_is_no_customer_yet(buyer: Buyer) -> None:
    buyer.order()
    assert newsletter.subscriber(buyer.account.email) is None
