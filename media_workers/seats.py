"""Who sits where, for one viewer. Pure: wishes in, changes out.

Those who send a picture or a sound get a seat as long as seats last, a screen gets one of its own. When seats run out,
screens go before cameras, cameras before microphones, and microphones get the voices. A seat is kept while nobody
needs it more, so that muting moves nobody; among equals, who speaks takes the seat or voice of who has been silent
longest. A camera the viewer's page has a place for needs one more than a camera it has none for.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Source = Literal["camera", "screen"]
SCREEN, LOOKED_AT, CAMERA, MICROPHONE, SILENT, AWAY = 4, 3, 2, 1, 0, -1
"""How much a sitting is needed."""
SEAT_KEPT, VOICE_KEPT = 6.0, 2.0
"""Seconds of silence after which a seat or a voice yields to somebody who speaks: the people of a conversation stay."""


@dataclass(frozen=True)
class Wish:
    """What another participant sends."""

    participant: str
    microphone: bool
    camera: bool
    screen: bool
    spoke: float = 0.0
    """When the person was last talking (seconds, 0 = never)."""


@dataclass(frozen=True)
class Sitting:
    """Who sits in a seat, and what of them is seen there."""

    participant: str
    source: Source


@dataclass(frozen=True)
class Changes:
    """Numbers of the seats and voices that changed."""

    seats: list[int]
    voices: list[int]


class Seating:
    """The seats and voices of one viewer."""

    def __init__(self, seats: int, voices: int) -> None:
        self.seats: list[Sitting | None] = [None] * seats
        self.voices: list[str | None] = [None] * voices
        self.looked_at: Collection[str] = frozenset()
        """Those whose picture the viewer's page has a place for."""

    def arrange(self, wishes: list[Wish]) -> Changes:
        """Seats people anew, moving as few as possible."""
        seats, voices = list(self.seats), list(self.voices)
        by_id = {wish.participant: wish for wish in wishes}
        self.seats = [sitting if self._rank(sitting, by_id) > AWAY else None for sitting in seats]
        for rank in (SCREEN, LOOKED_AT, CAMERA, MICROPHONE):
            for wish in wishes:
                sitting = Sitting(wish.participant, "screen" if rank == SCREEN else "camera")
                if self._rank(sitting, by_id) == rank and sitting not in self.seats:
                    self._seat(sitting, rank, by_id)
        self._give_voices(wishes)
        return Changes(
            [n for n, before in enumerate(seats) if before != self.seats[n]],
            [n for n, before in enumerate(voices) if before != self.voices[n]],
        )

    def _rank(self, sitting: Sitting | None, wishes: dict[str, Wish]) -> int:
        wish = wishes.get(sitting.participant) if sitting else None
        if wish is None or sitting is None:
            return AWAY
        if sitting.source == "screen":
            return SCREEN if wish.screen else AWAY
        if wish.camera:
            return LOOKED_AT if wish.participant in self.looked_at else CAMERA
        return MICROPHONE if wish.microphone else SILENT

    def _seat(self, sitting: Sitting, rank: int, wishes: dict[str, Wish]) -> None:
        """Takes a free seat, else the one needed least, if it is needed less or has long been silent."""
        if not self.seats:
            return
        needs = [(self._rank(other, wishes), _spoke(other, wishes)) for other in self.seats]
        lowest = min(needs)
        if lowest[0] < rank or (lowest[0] == rank < SCREEN and lowest[1] + SEAT_KEPT <= _spoke(sitting, wishes)):
            self.seats[needs.index(lowest)] = sitting

    def _give_voices(self, wishes: list[Wish]) -> None:
        seated = {sitting.participant for sitting in self.seats if sitting and sitting.source == "camera"}
        unseated = [wish.participant for wish in wishes if wish.microphone and wish.participant not in seated]
        self.voices = [voice if voice in unseated else None for voice in self.voices]
        spoke = {wish.participant: wish.spoke for wish in wishes}
        for participant in sorted(unseated, key=lambda participant: -spoke[participant]):
            if participant in self.voices or not self.voices:
                continue
            silences = [spoke[voice] if voice else -VOICE_KEPT for voice in self.voices]
            longest = min(silences)
            if longest + VOICE_KEPT <= spoke[participant]:
                self.voices[silences.index(longest)] = participant


def _spoke(sitting: Sitting | None, wishes: dict[str, Wish]) -> float:
    """When who sits there was last talking."""
    wish = wishes.get(sitting.participant) if sitting else None
    return wish.spoke if wish else 0.0
