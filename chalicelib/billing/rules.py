"""What becomes of a subscription. Pure: each act takes one and gives the next, with what is to be paid for it.

A subscription stands for a term that is paid. It goes to the next one only by `renewed`, when that one is paid too.

- More is given at once and paid for the days that are left; less is given from the next term on. Whoever wants more of
  one thing and less of another gets all of it from the next term on, or makes two changes.
- From months to a year: at once, a year from today, less what is left of the month. From a year to months: at its end.
- The next term may be paid ahead (`terms.payable_from`). Then more is paid for both terms, and nothing else can be
  wished until it begins.
- Cancelled means cancelled at the end of what is paid; until then it can be taken back.
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


class NextPaid(ValueError):
    """The next term is paid ahead: what would change it waits until it has begun."""


@dataclass(frozen=True)
class Subscription:
    """``number`` of the term (from 0) since ``anchor``; ``next``: another choice from the next term on; ``ending``:
    none follows what is paid; ``prepaid``: the next term is paid already."""

    choice: Choice
    anchor: date
    number: int = 0
    next: Choice | None = None
    ending: bool = False
    prepaid: bool = False

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

    @property
    def following(self) -> "Subscription":
        """The next term as it will stand."""
        choice = self.next or self.choice
        if choice.period is self.choice.period:
            return replace(self, choice=choice, number=self.number + 1, next=None, prepaid=False)
        return Subscription(choice, self.ends, ending=self.ending)

    @property
    def paid_until(self) -> date:
        """The first day that is not paid for."""
        return self.following.ends if self.prepaid else self.ends

    def on(self, today: date) -> "Subscription":
        """The same on a day: once the term is over, the next one where that is paid."""
        return self.following if self.prepaid and today >= self.ends else self

    def standing(self, today: date) -> Standing:
        """What the company may do today."""
        return terms.standing(self.paid_until, self.ending, today)


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
    """Another offer, length or number of seats; the latest wish replaces an earlier one.

    Raises `NotInTerm`, `NextPaid`.
    """
    left = held.days_left(today)
    if held.prepaid:
        return _changed_for_both(held, wished, today)
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
    """To end with what is paid. Raises `NotInTerm`."""
    held.days_left(today)
    return replace(held, ending=True, next=held.next if held.prepaid else None)


def reactivated(held: Subscription, today: date) -> Subscription:
    """The cancellation taken back. Raises `NotInTerm`: after its end, `subscribed` begins a new one."""
    held.days_left(today)
    return replace(held, ending=False)


def resumed(held: Subscription, today: date) -> Subscription:
    """All that was wished for later taken back: the cancellation, and a change that isn't paid. Raises `NotInTerm`."""
    return replace(reactivated(held, today), next=held.next if held.prepaid else None)


def renewed(held: Subscription, today: date) -> Change | None:
    """The next term and its price; `None` when it was cancelled, or is paid.

    Paid before the grace period is over, it follows the last one without a gap. Paid later, it begins on that day:
    nobody pays for days on which he could not meet.
    """
    if held.ending or held.prepaid:
        return None
    coming = held.following
    if today >= terms.grace_end(held.ends):
        return subscribed(coming.choice, today)
    stands = replace(held, prepaid=True).on(today)
    return Change(stands, coming.choice.price, coming.begins, coming.ends)


def begun(held: Subscription | None, target: Subscription, today: date) -> Subscription:
    """What was ordered, paid today: after a gap, or as the first one, a term begins on the day on which it is paid."""
    after_a_gap = held is None or held.standing(today) in (Standing.ENDED, Standing.READ_ONLY)
    return subscribed(target.choice, today).subscription if after_a_gap else target


def settled(held: Subscription | None, base: Subscription | None, target: Subscription) -> tuple[Subscription, bool]:
    """What stands once the payment for ``target``, ordered when ``base`` stood, has come; and whether it is doubtful.

    The money is taken: nothing is refused any more. Where another order was faster, the better of both stands, and a
    person must look at what was paid twice. A cancellation asked meanwhile stays.
    """
    if held == base:
        return target, False
    if held is not None and base is not None and replace(held, ending=base.ending, next=base.next) == base:
        return replace(target, ending=held.ending), False
    better = held is None or (target.paid_until, target.choice.price) > (held.paid_until, held.choice.price)
    return (target if better or held is None else held), True


def _changed_for_both(held: Subscription, wished: Choice, today: date) -> Change:
    """A change while the next term is paid: what is more than either, for the days left and for all of the next."""
    coming = held.following.choice
    if wished == held.choice == coming:
        return _free(held, today)
    alike = wished.period is held.choice.period is coming.period
    if not (alike and wished.gives_at_least(held.choice) and wished.gives_at_least(coming)):
        raise NextPaid
    left = held.days_left(today)
    dearer = share(wished.price, left, held.days) - share(held.choice.price, left, held.days)
    dearer += wished.price - coming.price
    return Change(replace(held, choice=wished, next=None), dearer, today, held.paid_until)


def _later(held: Subscription, wished: Choice, today: date) -> Change:
    """From the next term on: wishing something for then takes a cancellation back."""
    return _free(replace(held, next=wished, ending=False), today)


def _free(subscription: Subscription, today: date) -> Change:
    return Change(subscription, ZERO, today, today)
