"""``python -m dev.card``: draws web/icons/card.png, which a shared link to our pages shows (1200 × 630 pixels).

Committed; run when the mark or the stage picture changes. Chromium comes from the machine (``CHROMIUM`` or /usr/bin).
"""

import os
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

ICONS: Final = Path(__file__).parent.parent / "web" / "icons"
WIDTH: Final = 1200
HEIGHT: Final = 630

PAGE: Final = """<!doctype html><style>
body {{ margin: 0; height: 630px; display: flex; align-items: center; justify-content: center; gap: 72px;
  background: #f9f9f5; color: #17262a; font: 700 128px "Liberation Sans", Arial, sans-serif; letter-spacing: -4px }}
.brand {{ display: flex; align-items: center; gap: 28px }}
.mark {{ color: #00605f }}
</style>
<div class="brand"><svg class="mark" width="150" height="150" viewBox="0 0 32 32" fill="none" stroke="currentColor"
  stroke-width="3.2"><circle cx="11" cy="16" r="8"/><circle cx="21" cy="16" r="8"/></svg>Iboo</div>
<div style="width:532px;height:380px">{stage}</div>"""


def main() -> None:
    """Writes the picture."""
    stage = (ICONS / "stage.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(PAGE.format(stage=stage))
        page.screenshot(path=ICONS / "card.png")
        chromium.close()


if __name__ == "__main__":
    main()
