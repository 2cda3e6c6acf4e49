"""Sequence numbers of 16 bits, followed over their wraps."""

from typing import Final

WRAP: Final = 1 << 16


class Sequence:
    """Extends 16-bit numbers to a count that never wraps (in the manner of RFC 3711, section 3.3.1).

    The first number is placed one wrap up, so that numbers before it stay positive.
    """

    def __init__(self) -> None:
        self.highest: int | None = None

    def extend(self, number: int) -> int:
        """The extended number nearest to the highest seen; a later one becomes the highest."""
        if self.highest is None:
            self.highest = number + WRAP
            return self.highest
        extended = nearest(number, self.highest)
        self.highest = max(self.highest, extended)
        return extended


def nearest(number: int, reference: int) -> int:
    """The extended number that ends in the 16 bits of ``number`` and is nearest to ``reference``."""
    difference = (number - reference) & 0xFFFF
    return reference + (difference - WRAP if difference >= WRAP // 2 else difference)
