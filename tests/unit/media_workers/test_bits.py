"""Reading bit by bit."""

import pytest

from media_workers.bits import Bits
from media_workers.errors import Malformed


def bits(text: str) -> Bits:
    """From ones and zeros, filled up with zeros."""
    return Bits(int(text.ljust(-len(text) // 8 * -8, "0"), 2).to_bytes(-(-len(text) // 8), "big"))


def test_numbers_are_read_highest_bit_first() -> None:
    read = Bits(bytes((0b1010_0000, 0xFF)))
    assert (read.flag(), read.read(3), read.read(8), read.left) == (True, 2, 15, 4)


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(Malformed):
        Bits(b"a").read(9)


@pytest.mark.parametrize(("text", "value"), [("1", 0), ("010", 1), ("011", 2), ("00100", 3), ("0001000", 7)])
def test_exp_golomb_numbers(text: str, value: int) -> None:
    assert bits(text).exponential() == value


def test_an_endless_number_is_refused() -> None:
    with pytest.raises(Malformed):
        Bits(bytes(20)).exponential()


@pytest.mark.parametrize(("text", "value"), [("00", 0), ("01", 1), ("10", 2), ("110", 3), ("111", 4)])
def test_numbers_below_five(text: str, value: int) -> None:
    """AV1, section 4.10.7, has this table."""
    assert bits(text).below(5) == value
