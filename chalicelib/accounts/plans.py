"""What a company may do, by its subscription."""

from chalicelib import storage

from .models import Subscription
from .rules import PLANS, TRIAL, Plan


def of(company: str) -> Plan:
    """The plan of a company; the trial's limits where no subscription is known."""
    subscription = storage.get(Subscription, f"company#{company}", "subscription", because="consent")
    return PLANS[subscription.plan if subscription else TRIAL]
