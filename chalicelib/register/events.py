"""The events that start a clock. Each is emitted somewhere: a test finds the place."""

from enum import StrEnum


class Event(StrEnum):
    """What happened, with the moment (seconds since 1970) kept on the item whose clock it starts."""

    COLLECTED = "collected"
    """The item was written, or the thing it tells of happened."""
    LAST_USE = "last_use"
    """A person's own act: signing in, scheduling, joining. Opening a mail is none."""
    MEETING_END = "meeting_end"
    """The planned end, or the real one where it came later. Rescheduling moves it."""
    TERMINATED = "terminated"
    """The contract with the customer ended."""
    PROTECTED_UNTIL = "protected_until"
    """The latest due date among what a key protects."""
    CONSENT_ENDED = "consent_ended"
    """A choice was withdrawn or has run out; known from the start where it lasts a fixed time."""
    YEAR_CLOSED = "year_closed"
    """The accounting year of an invoice ends; known when it is written."""
    CLOSED = "closed"
    """The matter is settled: a request answered, a hold released, a breach dealt with."""
    RENEWED = "renewed"
    """A worker's or a room's sign of life."""


OPENED_LATER = frozenset({Event.TERMINATED, Event.CONSENT_ENDED, Event.CLOSED})
"""Events that may come long after an item is written: until then its clocks stand open."""
