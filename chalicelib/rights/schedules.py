"""The clock of rights."""

from chalice.app import Blueprint, CloudWatchEvent

from . import watch

routes = Blueprint(__name__)


@routes.schedule("rate(1 hour)", name="rights_watch")
def rights_watch(event: CloudWatchEvent) -> None:
    """Reminds, alerts, lifts what was announced."""
    watch.run()
