"""A person in a room."""

from types import SimpleNamespace
from typing import Any, cast

from chalicelib.signalling.tickets import Limits
from media_workers.participant import Participant


def anne(tracks: int = 4) -> Participant:
    """Somebody whose plan allows so many tracks at once."""
    connection = SimpleNamespace(ticket=SimpleNamespace(limits=Limits(participants=2, tracks=tracks)))
    return Participant("anne", "Anne", "host", cast(Any, connection))


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


def test_no_more_tracks_go_up_than_the_plan_allows() -> None:
    person = anne(tracks=2)
    person.change({"microphone": True, "camera": True})
    assert person.change({"screen": True}) == set()
    assert person.change({"screen": True, "camera": False}) == {"screen", "camera"}
    assert person.up == {"microphone": True, "camera": False, "screen": True, "screen_sound": False}
