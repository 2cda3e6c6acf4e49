"""When to ask a publisher for a keyframe: once for many who want one, not too often, until it comes."""

from typing import Final

THROTTLE: Final = 0.3
"""Seconds between two requests: a keyframe costs the publisher's uplink many frames."""
TRIES: Final = 10


class Keyframes:
    """The wish for a keyframe of one encoding."""

    def __init__(self) -> None:
        self._wanted = False
        self._tries = 0
        self._next = 0.0

    @property
    def wanted(self) -> bool:
        """It has not come yet."""
        return self._wanted

    def want(self) -> None:
        """Somebody can't go on without a keyframe."""
        self._wanted = True
        self._tries = 0

    def arrived(self) -> None:
        """One came: all wishes up to now are fulfilled."""
        self._wanted = False

    def due(self, now: float) -> bool:
        """Whether to send a request at ``now`` (seconds); the answer yes counts as sent."""
        if not self._wanted or now < self._next:
            return False
        self._tries += 1
        self._wanted = self._tries < TRIES
        self._next = now + THROTTLE
        return True
