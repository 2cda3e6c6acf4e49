"""Prices, and the subscription of a company: for who administers it."""

from datetime import date
from decimal import Decimal
from typing import Any

from chalicelib import gates, pages, throttle, words
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import members
from chalicelib.accounts.answers import again, said, typed
from chalicelib.accounts.documents import document
from chalicelib.accounts.models import Account
from chalicelib.accounts.plans import meets_until
from chalicelib.accounts.roles import Power
from chalicelib.accounts.rules import TRIAL_DAYS
from chalicelib.consents import newsletter, objections
from chalicelib.doors import Answer, Door, File, Page, Redirect, Request
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _

from . import bank, cards, days, invoicing, letters, ordering, payment, profiles, subscriptions
from .models import Invoice
from .offers import OFFERS, Choice, Period
from .terms import grace_end

routes = Door(__name__)

DONE = {
    "link": _("Le lien de paiement est parti à l’adresse des factures."),
    "changed": _("C’est noté : le changement prend effet au prochain terme."),
    "cancelled": _("L’abonnement s’arrêtera à la fin de la période payée. Rien ne sera plus prélevé."),
    "resumed": _("L’abonnement continue."),
    "card": _("La carte est retirée. Le prochain terme se paiera par un lien, envoyé par e-mail."),
}


@routes.page("/prices")
def prices(request: Request) -> Answer:
    """What there is to buy, and what each offer allows."""
    return Page("pages/prices.html", {"offers": _offers(request.language), "trial_days": TRIAL_DAYS})


@routes.page("/subscription")
def subscription(request: Request) -> Answer:
    """Where the subscription stands, and what can be done."""
    account = request.account
    members.require(account, Power.PAY)
    return Page("pages/subscription.html", {**_standing(account, request.language), "done": said(request, DONE)})


@routes.page("/subscription/order")
def order_page(request: Request) -> Answer:
    """The order form, filled in with what is known."""
    members.require(request.account, Power.PAY)
    known = _known(request.account, bool(request.query.get("renew")))
    return _order_form(request, known | dict(request.query), {})


@routes.form("/subscription/order")
def place_order(request: Request) -> Answer:
    """Places an order, or notes a change that costs nothing."""
    account = request.account
    try:
        placed = ordering.order(account, ordering.read(account, request.form))
    except FormErrors as fault:
        return again(request, fault, lambda errors: _order_form(request, typed(request), errors))
    if request.form.get("no_news"):
        objections.oppose(account.email, "form")
    return Redirect(f"/subscription/pay/{placed.reference}" if placed else "/subscription?done=changed")


@routes.page("/subscription/pay/{reference}")
def pay_page(request: Request, reference: str) -> Answer:
    """What is to be paid, and how: by card at the bank, by a link that is mailed, or by transfer."""
    order = ordering.of_account(request.account, reference)
    return payment.checkout(request, order, f"/subscription/pay/{reference}", said(request, DONE))


@routes.form("/subscription/pay/{reference}/transfer")
def pay_by_transfer(request: Request, reference: str) -> Answer:
    """The buyer will pay by bank transfer."""
    return payment.by_transfer(ordering.of_account(request.account, reference), f"/subscription/pay/{reference}")


@routes.form("/subscription/pay/{reference}/link")
def mail_link(request: Request, reference: str) -> Answer:
    """Somebody else pays, or the same person in another browser: the link goes to where invoices go."""
    order = ordering.of_account(request.account, reference)
    throttle.hit("payment_link", order.company, 10, 3_600)
    letters.payment_link(order)
    return Redirect(f"/subscription/pay/{reference}?done=link")


@routes.page("/subscription/return/{reference}")
def returned(request: Request, reference: str) -> Answer:
    """Back from the bank: nothing is believed that the bank did not tell us itself."""
    return payment.returned(request, ordering.of_account(request.account, reference), gave_up=False)


@routes.page("/subscription/return/{reference}/error")
def returned_unpaid(request: Request, reference: str) -> Answer:
    """Back without having paid, as the bank's link says; the order may be paid all the same."""
    return payment.returned(request, ordering.of_account(request.account, reference), gave_up=True)


@routes.page("/subscription/invoices/{number}")
def invoice_file(request: Request, number: str) -> Answer:
    """An invoice as it was issued."""
    members.require(request.account, Power.PAY)
    found = invoicing.find(number)
    if found is None or found.company != request.account.company:
        raise NotFound
    return File(found.pdf, "application/pdf", f"{'avoir' if found.credits else 'facture'}-{found.number}.pdf")


