"""Offers as browsers wrote them: four send slots (camera with three encodings), a seat, a voice, data channels."""

from pathlib import Path

import pytest

from media_workers import sdp_answer, sdp_offer, sdp_plan
from media_workers.sdp_answer import Transport

OFFERS = sorted((Path(__file__).parent / "offers").glob("*.sdp"))
HERE = Transport("frag", "password", ":".join(["AB"] * 32), ("127.0.0.1", "2001:db8::7"), 40_000)


@pytest.mark.parametrize("path", OFFERS, ids=lambda path: path.stem)
def test_every_line_of_a_browsers_offer_finds_its_purpose(path: Path) -> None:
    plan = sdp_plan.plan(sdp_offer.read(path.read_text(encoding="utf-8")))
    assert list(plan.slots) == ["microphone", "camera", "screen", "screen_sound"]
    assert plan.slots["camera"].rids == ("q", "h", "f")
    assert (len(plan.seats), len(plan.voices)) == (1, 1)
    assert plan.data is not None
    assert None not in plan.lines


@pytest.mark.parametrize("path", OFFERS, ids=lambda path: path.stem)
def test_the_answer_has_the_offers_lines_and_no_identifier_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    plan = sdp_plan.plan(sdp_offer.read(text))
    answer = sdp_answer.write(plan, HERE, {}, 1)
    offered, answered = text.split("\nm="), answer.split("\nm=")
    assert [section.split()[0] for section in answered[1:]] == [section.split()[0] for section in offered[1:]]
    for asked, given in zip(offered[1:], answered[1:], strict=True):
        assert not {line for line in given.splitlines() if line.startswith("a=extmap:")} - set(asked.splitlines())
    assert "a=candidate:2 1 udp" in answer and "2001:db8::7 40000 typ host" in answer
