"""``python -m dev.words extract|update|compile|check``: the English catalog.

* ``extract`` lists the French sentences found in templates/ and chalicelib/.
* ``update`` brings chalicelib/locale/en/LC_MESSAGES/messages.po up to date: new sentences are added untranslated,
  sentences nobody says any more are removed. Nothing is guessed, so nothing is ever fuzzy.
* ``compile`` makes the .mo file that chalicelib/pages.py reads.
* ``check`` fails when a sentence has no English, or one that can't be put in its place.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).parent.parent
ENGLISH: Final = ROOT / "chalicelib" / "locale" / "en" / "LC_MESSAGES" / "messages.po"
SOURCES: Final[dict[str, list[tuple[str, str]]]] = {
    "templates": [("**", "jinja2")],
    "chalicelib": [("**.py", "python")],
}
OPTIONS: Final[dict[str, dict[str, Any]]] = {"**": {"encoding": "utf-8", "silent": "false"}}
KEYWORDS: Final[dict[str, Any]] = {
    "_": None,
    "gettext": None,
    "mark": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}

_NAMED = re.compile(r"%\(\w+\)[sd]|\{\w+\}")  # of Python and templates; of the room's JavaScript


def extract(root: Path = ROOT) -> Catalog:
    """All sentences of templates/ and chalicelib/ under ``root``."""
    found = Catalog()
    for folder, methods in SOURCES.items():
        rows = extract_from_dir(str(root / folder), methods, OPTIONS, KEYWORDS, comment_tags=("l10n:",))
        for path, _line, message, comments, context in sorted(rows, key=lambda row: (row[0], row[1])):
            found.add(message, None, [(f"{folder}/{path}", 0)], auto_comments=comments, context=context)
    return found


def update(english: Path = ENGLISH, found: Catalog | None = None) -> Catalog:
    """The catalog of ``english`` with exactly the sentences of ``found`` (by default: of the project)."""
    catalog = read(english) if english.exists() else _empty()
    fresh = _empty()
    for message in extract() if found is None else found:
        if message.id:
            known = catalog.get(_key(message), message.context)
            fresh.add(
                message.id,
                known.string if known else None,
                sorted({(path, 0) for path, _ in message.locations}),
                auto_comments=message.auto_comments,
                context=message.context,
            )
    return fresh


def _empty() -> Catalog:
    comment = "# The English of Iboo: sentences put in order by dev/words.py, translated by hand."
    return Catalog(
        locale="en",
        project="Iboo",
        version="1",
        header_comment=comment,
        msgid_bugs_address="contact@iboo.live",
        last_translator="Iboo",
        language_team="English",
        fuzzy=False,
    )


def faults(catalog: Catalog, found: Catalog) -> Iterator[str]:
    """A sentence per thing that is wrong with ``catalog`` as the translation of ``found``."""
    for message in found:
        if message.id and not catalog.get(_key(message), message.context):
            yield f"not in the catalog: {_key(message)!r} (run python -m dev.words update)"
    for message in catalog:
        if not message.id:
            continue
        if not found.get(_key(message), message.context):
            yield f"nobody says this any more: {_key(message)!r}"
        if message.fuzzy:
            yield f"fuzzy: {_key(message)!r}"
        yield from _misfits(message)


def _misfits(message: Message) -> Iterator[str]:
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    if not strings or not all(strings):
        yield f"no English: {_key(message)!r}"
        return
    for source, string in zip(sources, strings, strict=True):
        wanted, given = (sorted(set(_NAMED.findall(text))) for text in (source, string))
        if wanted != given:
            yield f"placeholders {given} instead of {wanted}: {string!r}"
        if "\u202f" in string or re.search(r" [;:!?](\s|$)|[«»]", string):
            yield f"French punctuation in English: {string!r}"


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def write(catalog: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=120, omit_header=False, include_lineno=False, sort_by_file=True)
    # The header's dates would change the file at every run.
    lines = [
        line for line in path.read_text().splitlines(keepends=True) if not re.match(r'"(POT|PO)-[A-Za-z-]+Date: ', line)
    ]
    path.write_text("".join(lines))


def compile_catalog(source: Path = ENGLISH) -> Path:
    target = source.with_suffix(".mo")
    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, read(source))
    fresh.replace(target)
    return target


def main(arguments: list[str]) -> int:
    match arguments:
        case ["extract"]:
            for message in extract():
                if message.id:
                    print(_key(message))
        case ["update"]:
            write(update(), ENGLISH)
            missing = len([message for message in read(ENGLISH) if message.id and not any(message.string or ())])
            print(f"{ENGLISH.relative_to(ROOT)}: {missing} sentences without English")
        case ["compile"]:
            print(compile_catalog().relative_to(ROOT))
        case ["check"]:
            found = list(faults(read(ENGLISH), extract()))
            print("\n".join(found) or "The English catalog is complete.")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
