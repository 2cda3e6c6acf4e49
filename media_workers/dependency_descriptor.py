"""The dependency descriptor (RTP Payload Format for AV1, version 1.0.0, appendix A): which layers a frame belongs to.

Its keyframes carry a structure that later frames refer to, so a reader belongs to one stream of packets."""

import struct
from dataclasses import dataclass

from media_workers.bits import Bits
from media_workers.errors import Malformed

SWITCH = 2
"""A decode target indication: from this frame on the target can be decoded."""
_TEMPLATES = 64
_HEAD = struct.Struct("!BH")


@dataclass(frozen=True, slots=True)
class Template:
    """Layers of frames of one kind; ``indications``: by decode target, 0 not present, 1 discardable, 2 switch,
    3 required."""

    spatial: int
    temporal: int
    indications: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """What a keyframe says of the stream. ``targets``: spatial and temporal layer of each decode target."""

    offset: int
    templates: tuple[Template, ...]
    targets: tuple[tuple[int, int], ...]
    sizes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a descriptor says. ``structure`` is there when it came with this one."""

    begins: bool
    ends: bool
    number: int
    spatial: int
    temporal: int
    opens: bool
    """From here on all temporal layers of its spatial layer can be decoded."""
    structure: Structure | None


class Reader:
    """Reads the descriptors of one stream, packet by packet."""

    def __init__(self) -> None:
        self._structure: Structure | None = None
        self._since = 0
        """Number of the frame that brought the structure."""

    def read(self, descriptor: bytes) -> Frame:
        """Raises `Malformed`. Of a frame whose structure is on its way (lost, asked for again) only the number is
        known: it counts as one of the lowest layer, which everybody gets."""
        if len(descriptor) < _HEAD.size:
            raise Malformed("dependency descriptor cut off")
        first, number = _HEAD.unpack_from(descriptor)
        fresh, custom, bits = None, False, Bits(descriptor[_HEAD.size :])
        if bits.left:
            structured, active, custom, _, _ = (bits.flag() for _ in range(5))
            if structured:
                fresh = _structure(bits)
                if self._structure is None or (number - self._since) & 0xFFFF < 0x8000:
                    self._structure, self._since = fresh, number
            if active and self._structure:
                bits.read(len(self._structure.targets))
        begins, ends, structure = bool(first & 0x80), bool(first & 0x40), fresh or self._structure
        place = ((first & 0x3F) - structure.offset) % _TEMPLATES if structure else 0
        if structure is None or place >= len(structure.templates):
            return Frame(begins, ends, number, 0, 0, False, fresh)
        template = structure.templates[place]
        indications = tuple(bits.read(2) for _ in structure.targets) if custom else template.indications
        opens = indications[_best(structure, template.spatial)] == SWITCH
        return Frame(begins, ends, number, template.spatial, template.temporal, opens, fresh)


def _best(structure: Structure, spatial: int) -> int:
    """The decode target with all temporal layers of a spatial one."""
    return max(
        range(len(structure.targets)), key=lambda at: (structure.targets[at][0] == spatial, structure.targets[at][1])
    )


def _structure(bits: Bits) -> Structure:
    offset, targets = bits.read(6), bits.read(5) + 1
    layers = _layers(bits)
    indications = [tuple(bits.read(2) for _ in range(targets)) for _ in layers]
    for _ in layers:
        while bits.flag():
            bits.read(4)  # distances to frames it needs
    chains = bits.below(targets + 1)
    if chains:
        for _ in range(targets):
            bits.below(chains)
        bits.read(4 * chains * len(layers))
    sizes: tuple[tuple[int, int], ...] = ()
    if bits.flag():
        sizes = tuple((bits.read(16) + 1, bits.read(16) + 1) for _ in range(layers[-1][0] + 1))
    templates = tuple(Template(*layer, found) for layer, found in zip(layers, indications, strict=True))
    return Structure(offset, templates, tuple(_target(templates, at) for at in range(targets)), sizes)


def _layers(bits: Bits) -> list[tuple[int, int]]:
    """Spatial and temporal layer of each template: the next one is of the same, of the next temporal, of the next
    spatial layer, or there is none."""
    layers = [(0, 0)]
    while (step := bits.read(2)) != 3:
        spatial, temporal = layers[-1]
        layers.append(((spatial, temporal), (spatial, temporal + 1), (spatial + 1, 0))[step])
        if len(layers) > _TEMPLATES:
            raise Malformed("dependency descriptor of too many templates")
    return layers


def _target(templates: tuple[Template, ...], at: int) -> tuple[int, int]:
    """A decode target's layers: the highest of the frames in it."""
    inside = [template for template in templates if template.indications[at]]
    return max((t.spatial for t in inside), default=0), max((t.temporal for t in inside), default=0)
