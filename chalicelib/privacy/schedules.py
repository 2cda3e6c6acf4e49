"""The promise's clock."""

from chalice.app import Blueprint, CloudWatchEvent

from chalicelib import clock

from . import census, notices, proof, statistics, sweep, usage

routes = Blueprint(__name__)

SWEEP_SECONDS = 240
"""A run stops before the function's time is up (300 s), to note how far it came; the next one goes on from there."""


@routes.schedule("rate(1 hour)", name="retention_sweep")
def retention_sweep(event: CloudWatchEvent) -> None:
    """Deletes what is past its time."""
    sweep.sweep(deadline=clock.precise_now() + SWEEP_SECONDS)


@routes.schedule("cron(15 3 * * ? *)", name="retention_census")
def retention_census(event: CloudWatchEvent) -> None:
    """Counts what is late."""
    census.census()


@routes.schedule("cron(20 0 * * ? *)", name="erasure_proof")
def erasure_proof(event: CloudWatchEvent) -> None:
    """Chains, signs and publishes what was erased yesterday."""
    proof.close_days()


@routes.schedule("cron(0 7 * * ? *)", name="privacy_notices")
def privacy_notices(event: CloudWatchEvent) -> None:
    """Tells customers that the policy changes, and who has not come for two years that the account will go."""
    notices.tell()


@routes.schedule("cron(40 2 * * ? *)", name="daily_statistics")
def daily_statistics(event: CloudWatchEvent) -> None:
    """Counts yesterday's meetings: all of them, and each company's."""
    statistics.keep_yesterday()
    usage.keep()
