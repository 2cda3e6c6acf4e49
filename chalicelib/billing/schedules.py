"""The clocks of billing."""

from chalice.app import Blueprint, CloudWatchEvent

from . import checking, depositing, invoicing, refunding, renewals

routes = Blueprint(__name__)


@routes.schedule("rate(1 minute)", name="billing_minute")
def billing_minute(event: CloudWatchEvent) -> None:
    """Asks the bank about orders it told nothing about; invoices what is paid, credits what was given back."""
    checking.ask_due()
    invoicing.issue_due()
    refunding.credit_due()
    depositing.send_due()


@routes.schedule("rate(1 hour)", name="billing_hour")
def billing_hour(event: CloudWatchEvent) -> None:
    """Reminds of terms that end, debits stored cards, tells whose subscription is over; reads what became of
    deposited invoices."""
    renewals.renew_due()
    depositing.follow()
