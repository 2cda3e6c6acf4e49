"""Transport-wide feedback, read back as the draft describes it."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from media_workers.twcc import MOST, REFERENCE, TICK, Arrivals


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
