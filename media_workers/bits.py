"""Reading bit by bit: what H.264's and AV1's headers and the dependency descriptor are written in."""

from media_workers.errors import Malformed


class Bits:
    """Bits of ``data``, highest first. Every method raises `Malformed` when there are not enough."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self.left = 8 * len(data)

    def read(self, count: int) -> int:
        """The next ``count`` bits as a number."""
        self.left -= count
        if self.left < 0:
            raise Malformed("bits cut off")
        return self._value >> self.left & ((1 << count) - 1)

    def flag(self) -> bool:
        """The next bit."""
        return self.read(1) == 1

    def exponential(self) -> int:
        """An unsigned Exp-Golomb number (ITU-T H.264, section 9.1; `uvlc` of AV1), of up to 32 bits."""
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > 32:
                raise Malformed("number too long")
        return (1 << zeros) - 1 + self.read(zeros)

    def below(self, end: int) -> int:
        """A number of 0 … ``end`` - 1 (`ns(n)` of AV1, section 4.10.7)."""
        width = end.bit_length()
        short = (1 << width) - end
        value = self.read(width - 1)
        return value if value < short else (value << 1) - short + self.read(1)
