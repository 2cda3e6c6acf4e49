"""What is done again and again, by a timer of the loop: a task that sleeps costs several times as much each round."""

import asyncio
import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Every:
    """Calls ``action`` every so many seconds, until `cancel`."""

    def __init__(self, seconds: float, action: Callable[[], object]) -> None:
        self._seconds = seconds
        self._action = action
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(seconds, self._round)

    def cancel(self) -> None:
        """The last round was the last."""
        self._timer.cancel()

    def _round(self) -> None:
        self._timer = self._loop.call_later(self._seconds, self._round)
        try:
            self._action()
        except Exception:
            # A timer serves all rooms: a fault in one round must not end it.
            logger.exception("a timer's action failed")
