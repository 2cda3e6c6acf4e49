"""A person's copy as a file: JSON a machine can read, a page of words, and a manifest of SHA-256. Pure functions."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.register import Row, Words

Kept = Mapping[str, Any]
"""One item as the copy shows it: kind, data, hat, controller, delete_by."""


@dataclass(frozen=True)
class Finding:
    """What was found of a person in one row. ``notes``: for kinds that are not searched, why."""

    row: Row
    items: tuple[Kept, ...]
    notes: tuple[Words, ...]


def pack(findings: Iterable[Finding], words: str, made_at: int) -> bytes:
    """The ZIP. ``words``: the text for the person. The same content at the same time gives the same bytes."""
    rows = [_row(finding) for finding in findings]
    document = {"made_at": moment(made_at), "rows": rows}
    files = {
        "data.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(),
        "README.txt": words.encode(),
    }
    described = [
        {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]
    files["manifest.json"] = (json.dumps({"made_at": moment(made_at), "files": described}, indent=2) + "\n").encode()
    return zipped(files, made_at)


def moment(at: float) -> str:
    """RFC 3339, UTC, to the second."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def plain(name: str, value: Any) -> Any:
    """A stored value as JSON has it: moments in RFC 3339, everything else as it is."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    is_moment = name.endswith("_at") or name in MOMENTS
    return moment(value / 1_000 if value > MILLISECONDS else value) if is_moment else value


MILLISECONDS = 100_000_000_000
"""A moment beyond this (the year 5138) is in milliseconds, as recordings have them."""

MOMENTS = frozenset({"since", "until", "at", "sessions_since"})
"""Fields that hold a moment without saying so by their name."""


def _row(finding: Finding) -> dict[str, Any]:
    row = finding.row
    return {
        "row": row.key,
        "label": _both(row.label),
        "roles": sorted(row.roles),
        "why": row.why,
        "purposes": [
            {
                "purpose": _both(clock.purpose),
                "basis": clock.basis,
                "starts": clock.start,
                "kept": str(clock.keep),
                "promised": str(clock.promise),
                "clause": clock.clause,
            }
            for clock in row.clocks
        ],
        "recipients": [_both(recipient) for recipient in row.recipients],
        "items": list(finding.items),
        "none": not finding.items,
        "notes": [_both(note) for note in finding.notes],
    }


def _both(words: Words) -> dict[str, str]:
    return {"fr": words.fr, "en": words.en}


def zipped(files: Mapping[str, bytes], made_at: int) -> bytes:
    """A ZIP whose bytes depend on its content and ``made_at`` alone."""
    target = io.BytesIO()
    date = datetime.fromtimestamp(made_at, UTC).timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()
