"""The subscription of a company: kept with the company, understood by `rules`."""

import json
from datetime import date
from typing import Any, Final

from pynamodb.expressions.update import Action

from chalicelib import clock, storage
from chalicelib.accounts.models import Account
from chalicelib.accounts.models import Subscription as Kept
from chalicelib.errors import Conflict, NotFound
from chalicelib.register.events import Event
from chalicelib.storage import Changed, Transaction

from . import days, rules, terms
from .offers import Choice, Period
from .rules import Subscription

LISTED: Final = "subscriptions"
"""Under which paid subscriptions are listed, by the day on which something is to be done."""


def kept(company: str) -> Kept | None:
    """What is stored of a company's subscription; a trial too."""
    return storage.get(Kept, f"company#{company}", "subscription", because="consent")


def of(company: str) -> Subscription | None:
    """What the company has paid for, as it stands today; `None` while it tries."""
    held = read(kept(company))
    return None if held is None else held.on(days.today())


def read(item: Kept | None) -> Subscription | None:
    """The term that is stored."""
    if item is None or item.anchor is None or item.period is None or item.seats is None:
        return None
    return Subscription(
        Choice(item.plan, Period(int(item.period)), int(item.seats)),
        date.fromisoformat(item.anchor),
        int(item.number or 0),
        choice_of(json.loads(item.next)) if item.next else None,
        bool(item.ending),
        bool(item.prepaid),
    )


def changes(target: Subscription) -> list[Action]:
    """The update that makes ``target`` of what is stored."""
    ends = target.paid_until if target.ending else terms.grace_end(target.paid_until)
    following = target.next
    return [
        Kept.plan.set(target.choice.offer),
        Kept.seats.set(target.choice.seats),
        Kept.period.set(target.choice.period.value),
        Kept.anchor.set(target.anchor.isoformat()),
        Kept.number.set(target.number),
        Kept.next.set(json.dumps(choice_words(following))) if following else Kept.next.remove(),
        Kept.ending.set(target.ending),
        Kept.prepaid.set(target.prepaid),
        Kept.until.set(days.begin(ends)),
        Kept.list_pk.set(LISTED),
        Kept.list_sk.set(next_day(target, days.today()).isoformat()),
    ]


def next_day(held: Subscription, today: date) -> date:
    """The next day on which something may be to be done: a term that was paid ahead begins, a reminder, the end of the
    grace period."""
    if held.ending or held.prepaid:
        return held.ends
    coming = [day for day in terms.reminders(held.ends) if day > today]
    return min([*coming, terms.grace_end(held.ends)])


def write(transaction: Transaction, item: Kept | None, company: str, target: Subscription) -> None:
    """Puts ``target`` in the place of what was read, as part of a transaction; a payment counts as a use."""
    now = clock.now()
    if item is not None:
        transaction.update(item, *changes(target), *storage.restamping(item, Event.LAST_USE, now))
        return
    fresh = Kept(
        f"company#{company}",
        "subscription",
        plan=target.choice.offer,
        since=now,
        until=days.begin(terms.grace_end(target.paid_until)),
        seats=target.choice.seats,
        period=target.choice.period.value,
        anchor=target.anchor.isoformat(),
        number=target.number,
        ending=target.ending,
        prepaid=target.prepaid,
    )
    fresh.list_pk, fresh.list_sk = LISTED, next_day(target, days.today()).isoformat()
    transaction.create(fresh, {Event.LAST_USE: now})


def cancel(account: Account) -> None:
    """To end with the term. Raises `Conflict`, `NotFound`."""
    _act(account, lambda held: rules.cancelled(held, days.today()))


def resume(account: Account) -> None:
    """The cancellation, or the change that was to come, taken back. Raises `Conflict`, `NotFound`."""
    _act(account, lambda held: rules.resumed(held, days.today()))


def plan_next(account: Account, target: Subscription) -> None:
    """A change that costs nothing now. Raises `Conflict`, `NotFound`."""
    _act(account, lambda held: target)


def _act(account: Account, change: Any) -> None:
    item = kept(account.company)
    held = read(item)
    if item is None or held is None:
        raise NotFound
    try:
        storage.update(item, *changes(change(held.on(days.today()))), because="consent")
    except (Changed, rules.NotInTerm) as fault:
        raise Conflict from fault


def to_json(subscription: Subscription | None) -> str | None:
    """As an order keeps it."""
    if subscription is None:
        return None
    following = subscription.next
    return json.dumps(
        {
            **choice_words(subscription.choice),
            "anchor": subscription.anchor.isoformat(),
            "number": subscription.number,
            "ending": subscription.ending,
            "prepaid": subscription.prepaid,
            "next": choice_words(following) if following else None,
        }
    )


def from_json(text: str | None) -> Subscription | None:
    """The subscription an order keeps."""
    if not text:
        return None
    said = json.loads(text)
    following = choice_of(said["next"]) if said["next"] else None
    anchor = date.fromisoformat(said["anchor"])
    return Subscription(choice_of(said), anchor, said["number"], following, said["ending"], said["prepaid"])


def paid_by(target: str, act: str) -> Choice:
    """What an order with this target and act is paid for: the next term's choice, when it renews ahead."""
    found = from_json(target)
    assert found is not None  # every order has one
    return found.following.choice if act == "renew" and found.prepaid else found.choice


def choice_words(choice: Choice) -> dict[str, str | int]:
    """A choice as JSON has it."""
    return {"offer": choice.offer, "period": choice.period.value, "seats": choice.seats}


def choice_of(said: dict[str, Any]) -> Choice:
    """The choice in JSON."""
    return Choice(said["offer"], Period(said["period"]), said["seats"])
