"""The newsletter's clock."""

from chalice.app import Blueprint, CloudWatchEvent

from . import issues, objections

routes = Blueprint(__name__)


@routes.schedule("rate(1 minute)", name="newsletter")
def newsletter(event: CloudWatchEvent) -> None:
    """Heeds who called a letter unwanted, then writes the next mails of letters under way into the outbox."""
    objections.heed_complaints()
    issues.carry_on()
