"""The newsletter's clock."""

from chalice.app import Blueprint, CloudWatchEvent

from . import issues

routes = Blueprint(__name__)


@routes.schedule("rate(1 minute)", name="newsletter")
def newsletter(event: CloudWatchEvent) -> None:
    """Writes the next mails of letters under way into the outbox."""
    issues.carry_on()
