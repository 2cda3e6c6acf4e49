"""Where people stand, by tickets and pushes that come in any order."""

from dataclasses import asdict

import pytest

from chalicelib.signalling.standing import Standing
from media_workers.standings import Standings

MUTED = Standing(2, "guest", ("microphone",))


def test_a_ticket_is_what_a_new_room_knows() -> None:
    assert Standings().of("anne", MUTED) == MUTED


def test_a_push_that_overtook_the_join_holds() -> None:
    standings = Standings()
    standings.push("anne", asdict(MUTED))
    assert standings.of("anne", Standing(1)) == MUTED


def test_an_older_push_or_the_same_one_again_changes_nothing() -> None:
    standings = Standings()
    assert standings.push("anne", asdict(MUTED)) == MUTED
    assert standings.push("anne", asdict(MUTED)) is None
    assert standings.push("anne", asdict(Standing(1))) is None
    assert standings.of("anne", Standing(1)) == MUTED


def test_who_resumes_is_held_no_more_until_a_newer_act() -> None:
    standings = Standings()
    standings.push("anne", asdict(MUTED))
    assert standings.resume("anne", ["microphone"]) == Standing(2, "guest")
    assert standings.push("anne", asdict(MUTED)) is None
    again = Standing(3, "guest", ("microphone",))
    assert standings.push("anne", asdict(again)) == again


@pytest.mark.parametrize("slots", [None, "microphone", [], ["camera"], [1, {}], ["nothing"]])
def test_resuming_what_is_not_held_is_nothing(slots: object) -> None:
    standings = Standings()
    standings.push("anne", asdict(MUTED))
    assert standings.resume("anne", slots) is None and standings.resume("paul", ["microphone"]) is None


@pytest.mark.parametrize(
    "message", [{}, {"revision": 1, "role": "guest", "held": ["king"], "hand": 0}, {"revision": "x"}]
)
def test_nonsense_is_refused(message: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Standings().push("anne", message)
