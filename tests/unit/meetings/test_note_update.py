"""Updates of Yjs, read byte by byte."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycrdt import Doc as AnyDoc
from pycrdt import Text

from chalicelib.meetings.note_update import Malformed, read

Doc = AnyDoc[Any]


def doc_of(*updates: bytes) -> tuple[Doc, Text]:
    doc: Doc = Doc()
    text = doc.get("notes", type=Text)
    for update in updates:
        doc.apply_update(update)
    return doc, text


def typed(doc: Doc, change: str, at: int | None = None) -> bytes:
    """The update that comes of typing at the end, or at a place (in bytes)."""
    before = doc.get_state()
    text = doc.get("notes", type=Text)
    if at is None:
        text += change
    else:
        text.insert(at, change)
    return doc.get_update(before)


def test_what_was_typed_is_read_with_whose_it_is() -> None:
    doc, _ = doc_of()
    update = read(typed(doc, "Bonjour 👋 à tous"))
    assert update.words == ["Bonjour 👋 à tous"]
    assert update.clients == {doc.client_id}


def test_one_persons_words_can_be_taken_out_and_the_others_stay_in_place() -> None:
    anne, _ = doc_of()
    first = typed(anne, "Budget 👍 : 12 000 euros")
    karim, _ = doc_of(first)
    inside = typed(karim, "validé ", 0)
    after = typed(karim, ", dit Karim")
    anne.apply_update(inside)
    _, text = doc_of(read(first).redacted, inside, after)
    assert str(text) == "validé , dit Karim"
    _, whole = doc_of(first, inside, after)
    assert str(whole) == "validé Budget 👍 : 12 000 euros, dit Karim"


def test_a_deletion_holds_no_words() -> None:
    doc, text = doc_of()
    first = typed(doc, "secret")
    before = doc.get_state()
    del text[0:6]
    deletion = doc.get_update(before)
    assert read(deletion).words == []
    _, left = doc_of(read(first).redacted, read(deletion).redacted)
    assert str(left) == ""


def test_something_else_than_the_text_is_refused() -> None:
    other: Doc = Doc()
    other["elsewhere"] = text = Text()
    text += "caché"
    embedded, note = doc_of()
    note.insert_embed(0, {"a": "b"})
    for update in (other.get_update(), embedded.get_update(), b"", b"\xff\xff", typed(doc_of()[0], "a") + b"x"):
        with pytest.raises(Malformed):
            read(update)


@given(st.binary(max_size=60))
def test_nonsense_is_refused_or_read_but_breaks_nothing(data: bytes) -> None:
    try:
        read(data)
    except Malformed:
        return


@given(st.lists(st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable()), min_size=1, max_size=8))
def test_redacted_updates_fit_where_the_originals_did(words: list[str]) -> None:
    doc, _ = doc_of()
    updates = [typed(doc, word, 0 if number % 2 else None) for number, word in enumerate(words)]
    _, text = doc_of(*[read(update).redacted for update in updates[:-1]], updates[-1])
    assert str(text) == words[-1]
