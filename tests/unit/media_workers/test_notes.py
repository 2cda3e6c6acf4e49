"""The notes as a worker passes them on."""

from typing import Any

import pytest

from media_workers.notes import LONGEST, REMEMBERED, Notes


def change(update: object) -> dict[str, Any]:
    return {"type": "note", "update": update}


def test_a_change_is_passed_on_and_told_to_who_comes_later() -> None:
    notes = Notes()
    assert notes.add(change("AAA="), stored=True) == change("AAA=")
    notes.add(change("BBB="), stored=True)
    assert list(notes.told()) == [change("AAA="), change("BBB="), {"type": "notes", "full": False}]


@pytest.mark.parametrize("update", [None, 7, "", "é", "A" * (LONGEST + 1), ["A"]])
def test_what_is_no_change_is_dropped(update: object) -> None:
    notes = Notes()
    assert notes.add(change(update), stored=True) is None
    assert len(list(notes.told())) == 1


def test_of_notes_that_are_stored_the_oldest_are_forgotten() -> None:
    notes = Notes()
    for _ in range(REMEMBERED // LONGEST + 5):
        assert notes.add(change("A" * LONGEST), stored=True) is not None
    remembered = sum(len(message.get("update", "")) for message in notes.told())
    assert REMEMBERED - LONGEST < remembered <= REMEMBERED
    assert not notes.full


def test_of_notes_that_are_nowhere_else_nothing_is_forgotten_and_more_is_refused() -> None:
    notes = Notes()
    while notes.add(change("A" * LONGEST), stored=False) is not None:
        pass
    assert notes.full
    assert list(notes.told())[-1] == {"type": "notes", "full": True}
    assert notes.add(change("B"), stored=False) is not None, "what still fits is taken"
