"""The cookie choice of a browser: asked once, kept 180 days, asked again when the purposes change."""

from collections.abc import Iterable

from chalicelib import clock, keyed

from . import proofs
from .rules import KEPT, PURPOSES, SWITCHABLE, Choice, read, version_of, words_of


def of_cookie(cookie: str) -> Choice | None:
    """The choice that still stands; `None`: to be asked."""
    return read(cookie, version_of(PURPOSES), clock.now()) if cookie else None


def choose(granted: Iterable[str], before: Choice | None, channel: str, policy_version: str) -> Choice:
    """Notes a choice on every purpose that can be switched. What ``granted`` does not name is refused.

    The proof keeps the random id of the choice ``before``, so that a withdrawal stands beside what it withdraws.
    """
    wanted = frozenset(granted) & SWITCHABLE
    choice = Choice(before.id if before else keyed.new_id(), clock.now(), version_of(PURPOSES), wanted)
    words = words_of(PURPOSES)
    for purpose in sorted(SWITCHABLE):
        proofs.record(choice.id, purpose, purpose in wanted, words, channel, policy_version, lasts=KEPT)
    return choice
