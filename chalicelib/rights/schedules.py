"""The clock of rights."""

from chalice.app import Blueprint, CloudWatchEvent

from chalicelib import clock

from . import holds, inbound, watch

routes = Blueprint(__name__)


@routes.schedule("rate(1 hour)", name="rights_watch")
def rights_watch(event: CloudWatchEvent) -> None:
    """Reminds, alerts, lifts what was announced."""
    watch.run()


MOVING_SECONDS = 240
"""A run stops before the function's time is up (300 s); the next one goes on from there."""


@routes.schedule("rate(5 minutes)", name="rights_holds")
def rights_holds(event: CloudWatchEvent) -> None:
    """What legal holds keep of recordings is moved under keys of their own."""
    holds.look_after(clock.precise_now() + MOVING_SECONDS)


@routes.schedule("rate(5 minutes)", name="rights_mailbox")
def rights_mailbox(event: CloudWatchEvent) -> None:
    """Mails to the rights address become requests; their clock starts when they arrived, not now."""
    inbound.take_in()
