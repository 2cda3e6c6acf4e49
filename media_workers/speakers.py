"""Who speaks, without flicker, from the levels senders measured (RFC 6464). Pure: time is an argument.

A level counts by how far it lies above a quiet room. It is smoothed, so that a click is no speech; the active speaker
is followed by another one only after that one was clearly louder for a while.
"""

from dataclasses import dataclass
from typing import Final

QUIET: Final = 60
"""-dBov; a fan or a keyboard lies below."""
TALKING: Final = 10.0
"""Decibels above `QUIET`, smoothed, from which somebody talks."""
KEPT: Final = 0.6
"""Part of the smoothed level that stays from one beat (0.2 s) to the next."""
LOUDER: Final = 6.0
"""Decibels by which a challenger must be louder."""
CHALLENGE: Final = 0.6
"""Seconds for which; half as long when the active speaker is silent."""


@dataclass
class _Voice:
    loud: float = 0.0
    sum: float = 0.0
    packets: int = 0
    spoke: float = 0.0


class Speakers:
    """``active``: who speaks, or spoke last; None before anybody did."""

    def __init__(self) -> None:
        self.active: str | None = None
        self._voices: dict[str, _Voice] = {}
        self._challenger: str | None = None
        self._since = 0.0

    def heard(self, participant: str, level: int) -> None:
        """A packet with that level (0 loudest, 127 silence) came."""
        voice = self._voices.setdefault(participant, _Voice())
        voice.sum += max(0, QUIET - level)
        voice.packets += 1

    def gone(self, participant: str) -> None:
        """Somebody left."""
        self._voices.pop(participant, None)
        if self.active == participant:
            self.active = None

    def spoke(self, participant: str) -> float:
        """When somebody was last talking (seconds); 0 = never."""
        voice = self._voices.get(participant)
        return voice.spoke if voice else 0.0

    def beat(self, now: float) -> set[str]:
        """Judges what was heard since the last beat; who began to talk after two seconds of silence or more."""
        began = set()
        for participant, voice in self._voices.items():
            fresh = voice.sum / voice.packets if voice.packets else 0.0
            voice.loud = KEPT * voice.loud + (1 - KEPT) * fresh
            voice.sum, voice.packets = 0.0, 0
            if voice.loud >= TALKING:
                if now - voice.spoke > 2.0:
                    began.add(participant)
                voice.spoke = now
        self._follow(now)
        return began

    def _follow(self, now: float) -> None:
        talking = {participant: voice.loud for participant, voice in self._voices.items() if voice.loud >= TALKING}
        loudest = max(talking, key=lambda participant: talking[participant], default=None)
        if loudest is None or loudest == self.active:
            self._challenger = None
            return
        present = talking.get(self.active or "")
        if present is not None and talking[loudest] < present + LOUDER:
            self._challenger = None
            return
        if loudest != self._challenger:
            self._challenger, self._since = loudest, now
        needed = CHALLENGE if present is not None else CHALLENGE / 2 if self.active is not None else 0.0
        if now - self._since >= needed:
            self.active, self._challenger = loudest, None
