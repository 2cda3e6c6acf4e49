"""Where data channels are handled elsewhere than by aiortc: what a connection needs of that, and what it is told."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Agreed:
    """What a DTLS 1.2 handshake has agreed on. ``cipher``: suite as OpenSSL names it."""

    cipher: str
    master: bytes
    client_random: bytes
    server_random: bytes


class Talker(Protocol):
    """Who is told what a peer says."""

    def line_opened(self) -> None:
        """Messages can be sent."""

    def line_said(self, channel: int, text: str) -> None:
        """A message came."""

    def line_closed(self) -> None:
        """Nothing comes any more."""


class Line(Protocol):
    """The data channels of one peer."""

    @property
    def opened(self) -> bool:
        """Messages can be sent."""

    def record(self, datagram: bytes) -> None:
        """A DTLS record that came before the line was there."""

    def say(self, channel: int, text: str, most: int) -> bool:
        """Sends a message; not when more than ``most`` bytes wait. Whether there was room for it."""

    def unsent(self, channel: int) -> int:
        """Bytes that the peer has not acknowledged."""

    def hang_up(self) -> None:
        """Says good-bye; the talker is told nothing more."""
