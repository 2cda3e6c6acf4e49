"""Handing a message to the address of a customer's program.

One POST, no redirect; tried again by who calls. Where it may go, `outside` says. What is answered beside the status is
not read.
"""

from collections.abc import Mapping

import urllib3

from .outside import NotDelivered, check, pool, target

__all__ = ["NotDelivered", "check", "post"]


def post(url: str, headers: Mapping[str, str], content: bytes) -> int:
    """The status of the answer. Raises `NotDelivered`."""
    path, host = target(url)
    try:
        with pool(url) as connections:
            answer = connections.request(
                "POST",
                path,
                body=content,
                headers={**headers, "Host": host},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            answer.close()
            return int(answer.status)
    except (urllib3.exceptions.HTTPError, OSError) as fault:
        raise NotDelivered("no answer") from fault
