"""The installations there are, and what differs between them. What all have in common is in the stacks' own modules."""

from dataclasses import dataclass
from typing import Literal

EDGE_REGION = "us-east-1"
"""The one exception to the region: CloudFront takes its certificate and its firewall from there alone. Neither holds
personal data, and the firewall keeps no samples of requests."""


@dataclass(frozen=True)
class Stage:
    """``prefix`` begins every name. ``front``: what goes through the CDN, everything, or static files alone (then the
    visitor's address never reaches an edge, and the region's own gateway answers for the domain).

    ``callback_concurrency``: executions kept free for reports of workers and payments. ``workers``: fewest and most
    containers of media.
    """

    name: str
    prefix: str
    domain: str
    region: str = "eu-west-3"
    front: Literal["all", "static"] = "all"
    callback_concurrency: int = 50
    workers: tuple[int, int] = (2, 500)

    @property
    def hops(self) -> int:
        """Which entry of X-Forwarded-For, from the right, is the visitor."""
        return 2 if self.front == "all" else 1

    @property
    def base_url(self) -> str:
        """The address people type."""
        return f"https://{self.domain}"


STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage("prod", "iboo", "iboo.live"),
        Stage("prod-static", "iboo", "iboo.live", front="static"),
        Stage("staging", "iboo-staging", "staging.iboo.live", workers=(1, 2), callback_concurrency=10),
    )
}
"""``prod-static`` is ``prod`` with only static files behind the CDN: the same names, hence the same stacks."""
