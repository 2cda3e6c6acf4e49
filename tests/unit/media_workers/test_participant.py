"""A person in a room."""

from typing import Any, cast

from media_workers.participant import Participant


def anne() -> Participant:
    return Participant("anne", "Anne", "host", cast(Any, None))


def test_only_booleans_of_known_slots_count() -> None:
    person = anne()
    assert person.change({"camera": True, "microphone": "yes", "screen": 1, "other": True}) == {"camera"}
    assert person.up == {"microphone": False, "camera": True, "screen": False, "screen_sound": False}


def test_saying_it_twice_changes_nothing() -> None:
    person = anne()
    person.change({"camera": True})
    assert person.change({"camera": True}) == set()


def test_what_is_told_is_not_changed_afterwards() -> None:
    person = anne()
    told = person.told()
    person.change({"camera": True})
    assert told["up"]["camera"] is False
