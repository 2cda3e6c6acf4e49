"""Lines and reactions that are kept nowhere."""

from typing import Any

import pytest

from media_workers.talk import LINES, LONGEST, MOST, OVER, SIGNS, Talk


def said(**changes: object) -> dict[str, Any]:
    return {"type": "say", "id": "1", "body": "Bonjour", **changes}


def talk() -> Talk:
    return Talk(lambda: 12.7)


def test_a_line_is_told_with_its_author_and_time() -> None:
    line = talk().say("anne", "Anne", said(reply="9"), 0)
    assert line == {
        "seq": 0,
        "id": "1",
        "participant": "anne",
        "name": "Anne",
        "body": "Bonjour",
        "at": 12,
        "reply": "9",
    }


def test_the_same_line_twice_is_one() -> None:
    room = talk()
    assert room.say("anne", "Anne", said(), 0) and room.say("anne", "Anne", said(), 0) is None
    assert room.say("paul", "Paul", said(), 0), "another person's"
    assert len(room.lines) == 2


@pytest.mark.parametrize(
    "change", [{"body": "  "}, {"body": "x" * (LONGEST + 1)}, {"body": 1}, {"id": ""}, {"id": "x" * 65}, {"reply": 1}]
)
def test_what_is_no_line_is_dropped(change: dict[str, object]) -> None:
    assert talk().say("anne", "Anne", said(**change), 0) is None


def test_the_oldest_lines_go_when_memory_is_full() -> None:
    room = talk()
    for number in range(MOST // LONGEST + 1):
        assert room.say("anne", "Anne", said(id=str(number), body="x" * LONGEST), 60.0 * number)
    assert room.lines[0]["id"] == "1" and sum(len(line["body"]) for line in room.lines) <= MOST


def test_one_person_can_flood_nobody() -> None:
    room = talk()
    lines = [room.say("anne", "Anne", said(id=str(number)), 0) for number in range(50)]
    assert sum(line is not None for line in lines) == LINES * OVER
    assert room.say("paul", "Paul", said(), 0)
    signs = [room.react("anne", {"reaction": "heart"}, 0) for _ in range(50)]
    assert sum(sign is not None for sign in signs) == SIGNS * OVER


@pytest.mark.parametrize("reaction", [None, 1, [], "<b>", "hearts"])
def test_only_known_reactions_are_told(reaction: object) -> None:
    assert talk().react("anne", {"reaction": reaction}, 0) is None
    assert talk().react("anne", {"reaction": "heart"}, 0) == {
        "type": "reaction",
        "participant": "anne",
        "reaction": "heart",
    }
