"""From a wish to an order: what it costs, who pays, how."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from pynamodb.expressions.update import Action

from chalicelib import clock, storage
from chalicelib.accounts import members
from chalicelib.accounts.documents import document
from chalicelib.accounts.models import Account
from chalicelib.accounts.roles import Power
from chalicelib.accounts.rules import Checked
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.gateways.monetico import CardOnFile, Form, payment_form
from chalicelib.gateways.monetico import Order as BankOrder
from chalicelib.pages import pick_language
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed, Transaction

from . import bank, cards, days, profiles, rules, subscriptions, terms, vat
from .links import address
from .models import DOUBT, OPEN, PAID, QUEUES, TRANSFER, Order
from .money import ZERO
from .offers import MOST_SEATS, OFFERS, Choice, Period
from .rules import Change, Subscription
from .terms import Standing

NEXT_PAID: Final = _("Le terme suivant est déjà payé : ce changement pourra se demander dès qu’il aura commencé.")
TOO_EARLY: Final = _("Le terme suivant pourra se payer dans les quatorze jours avant la fin de celui-ci.")
FIRST_CHECK: Final = 300
"""Seconds after which the bank is asked what became of an order it told nothing about."""


@dataclass(frozen=True)
class Wanted:
    """An order form, every field checked."""

    choice: Choice
    details: profiles.Details
    keep_card: bool
    renews: bool = False
    """The next term is to be paid now, before this one is over."""


def read(account: Account, form: Mapping[str, str]) -> Wanted:
    """The wish in a form. Raises `FormErrors`, `NotAllowed`."""
    members.require(account, Power.PAY)
    errors: dict[str, str] = {}
    details = choice = None
    try:
        choice = read_choice(account, form)
    except FormErrors as fault:
        errors |= fault.fields
    try:
        details = profiles.read(form, account.email)
    except FormErrors as fault:
        errors |= fault.fields
    check = Checked(form)
    check.accepted("terms", _("Acceptez les conditions pour continuer."))
    errors |= check.errors
    if choice is None or details is None or errors:
        raise FormErrors(errors, most=MOST_SEATS)
    return Wanted(choice, details, bool(form.get("keep_card")), bool(form.get("renew")))


def read_choice(account: Account, form: Mapping[str, str]) -> Choice:
    """Offer, length and seats. Raises `FormErrors`."""
    check = Checked(form)
    offer = check.one_of("offer", OFFERS, _("Choisissez une offre."))
    period = check.one_of("period", ("1", "12"), _("Choisissez une durée."))
    seats = form.get("seats", "")
    if not (seats.isascii() and seats.isdigit() and 1 <= int(seats[:6]) <= MOST_SEATS):
        check.errors["seats"] = _("Indiquez un nombre de places, de 1 à %(most)d.")
    elif int(seats) < len(members.accounts_of(account.company)):
        check.errors["seats"] = _(
            "Il y a plus de membres que de places : retirez d’abord des membres, ou ajoutez des places."
        )
    if check.errors:
        raise FormErrors(check.errors, most=MOST_SEATS)
    return Choice(offer, Period(int(period)), int(seats))


def change_to(held: Subscription | None, wanted: Wanted) -> tuple[str, Change]:
    """The act's name, and what it leads to today. Raises `Conflict` for what has to wait."""
    today, choice = days.today(), wanted.choice
    if held is None or held.standing(today) is Standing.ENDED:
        return "subscribe", rules.subscribed(choice, today)
    if wanted.renews or held.standing(today) in (Standing.GRACE, Standing.READ_ONLY):
        return "renew", _renewed(held, choice, today)
    try:
        return "change", rules.changed(held, choice, today)
    except rules.NextPaid as fault:
        raise Conflict(NEXT_PAID) from fault


def payable_ahead(held: Subscription, today: date) -> bool:
    """Whether the next term can be paid today, before this one is over."""
    return terms.payable_from(held.ends) <= today < held.ends and not held.prepaid


def _renewed(held: Subscription, choice: Choice, today: date) -> Change:
    """Paying for the next term takes a cancellation back."""
    if held.prepaid:
        raise Conflict(NEXT_PAID)
    if today < terms.payable_from(held.ends):
        raise Conflict(TOO_EARLY)
    wished = replace(held, next=None if choice == held.choice else choice, ending=False)
    return rules.renewed(wished, today) or rules.subscribed(choice, today)


def order(account: Account, wanted: Wanted, means: str = "card") -> Order | None:
    """Places an order; `None` when nothing is to be paid, and the change holds. Raises `Conflict`, `FormErrors`."""
    held = subscriptions.of(account.company)
    act, change = change_to(held, wanted)
    profiles.save(account.company, wanted.details)
    if change.charge == ZERO:
        subscriptions.plan_next(account, change.subscription)
        return None
    wish = _wish(account.company, wanted, act) if bank.takes_cards() else None
    return place(account, act, held, change, wanted.details, means, wish)


def _wish(company: str, wanted: Wanted, act: str) -> cards.Wish | None:
    """A card to keep; or, for a renewal, the one that is kept for it: the bank then offers it."""
    if wanted.keep_card:
        return cards.wished(company)
    kept = cards.of(company) if act == "renew" else None
    return None if kept is None else cards.Wish(str(kept.alias), str(kept.wish))


