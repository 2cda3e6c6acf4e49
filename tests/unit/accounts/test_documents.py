"""The texts people accept."""

import hashlib

import pytest

from chalicelib.accounts import documents
from chalicelib.pages import TEMPLATES


@pytest.mark.parametrize("name", sorted(documents.VERSIONS))
def test_a_document_is_known_by_the_words_published(name: str) -> None:
    found = documents.document(name)
    text = (TEMPLATES / "pages" / "legal" / "fr" / f"{name}.html").read_bytes()
    assert found.sha256 == hashlib.sha256(text).hexdigest()
    assert (TEMPLATES / "pages" / "legal" / "en" / f"{name}.html").is_file()


def test_a_document_nobody_publishes_has_no_version() -> None:
    with pytest.raises(KeyError):
        documents.document("recipe")
