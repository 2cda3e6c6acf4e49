"""The pool's clock."""

from chalice.app import Blueprint, CloudWatchEvent

from . import load

routes = Blueprint(__name__)


@routes.schedule("rate(1 minute)", name="fleet_minute")
def fleet_minute(event: CloudWatchEvent) -> None:
    """Measures the load the pool is scaled by."""
    load.measure()
