"""People of these tests: who buys, and what they click."""

from dataclasses import dataclass
from typing import Any

from chalicelib import sessions
from chalicelib.accounts.models import Account
from chalicelib.billing import ordering, subscriptions
from chalicelib.billing.models import Order
from chalicelib.billing.rules import Subscription
from dev.monetico import Simulator
from tests.functional.browser import Browser, Seen
from tests.functional.meetings.people import a_host

SIREN = "732829320"
RIGHT: dict[str, Any] = {
    "offer": "essential",
    "period": "12",
    "seats": "2",
    "buyer": "Cabinet Lefèvre",
    "address": "12 rue de la République",
    "postal_code": "69002",
    "city": "Lyon",
    "country": "FR",
    "siren": SIREN,
    "terms": True,
}


@dataclass
class Buyer:
    """Somebody who administers a company."""

    account: Account
    browser: Browser

    @property
    def term(self) -> Subscription:
        """What the company has paid for."""
        found = subscriptions.of(self.account.company)
        assert found is not None, "nothing is paid for"
        return found

    def subscribed(self) -> bool:
        """Whether the company has paid for anything."""
        return subscriptions.of(self.account.company) is not None

    def sign_in(self) -> None:
        """A new session, as after a long time away."""
        cookie = sessions.start(self.account.id, "Firefox, Linux")
        self.browser.cookies[cookie.name] = cookie.value

    def fill_in(self, **typed: Any) -> Seen:
        """Sends the order form, right in every field but those in ``typed``."""
        self.browser.open("/subscription/order")
        return self.browser.send("/subscription/order", **{**RIGHT, **typed})

    def order(self, **typed: Any) -> str:
        """Places an order. Returns its reference; its payment page is shown."""
        page = self.fill_in(**typed)
        assert page.status == 200, page.text
        assert page.path.startswith("/subscription/pay/"), page.path
        return page.path.rpartition("/")[2]

    def form(self) -> dict[str, str]:
        """What the payment page would post to the bank."""
        (form,) = [form for form in self.browser.page.forms if form.action.endswith("/paiement.cgi")]
        return form.fields

    def pays(self, bank: Simulator, card: str = "accepted", order: dict[str, Any] | None = None, **wish: object) -> str:
        """Orders and pays. Returns the reference."""
        reference = self.order(**(order or {}))
        bank.play(self.form(), card, **wish)
        return reference

    def returns(self, reference: str, error: bool = False) -> str:
        """The words of the page after the bank's."""
        return self.browser.open(f"/subscription/return/{reference}{'/error' if error else ''}").text


def a_buyer(email: str = "anne@lefevre.fr") -> Buyer:
    """Who administers a company on trial."""
    host = a_host(email)
    return Buyer(host.account, host.browser)


def order_of(reference: str) -> Order:
    return ordering.find(reference)
