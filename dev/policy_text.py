"""The saved words of the privacy policy, in templates/versions.

python -m dev.policy_text            writes those of the version being written
python -m dev.policy_text --check    fails when the public text is not what its version says
python -m dev.policy_text --next "Ce qui change" "What changes"    begins the next version

A version is announced by writing the day into templates/versions/policy.json; from then on its words are fixed.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from chalicelib.accounts.documents import INDEX, policy_versions
from chalicelib.pages import LANGUAGES
from chalicelib.privacy import versions
from chalicelib.register import ROWS
from dev import words


def main(arguments: Sequence[str]) -> int:
    """0, or 1 when the text may not be published so."""
    parser = argparse.ArgumentParser(prog="dev.policy_text")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--next", nargs=2, metavar=("FR", "EN"))
    given = parser.parse_args(arguments)
    words.compile_catalog()
    if given.next:
        _begin(*given.next)
    index: list[dict[str, Any]] = json.loads(INDEX.read_text())
    newest = index[-1]
    texts: dict[str, str] = {language: versions.current_words(language, newest["version"]) for language in LANGUAGES}
    if not given.check and not newest["announced"]:
        newest["texts"] = {language: versions.digest(text) for language, text in texts.items()}
        newest["periods"] = versions.periods(ROWS)
        _write(index)
        for language, text in texts.items():
            (INDEX.parent / f"policy-{newest['version']}.{language}.txt").write_text(text)
    policy_versions.cache_clear()
    found = list(versions.faults(texts, ROWS, policy_versions()))
    sys.stderr.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


def _begin(french: str, english: str) -> None:
    index: list[dict[str, Any]] = json.loads(INDEX.read_text())
    if not index[-1]["announced"]:
        raise SystemExit(f"Version {index[-1]['version']} is still being written.")
    number = str(int(index[-1]["version"]) + 1)
    fresh = {"version": number, "announced": "", "summary": {"fr": french, "en": english}, "texts": {}, "periods": {}}
    _write([*index, fresh])


def _write(index: list[dict[str, Any]]) -> None:
    INDEX.write_text(json.dumps(index, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
