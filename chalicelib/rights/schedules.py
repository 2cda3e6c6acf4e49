"""The clock of rights."""

from chalice.app import Blueprint, CloudWatchEvent

from . import inbound, watch

routes = Blueprint(__name__)


@routes.schedule("rate(1 hour)", name="rights_watch")
def rights_watch(event: CloudWatchEvent) -> None:
    """Reminds, alerts, lifts what was announced."""
    watch.run()


@routes.schedule("rate(5 minutes)", name="rights_mailbox")
def rights_mailbox(event: CloudWatchEvent) -> None:
    """Mails to the rights address become requests; their clock starts when they arrived, not now."""
    inbound.take_in()
