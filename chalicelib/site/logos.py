"""A logo as it may stand in our pages: a PNG painted anew, an SVG rebuilt from what draws and nothing else.

Pages show it as an image, where no script of it would run and nothing would be fetched; what is refused here would not
have worked either, and is refused so that nobody relies on that.
"""

import io
import re
from collections.abc import Mapping
from typing import Final

from lxml import etree
from PIL import Image

from .models import Logo

LARGEST: Final = 200_000
"""Bytes that are looked at."""
LARGEST_SHOWN: Final = 40_000
"""Bytes of what is shown: it goes along with the home page."""
SIDES: Final = 8_000
"""Pixels a PNG may be wide or high."""
BOX: Final = (480, 192)
"""Into which a PNG is made to fit: twice the size it is shown at."""
HEIGHT: Final = 48
WIDEST: Final = 200
"""Pixels it is shown at, at most."""

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_SHAPES: Final = "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan"
_BESIDE: Final = "title desc style clipPath mask linearGradient radialGradient stop pattern"
DRAWING: Final = frozenset(_SHAPES.split() + _BESIDE.split())
DROPPED: Final = frozenset({"metadata"})
"""What editors leave behind; foreign elements go too."""
_OWN: Final = re.compile(r"url\(\s*['\"]?#[\w.-]+['\"]?\s*\)")
_NUMBER: Final = re.compile(r"\s*([0-9]*\.?[0-9]+)(?:px)?\s*")
_UNSAFE_STYLE: Final = re.compile(r"url\(|@|\\|expression|javascript|[<>]\s*[/!]", re.IGNORECASE)


class Unsafe(ValueError):
    """No logo, or one that holds what no logo needs. Its text says what, for the operator."""


def clean(given: bytes) -> Logo:
    """The logo of a file. Raises `Unsafe`."""
    if not 0 < len(given) <= LARGEST:
        raise Unsafe("size")
    logo = _png(given) if given.startswith(b"\x89PNG\r\n\x1a\n") else _svg(given)
    if len(logo.content) > LARGEST_SHOWN:
        raise Unsafe("size")
    return logo


def _png(given: bytes) -> Logo:
    try:
        with Image.open(io.BytesIO(given), formats=["PNG"]) as picture:
            if max(picture.size) > SIDES or picture.width * picture.height > SIDES * 1_000:
                raise Unsafe("size")
            painted = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise Unsafe("size" if str(fault) == "size" else "png") from fault
    painted.thumbnail(BOX)
    target = io.BytesIO()
    Image.frombytes("RGBA", painted.size, painted.tobytes()).save(target, "PNG", optimize=True)
    return Logo(target.getvalue(), "image/png", *_shown(*painted.size))


def _svg(given: bytes) -> Logo:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(given, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unsafe("neither") from fault
    if root.tag != f"{{{SVG}}}svg":
        raise Unsafe("neither")
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unsafe("doctype")
    rebuilt = _rebuilt(root, etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG}))
    return Logo(
        etree.tostring(rebuilt),
        "image/svg+xml",
        *_shown(*_size({str(name): str(value) for name, value in root.attrib.items()})),
    )


def _rebuilt(found: etree._Element, made: etree._Element) -> etree._Element:
    """``made``, filled with what of ``found`` draws. Raises `Unsafe` for what does something else."""
    for name, value in found.attrib.items():
        _copy_attribute(str(name), str(value), made)
    made.text, made.tail = found.text, found.tail
    if made.tag == f"{{{SVG}}}style" and _UNSAFE_STYLE.search(found.text or ""):
        raise Unsafe("style")
    for child in found:
        if not isinstance(child.tag, str):
            raise Unsafe("entity")
        space, _brace, tag = child.tag.rpartition("}")
        if space != f"{{{SVG}" or tag in DROPPED:
            continue
        if tag not in DRAWING:
            raise Unsafe(tag)
        _rebuilt(child, etree.SubElement(made, child.tag))
    return made


def _copy_attribute(name: str, value: str, made: etree._Element) -> None:
    if name == XLINK or name == "href":
        if not re.fullmatch(r"#[\w.-]+", value):
            raise Unsafe("href")
        made.set("href", value)
    elif name.lower().startswith("on"):
        raise Unsafe(name)
    elif not name.startswith("{") and not name.startswith("data-"):
        if _UNSAFE_STYLE.search(_OWN.sub("", value)):
            raise Unsafe(name)
        made.set(name, value)


def _size(attributes: Mapping[str, str]) -> tuple[float, float]:
    box = attributes.get("viewBox", "").replace(",", " ").split()
    sides = box[2:] if len(box) == 4 else [attributes.get(name, "") for name in ("width", "height")]
    found = [_NUMBER.fullmatch(side) for side in sides]
    width, height = (float(one[1]) if one else 0.0 for one in found)
    if width <= 0 or height <= 0:
        raise Unsafe("dimensions")
    return width, height


def _shown(width: float, height: float) -> tuple[int, int]:
    scale = min(HEIGHT / height, WIDEST / width)
    return max(round(width * scale), 1), max(round(height * scale), 1)
