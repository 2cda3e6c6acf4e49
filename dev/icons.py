"""``python -m dev.icons <folder of lucide-static>``: makes web/icons/sprite.svg of the icons Iboo uses.

The folder is an unpacked npm package (``npm pack lucide-static`` or ``npm install`` somewhere). The sprite is
committed; this runs only when an icon is added. Every icon is decoration: its text name stands beside it or in
``aria-label``.
"""

import json
import sys
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

SVG: Final = "http://www.w3.org/2000/svg"
ICONS: Final = Path(__file__).parent.parent / "web" / "icons"

# our name -> the name in lucide
NAMES: Final = {
    "alert": "triangle-alert",
    "applause": "award",
    "arrow-left": "arrow-left",
    "arrow-right": "arrow-right",
    "bell": "bell",
    "building": "building-2",
    "calendar": "calendar",
    "check": "check",
    "check-circle": "circle-check",
    "chevron-down": "chevron-down",
    "chevron-left": "chevron-left",
    "chevron-right": "chevron-right",
    "chevron-up": "chevron-up",
    "clock": "clock",
    "copy": "copy",
    "download": "download",
    "edit": "pencil",
    "error": "circle-alert",
    "expand": "maximize",
    "external": "external-link",
    "eye": "eye",
    "eye-off": "eye-off",
    "globe": "globe",
    "hand": "hand",
    "headphones": "headphones",
    "heart": "heart",
    "info": "info",
    "key": "key-round",
    "laptop": "laptop",
    "laugh": "laugh",
    "leave": "phone-off",
    "link": "link",
    "lock": "lock",
    "mail": "mail",
    "mail-check": "mail-check",
    "message": "message-square",
    "mic": "mic",
    "mic-off": "mic-off",
    "more": "ellipsis",
    "note": "notebook-pen",
    "party": "party-popper",
    "pause": "pause",
    "pin": "pin",
    "play": "play",
    "plus": "plus",
    "record": "circle-dot",
    "refresh": "refresh-cw",
    "screen-share": "screen-share",
    "screen-share-off": "screen-share-off",
    "send": "send-horizontal",
    "settings": "settings",
    "shield": "shield-check",
    "shrink": "minimize",
    "sign-in": "log-in",
    "sign-out": "log-out",
    "surprise": "sparkles",
    "thumbs-up": "thumbs-up",
    "trash": "trash-2",
    "user": "user",
    "user-check": "user-check",
    "user-minus": "user-minus",
    "user-plus": "user-plus",
    "users": "users",
    "video": "video",
    "video-off": "video-off",
    "volume": "volume-2",
    "volume-off": "volume-x",
    "wifi": "wifi",
    "wifi-off": "wifi-off",
    "x": "x",
}


def sprite(package: Path) -> str:
    """One SVG with a ``<symbol>`` per icon, its drawing attributes kept on the symbol.

    Raises FileNotFoundError when the package has no such icon.
    """
    version = json.loads((package / "package.json").read_text())["version"]
    lines = [
        f'<svg xmlns="{SVG}">',
        f"<!-- lucide-static {version}, ISC licence: see LICENSE.txt. Made by dev/icons.py, don't edit. -->",
    ]
    for name, source in sorted(NAMES.items()):
        root = ElementTree.fromstring((package / "icons" / f"{source}.svg").read_text())  # noqa: S314 - our own package
        shapes = "".join(_shape(shape) for shape in root)
        lines.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
            f' stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
        )
    return "\n".join([*lines, "</svg>", ""])


def _shape(shape: ElementTree.Element) -> str:
    attributes = "".join(f' {key}="{value}"' for key, value in shape.attrib.items())
    return f"<{shape.tag.removeprefix('{' + SVG + '}')}{attributes}/>"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m dev.icons <folder of the npm package lucide-static>")
    package = Path(sys.argv[1])
    (ICONS / "sprite.svg").write_text(sprite(package))
    (ICONS / "LICENSE.txt").write_text((package / "LICENSE").read_text())
    print(f"{len(NAMES)} icons in {ICONS / 'sprite.svg'}")


if __name__ == "__main__":
    main()
