"""Which codecs are forwarded, and who reads their packets."""

from collections.abc import Callable

from media_workers import av1, h264, vp8, vp9
from media_workers.picture import Picture

Read = Callable[[bytes, bytes], Picture]
"""Reads a payload that is not empty, with the dependency descriptor that came with it (or nothing). May keep what later
packets of the stream need. Raises `Malformed`."""


def reader(codec: str) -> Read | None:
    """A new reader for one stream of packets; None where there is no picture in them."""
    made = _READERS.get(codec)
    return made() if made else None


def _alone(read: Callable[[bytes], Picture]) -> Callable[[], Read]:
    """Of a format whose packets say all themselves."""
    return lambda: lambda payload, descriptor: read(payload)


_READERS: dict[str, Callable[[], Read]] = {
    "vp8": _alone(vp8.read),
    "vp9": _alone(vp9.read),
    "h264": lambda: h264.Reader().read,
    "av1": lambda: av1.Reader().read,
}