@routes.form("/subscription/cancel")
def cancel(request: Request) -> Answer:
    """To end with the term."""
    members.require(request.account, Power.PAY)
    subscriptions.cancel(request.account)
    return Redirect("/subscription?done=cancelled")


@routes.form("/subscription/resume")
def resume(request: Request) -> Answer:
    """Takes a cancellation or a change to come back."""
    members.require(request.account, Power.PAY)
    subscriptions.resume(request.account)
    return Redirect("/subscription?done=resumed")


@routes.form("/subscription/card/remove")
def remove_card(request: Request) -> Answer:
    """Withdraws the wish that the bank keep a card."""
    members.require(request.account, Power.PAY)
    cards.remove(request.account.company)
    return Redirect("/subscription?done=card")


def _order_form(request: Request, form: dict[str, str], errors: dict[str, str]) -> Page:
    account = request.account
    values: dict[str, Any] = {
        "form": form,
        "errors": errors,
        "offers": _offers(request.language),
        "countries": [(code, words.country(code, request.language)) for code in profiles.COUNTRIES],
        "terms_version": document("terms").version,
        "cards": bank.takes_cards(),
        "held": subscriptions.of(account.company) is not None,
        "renews": bool(form.get("renew")),
        "kept_card": cards.of(account.company) is not None,
        "members": len(members.accounts_of(account.company)),
        "told": newsletter.TOLD,
    }
    values["countries"].sort(key=lambda pair: (pair[0] != "FR", pair[1]))
    return Page("pages/order.html", values)


def _known(account: Account, renews: bool) -> dict[str, str]:
    """What the form starts with: the last address, the present choice, or that for the next term."""
    held = subscriptions.of(account.company)
    found = profiles.of(account.company)
    team = len(members.accounts_of(account.company))
    choice = (held.next if renews and held.next else held.choice) if held else Choice("essential", Period.YEAR, team)
    known = {
        "offer": choice.offer,
        "period": str(choice.period.value),
        "seats": str(choice.seats),
        "country": "FR",
        "buyer": accounts.company_name(account),
        "billing_email": account.email,
    }
    if found is None:
        return known
    details = found[0]
    return known | {
        "buyer": details.name,
        "address": details.address,
        "address_more": details.address_more,
        "postal_code": details.postal_code,
        "city": details.city,
        "country": details.country,
        "state": details.state,
        "siren": details.siret or details.siren,
        "vat_number": details.vat_number,
        "purchase_order": details.purchase_order,
        "billing_email": details.email,
    }


def _standing(account: Account, language: pages.Language) -> dict[str, Any]:
    item = subscriptions.kept(account.company)
    held = subscriptions.of(account.company)
    card = cards.of(account.company)
    values: dict[str, Any] = {
        "held": None,
        "trial_ends": meets_until(item) if item and held is None else None,
        "card": None if card is None else {"last4": card.last4, "brand": card.brand},
        "renews_by_itself": card is not None and bank.renews_by_itself(),
        "members": len(members.accounts_of(account.company)),
        "invoices": [_line(invoice) for invoice in invoicing.of_company(account.company)],
    }
    if held is not None:
        values["held"] = {
            **_choice(held.choice, language),
            "standing": held.standing(days.today()).value,
            "ends": days.noon(held.paid_until),
            "grace_ends": days.noon(grace_end(held.paid_until)),
            "payable": ordering.payable_ahead(held, days.today()),
            "prepaid": days.noon(held.ends) if held.prepaid else None,
            "next": _choice(held.next, language) if held.next else None,
        }
    return values


def _line(invoice: Invoice) -> dict[str, Any]:
    issued_on = days.noon(date.fromisoformat(invoice.issued_on))
    return {"number": invoice.number, "issued_on": issued_on, "gross": invoice.gross, "credit": bool(invoice.credits)}


def _choice(choice: Choice, language: pages.Language) -> dict[str, Any]:
    return {
        "offer": getattr(OFFERS[choice.offer].name, language),
        "seats": choice.seats,
        "yearly": choice.period is Period.YEAR,
        "price": choice.price,
    }


def _offers(language: pages.Language) -> list[dict[str, Any]]:
    recorded = gates.is_open("recording")  # nothing is sold before it may be used
    return [
        {
            "key": offer.key,
            "name": getattr(offer.name, language),
            "monthly": offer.monthly,
            "yearly": offer.yearly,
            "yearly_per_month": (offer.yearly / 12).quantize(Decimal("0.01")),
            "people": offer.limits.people,
            "minutes": offer.limits.minutes,
            "recording": offer.limits.recording and recorded,
        }
        for offer in sorted(OFFERS.values(), key=lambda one: one.rank)
    ]
