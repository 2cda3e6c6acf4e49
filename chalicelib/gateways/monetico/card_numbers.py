"""Card numbers where none should be."""

import re

_RUN = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){12,18}(?![0-9A-Za-z])", re.ASCII)


def holds_card_number(text: str) -> bool:
    """Whether 13 to 19 digits in a row, blanks and dashes between them allowed, satisfy Luhn's formula.

    The row must stand alone: digits inside hexadecimal or base64 are no number. ISO/IEC 7812-1, annex B.
    """
    return any(luhn(re.sub("[ -]", "", run[0])) for run in _RUN.finditer(text))


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
