"""What becomes of a subscription. Pure: each act takes one and gives the next, with what is to be paid for it.

A subscription stands for a term that is paid. It goes to the next one only by `renewed`, when that one is paid too.

- More is given at once and paid for the days that are left; less is given from the next term on. Whoever wants more of
one
  thing and less of another gets all of it from the next term on, or makes two changes.
- From months to a year: at once, a year from today, less what is left of the month. From a year to months: at its end.
- Cancelled means cancelled at the end of the term; until then it can be taken back.
- Nothing is given back for a term that was begun.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from . import terms
from .money import ZERO, share
from .offers import Choice, Period
from .terms import Standing, bound


class NotInTerm(ValueError):
    """The term is over: renew, or subscribe anew."""


@dataclass(frozen=True)
class Subscription:
    """``number`` of the term (from 0) since ``anchor``; ``next``: another choice from the next term on; ``ending``:
    none."""

    choice: Choice
    anchor: date
    number: int = 0
    next: Choice | None = None
    ending: bool = False

    @property
    def begins(self) -> date:
        """The first day of the term."""
        return bound(self.anchor, self.choice.period, self.number)

    @property
    def ends(self) -> date:
        """The first day after it."""
        return bound(self.anchor, self.choice.period, self.number + 1)

    @property
    def days(self) -> int:
        """Of the whole term."""
        return (self.ends - self.begins).days

    def days_left(self, today: date) -> int:
        """Today among them. Raises `NotInTerm`."""
        if not self.begins <= today < self.ends:
            raise NotInTerm(today.isoformat())
        return (self.ends - today).days

    def standing(self, today: date) -> Standing:
        """What the company may do today."""
        return terms.standing(self.ends, self.ending, today)


@dataclass(frozen=True)
class Change:
    """What an act leads to. ``charge``: euros to pay first, excluding VAT; with none, it holds at once.

    ``begins``, ``ends``: the days the charge is for, the second exclusive.
    """

    subscription: Subscription
    charge: Decimal
    begins: date
    ends: date


def subscribed(choice: Choice, today: date) -> Change:
    """The first term, beginning today."""
    begun = Subscription(choice, today)
    return Change(begun, choice.price, begun.begins, begun.ends)


def changed(held: Subscription, wished: Choice, today: date) -> Change:
    """Another offer, length or number of seats; the latest wish replaces an earlier one. Raises `NotInTerm`."""
    left = held.days_left(today)
    if wished == held.choice:
        return _free(replace(held, next=None), today)
    if not wished.gives_at_least(held.choice):
        return _later(held, wished, today)
    if wished.period is held.choice.period:
        dearer = share(wished.price, left, held.days) - share(held.choice.price, left, held.days)
        return Change(replace(held, choice=wished, next=None), dearer, today, held.ends)
    if wished.period is Period.MONTH:
        return _later(held, wished, today)
    year = Subscription(wished, today)
    charge = wished.price - share(held.choice.price, left, held.days)
    return Change(year, charge, year.begins, year.ends)


def cancelled(held: Subscription, today: date) -> Subscription:
    """To end with the term. Raises `NotInTerm`."""
    held.days_left(today)
    return replace(held, ending=True, next=None)


def reactivated(held: Subscription, today: date) -> Subscription:
    """The cancellation taken back. Raises `NotInTerm`: after its end, `subscribed` begins a new one."""
    held.days_left(today)
    return replace(held, ending=False)


def renewed(held: Subscription, today: date) -> Change | None:
    """The next term and its price; `None` when it was cancelled.

    Paid before the grace period is over, it follows the last one without a gap. Paid later, it begins on that day:
    nobody pays for days on which he could not meet.
    """
    if held.ending:
        return None
    choice = held.next or held.choice
    if today >= terms.grace_end(held.ends):
        return subscribed(choice, today)
    if choice.period is held.choice.period:
        following = replace(held, choice=choice, number=held.number + 1, next=None)
    else:
        following = Subscription(choice, held.ends)
    return Change(following, choice.price, following.begins, following.ends)


def settled(held: Subscription | None, base: Subscription | None, target: Subscription) -> tuple[Subscription, bool]:
    """What stands once the payment for ``target``, ordered when ``base`` stood, has come; and whether it is doubtful.

    The money is taken: nothing is refused any more. Where another order was faster, the better of both stands, and a
    person must look at what was paid twice. A cancellation asked meanwhile stays.
    """
    if held == base:
        return target, False
    if held is not None and base is not None and replace(held, ending=base.ending, next=base.next) == base:
        return replace(target, ending=held.ending), False
    better = held is None or (target.ends, target.choice.price) > (held.ends, held.choice.price)
    return (target if better or held is None else held), True


def _later(held: Subscription, wished: Choice, today: date) -> Change:
    """From the next term on: wishing something for then takes a cancellation back."""
    return _free(replace(held, next=wished, ending=False), today)


def _free(subscription: Subscription, today: date) -> Change:
    return Change(subscription, ZERO, today, today)
