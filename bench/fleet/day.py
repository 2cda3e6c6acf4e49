"""A working day of meetings: who comes when, and how many packets a second that makes. Pure: chance is an argument.

What is assumed is in constants here, so that whoever knows better changes one line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

HOUR: Final = 3_600

SLOTS: Final[dict[float, float]] = {
    8.0: 2, 8.5: 4, 9.0: 20, 9.5: 6, 10.0: 12, 10.5: 5, 11.0: 10, 11.5: 4, 12.0: 2, 13.0: 2, 13.5: 3,
    14.0: 12, 14.5: 5, 15.0: 9, 15.5: 4, 16.0: 8, 16.5: 3, 17.0: 5, 17.5: 2, 18.0: 1,
}  # fmt: skip
"""Hour of the day → weight. One meeting in six begins at nine."""
SIZES: Final[dict[int, float]] = {2: 30, 3: 20, 4: 15, 5: 10, 6: 8, 8: 8, 10: 5, 15: 3, 25: 1}
"""People → weight."""
LENGTHS: Final[dict[int, float]] = {30: 45, 45: 15, 60: 35, 90: 5}
"""Minutes → weight."""
PLANNED: Final = 0.85
"""Share of meetings known an hour before they begin; the others begin on the spot, at any minute of the slot."""
EARLIEST, LATEST = -150, 240
"""Seconds before and after the start in which people come, most of them near the start."""

BYTES: Final = 780
"""Mean length of a forwarded packet: pictures of about 1,100 bytes, sounds of about 120."""


@dataclass(frozen=True)
class Visit:
    """One person's stay, in seconds since midnight."""

    come: float
    leave: float


@dataclass(frozen=True)
class Meeting:
    """``start``: seconds since midnight; ``planned``: it stood in the calendar an hour before."""

    number: int
    start: float
    planned: bool
    visits: tuple[Visit, ...]


def meetings(count: int, chance: Random) -> Iterator[Meeting]:
    """A day's meetings."""
    for number in range(count):
        (slot,) = chance.choices(list(SLOTS), list(SLOTS.values()))
        (size,) = chance.choices(list(SIZES), list(SIZES.values()))
        (length,) = chance.choices(list(LENGTHS), list(LENGTHS.values()))
        planned = chance.random() < PLANNED
        start = slot * HOUR + (0 if planned else chance.uniform(0, HOUR / 2))
        end = start + 60 * length
        visits = [
            Visit(
                start + chance.triangular(EARLIEST, LATEST, 0) if planned else start + chance.uniform(0, LATEST),
                end + chance.uniform(-120, 60),
            )
            for _ in range(size)
        ]
        yield Meeting(number, start, planned, tuple(visits))
