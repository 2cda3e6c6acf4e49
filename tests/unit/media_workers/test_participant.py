"""A person in a room."""

from types import SimpleNamespace
from typing import Any, cast

from chalicelib.signalling.standing import Standing
from chalicelib.signalling.tickets import Limits
from media_workers.participant import SLOTS, Participant


def anne(tracks: int = 4) -> Participant:
    """Somebody whose plan allows so many tracks at once."""
    limits = Limits(participants=2, tracks=tracks)
    connection = SimpleNamespace(ticket=SimpleNamespace(limits=limits), up_at_once=dict.fromkeys(SLOTS, False))
    return Participant("anne", "Anne", Standing(role="host"), cast(Any, connection))


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


def test_what_is_held_goes_down_and_stays_down_whatever_the_browser_says() -> None:
    person = anne()
    person.change({"microphone": True, "camera": True})
    assert person.stand(Standing(1, "host", ("microphone",)))
    assert person.up["microphone"] is False and person.up["camera"] is True
    assert person.change({"microphone": True}) == set()


def test_what_is_resumed_goes_up_when_the_browser_says_so_and_not_before() -> None:
    person = anne()
    person.change({"microphone": True})
    person.stand(Standing(1, "host", ("microphone",)))
    assert not person.stand(Standing(2, "host"))
    assert person.up["microphone"] is False
    assert person.change({"microphone": True}) == {"microphone"}


def test_a_raised_hand_and_a_role_are_seen_by_all() -> None:
    person = anne()
    assert person.stand(Standing(1, "guest", hand=12.0))
    told = person.told()
    assert (told["role"], told["hand"], person.hosts) == ("guest", 12.0, False)
    assert person.stand(Standing(2, "cohost")) and person.hosts
