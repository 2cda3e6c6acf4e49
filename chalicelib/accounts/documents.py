"""The texts people accept: which version, and the fingerprint of its words.

A text is its French template, the version that binds. Whoever changes one raises its version here.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

from chalicelib.pages import TEMPLATES

VERSIONS: Final = {"terms": "1", "processor_agreement": "1", "policy": "1"}


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
