"""Figures that the public pages tell, taken from what the product enforces."""

from dataclasses import dataclass

from chalicelib.accounts.rules import TRIAL_DAYS
from chalicelib.billing.offers import OFFERS
from chalicelib.meetings.series import MOST
from chalicelib.register import Words


@dataclass(frozen=True)
class Facts:
    """``people``, ``longest`` (seconds): the most of any offer; ``dates``: of a series, at most; ``recording``: the
    smallest offer that has it, named by language."""

    people: int
    longest: int
    dates: int
    trial_days: int
    recording: dict[str, str]


def facts() -> Facts:
    """As they are today."""
    recording = min((offer for offer in OFFERS.values() if offer.limits.recording), key=lambda offer: offer.rank)
    return Facts(
        people=max(offer.limits.people for offer in OFFERS.values()),
        longest=60 * max(offer.limits.minutes for offer in OFFERS.values()),
        dates=MOST,
        trial_days=TRIAL_DAYS,
        recording=_by_language(recording.name),
    )


def _by_language(words: Words) -> dict[str, str]:
    return {"fr": words.fr, "en": words.en}
