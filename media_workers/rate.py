"""A token bucket: how much is allowed per second, averaged over a while."""


class Rate:
    """Allows ``per_second`` units on average and ``per_second × over`` at once."""

    def __init__(self, per_second: float, over: float, now: float) -> None:
        self._per_second = per_second
        self._most = per_second * over
        self._left = self._most
        self._at = now

    def take(self, amount: float, now: float) -> bool:
        """Whether ``amount`` units are allowed at ``now`` (seconds); those refused are not counted."""
        self._left = min(self._most, self._left + (now - self._at) * self._per_second)
        self._at = now
        if amount > self._left:
            return False
        self._left -= amount
        return True
