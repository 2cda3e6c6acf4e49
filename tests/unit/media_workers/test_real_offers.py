"""Offers as browsers wrote them (``offers/README.md`` says which): every line finds its purpose."""

import re
from pathlib import Path

import pytest

from media_workers import sdp_answer, sdp_offer, sdp_plan
from media_workers.sdp_answer import Transport
from media_workers.sdp_plan import AUDIO_LEVEL, CAPTURE_TIME, DEPENDENCY_DESCRIPTOR, MID, TRANSPORT_WIDE, Line, Plan

CORPUS = Path(__file__).parent / "offers"
OFFERS = sorted(path.stem for path in CORPUS.glob("*.sdp"))
MEETINGS = [name for name in OFFERS if not name.endswith(("encoder", "player"))]
HERE = Transport("frag", "password", ":".join(["AB"] * 32), ("127.0.0.1", "2001:db8::7"), 40_000)
SEATS = {"room-9": 9, "room-25": 25, "room-49": 49, "all-codecs": 3}


def text_of(name: str) -> str:
    return (CORPUS / f"{name}.sdp").read_text(encoding="utf-8")


def planned(name: str) -> Plan:
    return sdp_plan.plan(sdp_offer.read(text_of(name)))


def codecs(line: Line) -> frozenset[str]:
    return frozenset(line.codecs)


@pytest.mark.parametrize("name", MEETINGS)
def test_every_line_of_a_browsers_offer_finds_its_purpose(name: str) -> None:
    plan = planned(name)
    assert list(plan.slots) == ["microphone", "camera", "screen", "screen_sound"]
    assert plan.slots["camera"].rids == ("q", "h", "f")
    assert len(plan.seats) == next(seats for kind, seats in SEATS.items() if name.endswith(kind))
    assert len(plan.voices) >= 1
    assert plan.data is not None
    assert None not in plan.lines


@pytest.mark.parametrize("name", MEETINGS)
def test_all_its_codecs_that_we_forward_are_taken_for_both_ways(name: str) -> None:
    plan = planned(name)
    expected = frozenset({"vp8", "vp9", "av1"} | (set() if name.startswith("firefox") else {"h264"}))
    assert codecs(plan.slots["camera"]) == codecs(plan.seats[0][1]) == plan.decodes == expected
    sound = frozenset({"opus"} if name.startswith("firefox") else {"opus", "red"})
    assert codecs(plan.slots["microphone"]) == codecs(plan.seats[0][0]) == sound
    assert all(one.repair is not None for one in plan.slots["camera"].formats)


@pytest.mark.parametrize("name", MEETINGS)
def test_what_layers_and_estimation_need_is_agreed_on(name: str) -> None:
    plan = planned(name)
    assert {MID, TRANSPORT_WIDE, DEPENDENCY_DESCRIPTOR} <= set(plan.slots["camera"].extensions)
    assert AUDIO_LEVEL in plan.slots["microphone"].extensions
    assert TRANSPORT_WIDE in plan.seats[0][1].extensions


def test_the_capture_time_is_agreed_on_both_ways_where_offered() -> None:
    plan = planned("chromium-156-all-codecs")
    for line in (plan.slots["microphone"], plan.slots["camera"], *plan.seats[0]):
        assert CAPTURE_TIME in line.extensions


@pytest.mark.parametrize("name", [name for name in OFFERS if name.endswith("encoder")])
def test_an_encoders_offer_is_two_slots(name: str) -> None:
    plan = planned(name)
    assert (list(plan.slots), plan.seats, plan.data, plan.decodes) == (["microphone", "camera"], [], None, None)


@pytest.mark.parametrize("name", [name for name in OFFERS if name.endswith("player")])
def test_a_players_offer_is_one_seat_whatever_the_order_of_its_lines(name: str) -> None:
    plan = planned(name)
    assert (plan.slots, len(plan.seats), plan.data) == ({}, 1, None)
    assert None not in plan.lines


@pytest.mark.parametrize("name", OFFERS)
def test_the_answer_has_the_offers_lines_and_no_identifier_of_its_own(name: str) -> None:
    text = text_of(name)
    plan = sdp_plan.plan(sdp_offer.read(text))
    answer = sdp_answer.write(plan, HERE, {}, 1)
    offered, answered = text.split("\nm="), answer.split("\nm=")
    assert [section.split()[0] for section in answered[1:]] == [section.split()[0] for section in offered[1:]]
    for asked, given in zip(offered[1:], answered[1:], strict=True):
        extensions = re.compile(r"a=extmap:(\d+)(?:/\w+)? (\S+)")
        assert set(extensions.findall(given)) <= set(extensions.findall(asked))
        numbers = given.splitlines()[0].split()[3:]
        assert set(numbers) <= set(asked.splitlines()[0].split()[3:])
    assert "a=candidate:2 1 udp" in answer and "2001:db8::7 40000 typ host" in answer


@pytest.mark.parametrize("name", MEETINGS)
def test_lines_in_any_order_are_answered_in_that_order(name: str) -> None:
    head, *sections = text_of(name).split("\nm=")
    turned = [sections[-1], *sections[4:-1], *sections[:4]]
    plan = sdp_plan.plan(sdp_offer.read("\nm=".join([head, *turned])))
    assert plan.lines[0] is plan.data
    assert set(plan.slots) == {"microphone", "camera", "screen", "screen_sound"}
    assert len(plan.seats) == len(planned(name).seats)
    answer = sdp_answer.write(plan, HERE, {}, 1)
    assert re.findall(r"a=mid:(\S+)", answer) == [mid for part in turned for mid in re.findall(r"a=mid:(\S+)", part)]


@pytest.mark.parametrize("name", MEETINGS)
def test_a_line_we_dont_forward_is_rejected_alone(name: str) -> None:
    head, *sections = text_of(name).split("\nm=")
    sections[2] = re.sub(r"(?i)(vp8|vp9|h264|av1)/90000", "H266/90000", sections[2])
    plan = sdp_plan.plan(sdp_offer.read("\nm=".join([head, *sections])))
    assert plan.lines[2] is None
    assert list(plan.slots) == ["microphone", "camera", "screen_sound"]
    answer = sdp_answer.write(plan, HERE, {}, 1)
    assert answer.split("\nm=")[3].startswith("video 0 ")
