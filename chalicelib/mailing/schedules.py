"""The outbox's clock."""

from chalice.app import Blueprint, CloudWatchEvent

from . import actions

routes = Blueprint(__name__)


@routes.schedule("rate(1 minute)", name="mail_outbox")
def mail_outbox(event: CloudWatchEvent) -> None:
    """Sends what waits in the outbox."""
    actions.send_due()
