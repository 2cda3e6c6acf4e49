"""When a mail is tried again."""

DELAYS = (60, 300, 900, 3_600, 4 * 3_600, 12 * 3_600)
"""Seconds before the second, third … attempt."""


def next_delay(attempts: int) -> int | None:
    """Seconds to wait after ``attempts`` failed ones; `None`: give up."""
    return DELAYS[attempts - 1] if attempts <= len(DELAYS) else None
