"""Values for the pages and mails of paying, as `dev.samples` has them for the others."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.consents.newsletter import TOLD

Values = Mapping[str, Any]

START: Final = 1_795_424_400  # Monday 23 November 2026, 10:00 in Paris
YEAR: Final = 365 * 86_400
OFFERS: Final = [
    {
        "key": "essential",
        "name": "Essentiel",
        "monthly": "9.90",
        "yearly": "99.00",
        "yearly_per_month": "8.25",
        "people": 25,
        "minutes": 240,
        "recording": False,
    },
    {
        "key": "professional",
        "name": "Professionnel",
        "monthly": "15.90",
        "yearly": "159.00",
        "yearly_per_month": "13.25",
        "people": 50,
        "minutes": 720,
        "recording": True,
    },
]
ORDER: Final = {
    "reference": "IBQ7KXPA2M4D",
    "act": "subscribe",
    "offer": "Professionnel",
    "seats": 3,
    "begins": START,
    "ends": START + YEAR,
    "net": "477.00",
    "vat": "95.40",
    "gross": "572.40",
    "buyer": "Cabinet Lefèvre & Associés",
    "city": "Lyon",
    "keep_card": True,
}
TRANSFER: Final = {"iban": "FR76 1027 8000 0000 0000 0000 000", "bic": "CMCIFR2A", "holder": "Iboo"}
FORM: Final = {"action": "https://bank.example/paiement.cgi", "fields": {"reference": ORDER["reference"]}}
ORDER_FORM: Final[Values] = {
    "told": TOLD,
    "form": {"offer": "professional", "period": "12", "seats": "3", "buyer": ORDER["buyer"], "country": "FR"},
    "errors": {"siren": "Ce numéro ne peut pas être juste."},
    "offers": OFFERS,
    "countries": [("FR", "France"), ("BE", "Belgique")],
    "terms_version": "1",
    "cards": True,
    "held": False,
    "renews": False,
    "kept_card": False,
    "members": 3,
}
RENEWED: Final[Values] = {**ORDER_FORM, "errors": {}, "held": True, "renews": True, "kept_card": True}
CHECKOUT: Final[Values] = {
    "order": ORDER,
    "form": FORM,
    "refused_cookies": True,
    "transfer": TRANSFER,
    "awaits_transfer": False,
    "base": f"/subscription/pay/{ORDER['reference']}",
    "linked": False,
    "mail": "compta@lefevre.example",
    "done": "",
}
BACK: Final[Values] = {"order": ORDER, "base": CHECKOUT["base"], "linked": False}
HELD: Final = {"offer": "Professionnel", "seats": 3, "yearly": True, "price": "477.00", "ends": START + YEAR}
SUBSCRIPTION: Final[Values] = {
    "held": {**HELD, "standing": "active", "grace_ends": START + YEAR, "payable": True, "prepaid": None, "next": HELD},
    "trial_ends": None,
    "card": {"brand": "VI", "last4": "0002"},
    "renews_by_itself": True,
    "members": 3,
    "invoices": [
        {"number": "IB-2026-000124", "issued_on": START, "gross": "572.40", "credit": True},
        {"number": "IB-2026-000123", "issued_on": START, "gross": "572.40", "credit": False},
    ],
    "done": "L’abonnement continue.",
}
PREPAID: Final[Values] = {
    **SUBSCRIPTION,
    "held": {
        **HELD,
        "standing": "active",
        "grace_ends": START + YEAR,
        "payable": False,
        "prepaid": START + YEAR,
        "next": None,
    },
    "done": "",
}
TRIAL: Final[Values] = {**SUBSCRIPTION, "held": None, "trial_ends": START, "card": None, "done": ""}

SIGNED_OUT: Final[Mapping[str, tuple[str, Values]]] = {
    "pay-linked": ("pages/checkout.html", {**CHECKOUT, "base": "/pay/IBQ7KXPA2M4D/secret", "linked": True}),
    "pay-linked-done": ("pages/payment_return.html", {**BACK, "state": "paid", "linked": True}),
    "prices": ("pages/prices.html", {"offers": OFFERS, "trial_days": 30}),
}
SIGNED_IN: Final[Mapping[str, tuple[str, Values]]] = {
    "order": ("pages/order.html", ORDER_FORM),
    "checkout": ("pages/checkout.html", CHECKOUT),
    "checkout-transfer": ("pages/checkout.html", {**CHECKOUT, "form": None, "awaits_transfer": True}),
    "checkout-closed": ("pages/checkout.html", {**CHECKOUT, "form": None, "transfer": None}),
    "payment-pending": ("pages/payment_return.html", {**BACK, "state": "pending"}),
    "payment-paid": ("pages/payment_return.html", {**BACK, "state": "paid"}),
    "payment-given-up": ("pages/payment_return.html", {**BACK, "state": "given_up"}),
    "subscription": ("pages/subscription.html", SUBSCRIPTION),
    "order-renewed": (
        "pages/order.html",
        {**ORDER_FORM, "errors": {}, "held": True, "renews": True, "kept_card": True},
    ),
    "subscription-prepaid": ("pages/subscription.html", PREPAID),
    "subscription-trial": ("pages/subscription.html", TRIAL),
}
MAIL: Final[Values] = {"bilingual": False, "link_to": "https://iboo.example/subscription", "gross": "572.40"}
TERM: Final[Values] = {**MAIL, "ends": START, "grace_ends": START, "price": "477.00", "last4": "0002", "over": True}
MAILS: Final[Mapping[str, Values]] = {
    "payment_due": {**TERM, "over": False},
    "payment_link": {**MAIL, "buyer": ORDER["buyer"]},
    "debit_announced": TERM,
    "subscription_over": TERM,
    "invoice": {**MAIL, "number": "IB-2026-000123", "kind": "invoice"},
}
