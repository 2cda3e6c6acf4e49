"""Which codecs are forwarded, and who reads their packets."""

from collections.abc import Callable

from media_workers import vp8
from media_workers.picture import Picture

Read = Callable[[bytes, bytes], Picture]
"""Reads a payload that is not empty, with the dependency descriptor that came with it (or nothing). May keep what later
packets of the stream need. Raises `Malformed`."""


def reader(codec: str) -> Read | None:
    """A new reader for one stream of packets; None where there is no picture in them."""
    made = _READERS.get(codec)
    return made() if made else None


_READERS: dict[str, Callable[[], Read]] = {
    "vp8": lambda: lambda payload, descriptor: vp8.read(payload),
}