def place(
    account: Account,
    act: str,
    held: Subscription | None,
    change: Change,
    details: profiles.Details,
    means: str,
    wish: cards.Wish | None = None,
) -> Order:
    """Writes an order for a change that costs something. Raises `FormErrors` where nobody may be sold to yet."""
    try:
        case = profiles.vat_of(account.company, details)
    except vat.NeedsAdvice as fault:
        raise FormErrors({"country": profiles.ADVICE}) from fault
    due = vat.totals([change.charge], case)
    profiles.have_checked(account.company, case)
    now = clock.now()
    while True:
        placed = Order(
            f"order#{new_reference()}",
            "order",
            company=account.company,
            account=account.id,
            email=account.email,
            language=account.language,
            act=act,
            state=OPEN,
            means=means,
            base=subscriptions.to_json(held),
            target=subscriptions.to_json(change.subscription),
            net=str(due.net),
            vat=str(due.vat),
            gross=str(due.gross),
            vat_case=case.case.value,
            begins=change.begins.isoformat(),
            ends=change.ends.isoformat(),
            billing=details.to_json(),
            terms=document("terms").version,
            wish=wish.proof if wish else None,
            alias=wish.alias if wish else None,
            placed_at=now,
        )
        placed.list_pk, placed.list_sk = QUEUES[OPEN], f"{now + FIRST_CHECK:012d}"
        try:
            storage.create(placed, {Event.COLLECTED: now})
        except AlreadyThere:
            continue  # one in 2**50
        return placed


def new_reference() -> str:
    """Twelve letters and digits: what the bank's statements show whole. Not to be guessed, but no secret."""
    return "IB" + base64.b32encode(secrets.token_bytes(7)).decode()[:10]


def find(reference: str) -> Order:
    """Raises `NotFound`."""
    found = storage.get(Order, f"order#{reference}", "order", because="consent")
    if found is None:
        raise NotFound
    return found


def of_account(account: Account, reference: str) -> Order:
    """An order of the company. Raises `NotAllowed`, `NotFound`."""
    members.require(account, Power.PAY)
    found = find(reference)
    if found.company != account.company:
        raise NotFound
    return found


def all_of(company: str) -> list[Order]:
    """Every order of a company that is still kept."""
    queues = (*QUEUES.values(), DOUBT, f"orders#{company}")
    found = (one for queue in queues for one in storage.listed(Order, queue, because="consent"))
    return sorted((one for one in found if one.company == company), key=lambda one: int(one.placed_at))


def back_from(base: str) -> str:
    """Where somebody who paid from the page ``base`` comes back to."""
    return base.replace("/subscription/pay/", "/subscription/return/") if base.startswith("/sub") else f"{base}/return"


def form_of(order: Order, base: str) -> Form:
    """What the browser that shows the page ``base`` posts to the bank. Raises
    `chalicelib.gateways.monetico.MoneticoError`."""
    language = pick_language(None, None, order.language)
    wished = order.alias and order.wish and base.startswith("/subscription/")  # by the buyer; another pays with his own
    card = CardOnFile(alias=str(order.alias), wish=str(order.wish)) if wished else None
    return payment_form(
        bank.terminal(),
        BankOrder(
            reference=order.reference,
            amount=Decimal(order.gross),
            at=days.moment(int(order.placed_at)),
            billing=profiles.from_json(order.billing).for_bank(),
            return_ok=address(back_from(base)),
            return_error=address(f"{back_from(base)}/error"),
            mail=order.email,
            language=language.upper(),
            card_on_file=card,
        ),
    )


def await_transfer(order: Order) -> None:
    """The buyer pays by bank transfer: an operator will match it. Raises `Conflict`."""
    if order.state == PAID:
        raise Conflict
    actions = (
        Order.state.set(TRANSFER),
        Order.means.set("transfer"),
        Order.list_pk.set(QUEUES[TRANSFER]),
        Order.list_sk.set(f"{clock.now():012d}"),
    )
    try:
        storage.update(order, *actions, condition=Order.state != PAID)
    except Changed as fault:
        raise Conflict from fault


def back_in_line(order: Order) -> list[Action]:
    """Puts an order back where its state wants it, once a doubt is cleared."""
    queue = QUEUES.get(order.state, f"orders#{order.company}")
    if order.state == PAID and order.invoice:
        queue = f"orders#{order.company}"
    since = clock.now() if order.state == OPEN else int(order.placed_at)
    return [Order.list_pk.set(queue), Order.list_sk.set(f"{since:012d}")]


def finished(transaction: Transaction, order: Order, *actions: object) -> None:
    """Takes an order out of its queue, as part of a transaction: it is listed under its company from now on, or where a
    person still has to look at it."""
    done = (
        Order.list_pk.set(DOUBT if order.doubt else f"orders#{order.company}"),
        Order.list_sk.set(f"{int(order.placed_at):012d}"),
    )
    transaction.update(order, *done, *actions)  # type: ignore[arg-type]
