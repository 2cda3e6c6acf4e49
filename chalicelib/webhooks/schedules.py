"""The clock of messages to programs."""

from chalice.app import Blueprint, CloudWatchEvent

from . import actions

routes = Blueprint(__name__)


@routes.schedule("rate(1 minute)", name="webhooks")
def webhooks(event: CloudWatchEvent) -> None:
    """Sends what waits to be told."""
    actions.send_due()
