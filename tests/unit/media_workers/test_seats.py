"""Who sits where."""

from hypothesis import given
from hypothesis import strategies as st

from media_workers.seats import Seating, Sitting, Wish


def wish(participant: str, sends: str) -> Wish:
    """``sends``: letters of m(icrophone), c(amera), s(creen)."""
    return Wish(participant, "m" in sends, "c" in sends, "s" in sends)


def who(seating: Seating) -> list[str]:
    """Who sits where, a screen with a star."""
    return [f"{s.participant}{'*' * (s.source == 'screen')}" if s else "" for s in seating.seats]


def test_a_camera_or_a_microphone_gets_a_seat() -> None:
    seating = Seating(3, 1)
    changes = seating.arrange([wish("a", "c"), wish("b", "m"), wish("c", "")])
    assert who(seating) == ["a", "b", ""]
    assert (changes.seats, changes.voices) == ([0, 1], [])


def test_a_screen_gets_a_seat_of_its_own() -> None:
    seating = Seating(3, 0)
    seating.arrange([wish("a", "ms")])
    assert who(seating) == ["a*", "a", ""]


def test_nothing_changes_when_nothing_changed() -> None:
    seating = Seating(3, 1)
    wishes = [wish("a", "c"), wish("b", "m")]
    seating.arrange(wishes)
    changes = seating.arrange(list(reversed(wishes)))
    assert (changes.seats, changes.voices) == ([], [])


def test_muting_moves_nobody() -> None:
    seating = Seating(2, 0)
    seating.arrange([wish("a", "mc"), wish("b", "m")])
    seating.arrange([wish("a", ""), wish("b", "m")])
    assert who(seating) == ["a", "b"]


def test_the_silent_yield_when_seats_run_out() -> None:
    seating = Seating(2, 0)
    seating.arrange([wish("a", "m"), wish("b", "m")])
    seating.arrange([wish("a", ""), wish("b", "m"), wish("c", "m")])
    assert who(seating) == ["c", "b"]


def test_without_a_seat_a_microphone_gets_a_voice() -> None:
    seating = Seating(1, 1)
    changes = seating.arrange([wish("a", "c"), wish("b", "m")])
    assert (who(seating), seating.voices) == (["a"], ["b"])
    assert changes.voices == [0]


def test_a_camera_goes_before_a_microphone_which_keeps_its_voice() -> None:
    seating = Seating(1, 1)
    seating.arrange([wish("a", "m")])
    seating.arrange([wish("a", "m"), wish("b", "c")])
    assert (who(seating), seating.voices) == (["b"], ["a"])


def test_a_screen_goes_before_a_camera_whose_sound_gets_a_voice() -> None:
    seating = Seating(1, 1)
    seating.arrange([wish("a", "mc"), wish("b", "s")])
    assert (who(seating), seating.voices) == (["b*"], ["a"])


def test_a_voice_takes_a_seat_that_becomes_free() -> None:
    seating = Seating(1, 1)
    seating.arrange([wish("a", "c"), wish("b", "m")])
    seating.arrange([wish("b", "m")])
    assert (who(seating), seating.voices) == (["b"], [None])


def test_who_leaves_frees_the_seat() -> None:
    seating = Seating(1, 0)
    seating.arrange([wish("a", "c")])
    assert seating.arrange([]).seats == [0]
    assert who(seating) == [""]


PEOPLE = st.lists(
    st.builds(Wish, st.sampled_from("abcdefgh"), st.booleans(), st.booleans(), st.booleans()),
    max_size=8,
    unique_by=lambda w: w.participant,
)


@given(st.integers(0, 5), st.integers(0, 3), st.lists(PEOPLE, min_size=1, max_size=8))
def test_whatever_comes_seats_are_used_well(seats: int, voices: int, course: list[list[Wish]]) -> None:
    seating = Seating(seats, voices)
    for wishes in course:
        seating.arrange(wishes)
        sitting = [s for s in seating.seats if s]
        assert len(sitting) == len(set(sitting))
        by_id = {w.participant: w for w in wishes}
        assert all(s.participant in by_id for s in sitting)
        assert all(by_id[s.participant].screen for s in sitting if s.source == "screen")
        needed = {Sitting(w.participant, "screen") for w in wishes if w.screen}
        needed |= {Sitting(w.participant, "camera") for w in wishes if w.camera or w.microphone}
        unseated = needed - set(sitting)
        assert not unseated or all(s in needed for s in seating.seats), "nobody waits while a seat is free or idle"
        heard = [v for v in seating.voices if v]
        assert len(heard) == len(set(heard))
        deaf = {s.participant for s in unseated if s.source == "camera" and by_id[s.participant].microphone}
        assert set(heard) <= deaf
        assert len(heard) == min(voices, len(deaf))


def said(participant: str, sends: str, spoke: float) -> Wish:
    """A wish of somebody who spoke last at a time."""
    return Wish(participant, "m" in sends, "c" in sends, "s" in sends, spoke)


def test_who_speaks_takes_the_seat_of_who_has_been_silent_longest() -> None:
    seating = Seating(2, 0)
    seating.arrange([said("a", "c", 50), said("b", "c", 90), said("c", "c", 0)])
    assert who(seating) == ["a", "b"]
    seating.arrange([said("a", "c", 50), said("b", "c", 90), said("c", "c", 100)])
    assert who(seating) == ["c", "b"]


def test_the_people_of_a_conversation_keep_their_seats() -> None:
    seating = Seating(2, 0)
    seating.arrange([said("a", "c", 98), said("b", "c", 97)])
    seating.arrange([said("a", "c", 98), said("b", "c", 97), said("c", "c", 100)])
    assert who(seating) == ["a", "b"]


def test_voices_go_to_who_speaks_and_stay_for_a_breath() -> None:
    seating = Seating(0, 1)
    seating.arrange([said("a", "m", 10), said("b", "m", 0)])
    assert seating.voices == ["a"]
    seating.arrange([said("a", "m", 10), said("b", "m", 11)])
    assert seating.voices == ["a"]
    seating.arrange([said("a", "m", 10), said("b", "m", 13)])
    assert seating.voices == ["b"]


def test_who_is_looked_at_gets_the_seat_of_who_is_not() -> None:
    seating = Seating(2, 0)
    wishes = [wish("a", "c"), wish("b", "c"), wish("c", "c"), wish("d", "c")]
    seating.arrange(wishes)
    assert who(seating) == ["a", "b"]
    seating.looked_at = {"c", "b"}
    changes = seating.arrange(wishes)
    assert who(seating) == ["c", "b"]
    assert changes.seats == [0]


def test_a_screen_needs_a_seat_more_than_a_camera_looked_at() -> None:
    seating = Seating(1, 0)
    seating.looked_at = {"a"}
    seating.arrange([wish("a", "c"), wish("b", "s")])
    assert who(seating) == ["b*"]
