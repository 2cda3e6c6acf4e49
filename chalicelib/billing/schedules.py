"""The clocks of billing."""

from chalice.app import Blueprint, CloudWatchEvent

from . import invoicing

routes = Blueprint(__name__)


@routes.schedule("rate(1 minute)", name="billing_minute")
def billing_minute(event: CloudWatchEvent) -> None:
    """Invoices what is paid."""
    invoicing.issue_due()
