"""The clock of requests."""

from chalice.app import Blueprint, CloudWatchEvent

from . import actions

routes = Blueprint(__name__)


@routes.schedule("cron(30 4 * * ? *)", name="contact_resting")
def contact_resting(event: CloudWatchEvent) -> None:
    """Closes what has rested for ninety days."""
    actions.close_resting()
