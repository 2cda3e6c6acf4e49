"""The recordings' clock: what is not closed is looked after every minute."""

from chalice.app import Blueprint, CloudWatchEvent

from . import closing, composing

routes = Blueprint(__name__)


@routes.schedule("rate(1 minute)", name="recording_minute")
def recording_minute(event: CloudWatchEvent) -> None:
    """Ends what nobody renews, closes what is complete, gives up files whose job died."""
    closing.look_after()
    composing.look_after()
