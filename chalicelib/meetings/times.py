"""Dates and times as people type them, and what they mean. Pure."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240)
"""Minutes offered for a meeting."""
LONGEST = 12 * 60
EARLY = 15 * 60
"""Seconds before the start from which a guest is no longer told to be early."""
LATE = 12 * 3_600
"""Seconds after the planned end during which people may still join, unless the host ended the meeting."""
FARTHEST = 366 * 86_400
"""How far ahead a meeting may be planned, in seconds."""


class NoSuchTime(ValueError):
    """Clocks are put forward over this time on that day."""


def starts_at(day: str, hour: str, zone: str) -> int:
    """The moment of a local date ("2026-11-23") and time ("10:00") in an IANA zone, in seconds since 1970.

    Where clocks go back, the first of the two. Raises `NoSuchTime` where they go forward, `ValueError` for nonsense.
    """
    try:
        where = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ValueError("zone") from fault
    local = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), where)
    try:
        moment = local.astimezone(UTC)
    except OverflowError as fault:
        raise ValueError("date") from fault
    if moment.astimezone(where).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(hour)
    return int(moment.timestamp())


def typed(at: int, zone: str) -> tuple[str, str]:
    """Date and time of a moment as a form shows them."""
    local = datetime.fromtimestamp(at, ZoneInfo(zone))
    return local.date().isoformat(), local.strftime("%H:%M")
