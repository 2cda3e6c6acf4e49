"""The texts people accept: which version, and the fingerprint of its words.

A text is its French template, the version that binds. Whoever changes one raises its version here.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from chalicelib.pages import TEMPLATES
from chalicelib.register import Words

INDEX: Final = TEMPLATES / "versions" / "policy.json"
NOTICE_DAYS: Final = 30
"""How long a new version of the policy is announced before it may lengthen anything, and on every page."""

VERSIONS: Final = {"terms": "2", "processor_agreement": "1", "policy": "1"}


@dataclass(frozen=True)
class Document:
    """A published text. ``sha256``: hex, of the template's bytes."""

    name: str
    version: str
    sha256: str

    def record(self) -> dict[str, str]:
        """As a contract keeps it."""
        return {"name": self.name, "version": self.version, "sha256": self.sha256}


@cache
def document(name: str) -> Document:
    """The document as published now. Raises `KeyError` for one there is not."""
    path = TEMPLATES / "pages" / "legal" / "fr" / f"{name}.html"
    return Document(name, VERSIONS[name], hashlib.sha256(path.read_bytes()).hexdigest())


@dataclass(frozen=True)
class PolicyVersion:
    """A version of the policy as it was, or will be, published.

    ``announced``: the day it was first shown, ISO 8601; empty while it is being written. ``summary``: what changes.
    ``texts``: language → SHA-256 of its words. ``periods``: "row|purpose" → [promised, set].
    """

    version: str
    announced: str
    summary: Words
    texts: dict[str, str]
    periods: dict[str, list[str]]

    @property
    def effective(self) -> date | None:
        """The day from which it may lengthen a period; `None` while it is being written."""
        return date.fromisoformat(self.announced) + timedelta(days=NOTICE_DAYS) if self.announced else None


@cache
def policy_versions(index: Path = INDEX) -> tuple[PolicyVersion, ...]:
    """Every version of the policy, oldest first."""
    return tuple(
        PolicyVersion(one["version"], one["announced"], Words(**one["summary"]), one["texts"], one["periods"])
        for one in json.loads(index.read_text())
    )


def policy_news(now: int) -> PolicyVersion | None:
    """The version every page points to: announced less than thirty days ago, and not the first."""
    newest = policy_versions()[-1]
    today = datetime.fromtimestamp(now, UTC).date()
    if len(policy_versions()) < 2 or newest.effective is None:
        return None
    return newest if date.fromisoformat(newest.announced) <= today < newest.effective else None
