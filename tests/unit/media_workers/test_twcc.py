"""Transport-wide feedback, read back as the draft describes it."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workers.errors import Malformed
from media_workers.twcc import HISTORY, LONGEST, MOST, MOST_READ, REFERENCE, TICK, Arrivals, read


def decode(information: bytes) -> dict[int, int | None]:
    """16-bit number → arrival in ticks (None: lost); draft-holmer-rmcat-transport-wide-cc-extensions-01."""
    base, count = struct.unpack_from("!HH", information)
    ticks = int.from_bytes(information[4:7], "big", signed=True) * REFERENCE
    symbols: list[int] = []
    at = 8
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", information, at)
        at += 2
        if not chunk & 0x8000:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    found: dict[int, int | None] = {}
    for place, symbol in enumerate(symbols[:count]):
        number = (base + place) & 0xFFFF
        if symbol == 0:
            found[number] = None
            continue
        form, size = ("!B", 1) if symbol == 1 else ("!h", 2)
        ticks += struct.unpack_from(form, information, at)[0]
        at += size
        found[number] = ticks
    assert len(information) - at < 4
    return found


def test_arrivals_are_told_to_a_quarter_of_a_millisecond() -> None:
    arrivals = Arrivals()
    for number, now in ((10, 100.0), (11, 100.01), (13, 100.3), (12, 100.305)):
        arrivals.packet(number, now)
    (information,) = arrivals.feedback()
    assert decode(information) == {10: 400000, 11: 400040, 12: 401220, 13: 401200}


def test_nothing_new_is_no_feedback() -> None:
    arrivals = Arrivals()
    arrivals.packet(1, 0.0)
    assert len(arrivals.feedback()) == 1
    assert arrivals.feedback() == []


def test_a_loss_between_two_feedbacks_is_told_in_the_second() -> None:
    arrivals = Arrivals()
    arrivals.packet(1, 0.0)
    arrivals.feedback()
    arrivals.packet(3, 0.1)
    (information,) = arrivals.feedback()
    assert decode(information) == {2: None, 3: 400}


def test_what_was_overtaken_is_told_with_all_behind_it() -> None:
    arrivals = Arrivals()
    for number, now in ((1, 0.0), (3, 0.02), (4, 0.03)):
        arrivals.packet(number, now)
    assert [decode(information) for information in arrivals.feedback()] == [{1: 0, 2: None, 3: 80, 4: 120}]
    arrivals.packet(2, 0.05)
    arrivals.packet(2, 0.06)  # its copy says nothing
    arrivals.packet(5, 0.07)
    assert [decode(information) for information in arrivals.feedback()] == [{2: 200, 3: 80, 4: 120, 5: 280}]
    arrivals.packet(3, 0.08)
    assert arrivals.feedback() == []


def test_what_comes_far_too_late_is_not_told() -> None:
    arrivals = Arrivals()
    for number in (1, 2, *range(4, 30)):
        arrivals.packet(number, 0.05 * number)
    arrivals.feedback()
    arrivals.packet(3, 1.5)
    assert arrivals.feedback() == []
    arrivals.packet(30, 1.5)
    assert [decode(information) for information in arrivals.feedback()] == [{30: 6000}]


def test_a_long_meeting_grows_nothing() -> None:
    arrivals = Arrivals()
    for number in range(30_000):
        if number % 7:
            arrivals.packet(number & 0xFFFF, number / 300)
        if number % 20 == 0:
            arrivals.feedback()
    assert len(arrivals._ticks) <= 300 * HISTORY + 20
    for number in range(30_000, 60_000):  # a flood within a moment
        arrivals.packet(number & 0xFFFF, 100.0)
        if number % 1000 == 0:
            arrivals.feedback()
    assert len(arrivals._ticks) <= 2 * LONGEST


def test_feedback_is_counted() -> None:
    arrivals = Arrivals()
    counts = []
    for number in range(3):
        arrivals.packet(number, 0.0)
        counts.append(arrivals.feedback()[0][7])
    assert counts == [0, 1, 2]


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.booleans(), st.floats(-0.05, 9.0)), min_size=1, max_size=1200),
)
def test_whatever_came_is_told_once_and_rightly(first: int, course: list[tuple[bool, float]]) -> None:
    arrivals = Arrivals()
    now, sent = 1000.0, {}
    for step, (lost, pause) in enumerate(course):
        now = max(1.0, now + pause / 100)
        if not lost or step == 0:
            number = (first + step) & 0xFFFF
            arrivals.packet(number, now)
            sent[number] = int(now / TICK)
    found: dict[int, int | None] = {}
    for information in arrivals.feedback():
        assert len(information) <= 8 + 2 * MOST + 2 * MOST + 4
        part = decode(information)
        assert not set(part) & set(found)
        found |= part
    assert {number: ticks for number, ticks in found.items() if ticks is not None} == sent


def test_a_pause_too_long_for_a_delta_begins_a_new_feedback() -> None:
    arrivals = Arrivals()
    arrivals.packet(1, 10.0)
    arrivals.packet(2, 30.0)
    assert [decode(information) for information in arrivals.feedback()] == [{1: 40000}, {2: 120000}]


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.booleans(), st.floats(-0.05, 3.0)), min_size=1, max_size=600),
)
def test_what_is_written_is_read_as_the_draft_describes_it(first: int, course: list[tuple[bool, float]]) -> None:
    arrivals = Arrivals()
    now = 1000.0
    for step, (lost, pause) in enumerate(course):
        now = max(1.0, now + pause / 100)
        if not lost:
            arrivals.packet((first + step) & 0xFFFF, now)
    for information in arrivals.feedback():
        base, times = read(information)
        found = {(base + at) & 0xFFFF: None if t is None else round(t / TICK) for at, t in enumerate(times)}
        assert found == decode(information)


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_but_malformed(data: bytes) -> None:
    try:
        _, times = read(data)
    except Malformed:
        return
    assert len(times) <= MOST_READ


def test_feedback_that_claims_too_much_is_refused() -> None:
    with pytest.raises(Malformed):
        read(struct.pack("!HHIH", 0, MOST_READ + 1, 0, 0x3FFF))
