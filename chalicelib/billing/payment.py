"""The page of an order that is to be paid, for who ordered it and for whoever was sent its link."""

from datetime import date
from typing import Any

from chalicelib import automated
from chalicelib.consents.rules import PAYMENT
from chalicelib.doors import Answer, Page, Redirect, Request
from chalicelib.errors import NotFound
from chalicelib.pages import Language

from . import bank, days, ordering, profiles, subscriptions
from .models import PAID, TRANSFER, Order
from .offers import OFFERS
from .transfers import account_details


def checkout(request: Request, order: Order, base: str, done: str = "") -> Answer:
    """What is to be paid, and how. ``base``: the address of this page."""
    if order.state == PAID:
        return Redirect(ordering.back_from(base))
    form = ordering.form_of(order, base) if bank.takes_cards() and order.state != TRANSFER else None
    choice = request.choice
    values: dict[str, Any] = {
        "order": shown(order, request.language) | ({"keep_card": False} if _linked(base) else {}),
        "base": base,
        "linked": _linked(base),
        "mail": profiles.from_json(order.billing).email,
        "form": None if form is None else {"action": form.action, "fields": form.fields},
        "refused_cookies": choice is None or not choice.allows(PAYMENT),
        "transfer": account_details(),
        "awaits_transfer": order.state == TRANSFER,
        "done": done,
    }
    return Page("pages/checkout.html", values, form_action=bank.terminal().pages if form else "")


def by_transfer(order: Order, base: str) -> Answer:
    """The buyer will pay by bank transfer."""
    if not bank.takes_transfers():
        raise NotFound
    ordering.await_transfer(order)
    return Redirect(base)


def returned(request: Request, order: Order, gave_up: bool, base: str = "") -> Answer:
    """Back from the bank. ``base``: the address of the page that was paid from; empty: the buyer's own."""
    state = "paid" if order.state == PAID else "given_up" if gave_up or order.filtered_at else "pending"
    base = base or f"/subscription/pay/{order.reference}"
    values = {"order": shown(order, request.language), "state": state, "base": base, "linked": _linked(base)}
    return Page("pages/payment_return.html", values, review=_review(order))


def shown(order: Order, language: Language) -> dict[str, Any]:
    """An order for its pages."""
    choice = subscriptions.paid_by(order.target, order.act)
    details = profiles.from_json(order.billing)
    return {
        "reference": order.reference,
        "act": order.act,
        "offer": getattr(OFFERS[choice.offer].name, language),
        "seats": choice.seats,
        "begins": days.noon(date.fromisoformat(order.begins)),
        "ends": days.noon(date.fromisoformat(order.ends)),
        "net": order.net,
        "vat": order.vat,
        "gross": order.gross,
        "buyer": details.name,
        "city": details.city,
        "keep_card": bool(order.alias),
    }


def _review(order: Order) -> str:
    """Where a person may be asked, when a rule of ours keeps this payment from taking effect."""
    rule = "payment_fraud" if order.filtered_at else "payment_amount" if order.doubt == "amount" else ""
    if not rule or order.state == PAID:
        return ""
    return automated.path(automated.refused(rule, order.company, order.reference))


def _linked(base: str) -> bool:
    return base.startswith("/pay/")
