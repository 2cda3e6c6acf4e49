"""What a forwarder must know of a packet of a picture, whatever the codec: the seam between payload formats and
forwarding. `codecs` says who reads which."""

from dataclasses import dataclass


@dataclass(slots=True)
class Picture:
    """What one packet says; it is not changed once it is made. Numbers are None where the format has none; ``*_at`` is
    their place in the head."""

    keyframe: bool = False
    """The packet opens a keyframe: whoever has seen nothing can begin here."""
    begins: bool = False
    """The packet is the first of a frame."""
    ends: bool = False
    """The packet is the last of a frame, as far as its format says."""
    temporal: int = 0
    """Temporal layer: 0 is enough for a slow picture, each further one adds frames between."""
    sync: bool = False
    """A frame of an upper temporal layer that needs nothing but layer 0: here its layer can be begun."""
    opens: bool = False
    """Frames of upper temporal layers that follow need none of their layers from before: here those can be begun."""
    spatial: int = 0
    """Spatial layer: 0 is the smallest picture, each further one refines it."""
    fresh: bool = False
    """The frame needs nothing of earlier pictures: here its spatial layer can be begun."""
    sizes: tuple[tuple[int, int], ...] = ()
    """Width and height in pixels, by spatial layer, where they are said."""
    head: int = 0
    """Bytes at the beginning of the payload (or of the dependency descriptor) that hold what is numbered."""
    number: int | None = None
    """The picture's number."""
    number_at: int = 0
    number_bits: int = 15
    """7 in one byte, 15 in two under a set bit, 16 in two."""
    tl0: int | None = None
    """A count of pictures of temporal layer 0 (8 bits)."""
    tl0_at: int = 0
    dense: bool = False
    """Receivers take a gap in the numbers for loss: those of frames left out are given to the next."""
    descriptor: bytes = b""
    """The dependency descriptor to send along, where numbers stand in it and not in the payload."""


def renumbered(head: bytes, picture: Picture, number_shift: int, tl0_shift: int) -> bytes:
    """The first ``picture.head`` bytes of ``head`` with both numbers moved on, each in its own width."""
    out = bytearray(head[: picture.head])
    at = picture.number_at
    if picture.number is not None:
        number = (picture.number + number_shift) % (1 << picture.number_bits)
        if picture.number_bits == 7:
            out[at] = number
        else:
            out[at] = number >> 8 | (0x80 if picture.number_bits == 15 else 0)
            out[at + 1] = number & 0xFF
    if picture.tl0 is not None:
        out[picture.tl0_at] = (picture.tl0 + tl0_shift) & 0xFF
    return bytes(out)
