"""What a company may do, by its subscription."""

from dataclasses import replace

from chalicelib import clock, storage
from chalicelib.errors import PlanOver

from . import suspension
from .models import Subscription
from .rules import PLANS, READ_ONLY, TRIAL, TRIAL_DAYS, Plan


def of(company: str) -> Plan:
    """The plan of a company; the trial's limits where no subscription is known."""
    subscription = storage.get(Subscription, f"company#{company}", "subscription", because="consent")
    if subscription is None:
        return PLANS[TRIAL]
    if clock.now() >= meets_until(subscription):
        return READ_ONLY
    plan = PLANS[subscription.plan]
    if _allows_more(subscription):
        plan = replace(plan, invitations_per_day=max(plan.invitations_per_day, int(subscription.invitations or 0)))
    return plan if subscription.seats is None else replace(plan, members=int(subscription.seats))


def is_watched(company: str) -> bool:
    """Whether the company is on trial, and no operator has looked at what it sends and allowed more."""
    subscription = storage.get(Subscription, f"company#{company}", "subscription", because="consent")
    return subscription is None or (subscription.plan == TRIAL and not _allows_more(subscription))


def meets_until(subscription: Subscription) -> int:
    """When new meetings can't be held any more: the end of the trial, or of what is paid and of its grace period."""
    return int(subscription.until or subscription.since + TRIAL_DAYS * 86_400)


def may_meet(company: str) -> None:
    """Raises `PlanOver` or `Suspended` when the company can hold no new meeting."""
    suspension.require_none(company)
    if not of(company).meets:
        raise PlanOver


def _allows_more(subscription: Subscription) -> bool:
    return clock.now() < int(subscription.invitations_until or 0)
