"""How often a stranger may try: per account and per origin.

Every try counts before anything is looked up, whether the account exists or not, so that neither the answer nor a burst
of requests at once tells more than one try does. Figures: docs/decisions/0031.
"""

from collections.abc import Mapping
from typing import Final

from chalicelib import throttle

MINUTE, HOUR, DAY = 60, 3_600, 86_400

Limit = tuple[int, int]
"""So many tries in so many seconds."""

PER_ORIGIN: Final[Mapping[str, tuple[Limit, ...]]] = {
    "signup": ((20, HOUR),),
    "signin": ((60, 15 * MINUTE),),
    "forgot": ((20, HOUR),),
    "link": ((60, HOUR),),
    "token": ((60, 15 * MINUTE),),
}
PER_ACCOUNT: Final[Mapping[str, tuple[Limit, ...]]] = {
    "signup": ((5, HOUR),),
    "signin": ((5, 5 * MINUTE), (25, DAY)),
    "forgot": ((5, HOUR),),
    "password": ((5, 5 * MINUTE), (25, DAY)),
    "change_email": ((5, HOUR),),
    "invite": ((30, DAY),),
    "second": ((5, 5 * MINUTE), (25, DAY)),
}


def from_origin(act: str, address: str) -> None:
    """One more ``act`` from an IP address. Raises `TooMany`."""
    for tries, seconds in PER_ORIGIN[act]:
        throttle.hit(f"{act}/origin/{seconds}", address, tries, seconds)


def forget(act: str, who: str) -> None:
    """An account's tries of ``act`` count no more: a person said that they were its owner's."""
    for _tries, seconds in PER_ACCOUNT[act]:
        throttle.forget(f"{act}/account/{seconds}", who.casefold())


def on_account(act: str, who: str) -> None:
    """One more ``act`` on the account or e-mail address ``who``. Raises `TooMany`."""
    for tries, seconds in PER_ACCOUNT[act]:
        throttle.hit(f"{act}/account/{seconds}", who.casefold(), tries, seconds)
