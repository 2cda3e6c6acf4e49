"""One continuous track out of changing sources."""

from hypothesis import given
from hypothesis import strategies as st

from media_workers.packet_map import REMEMBERED, PacketMap

CLOCK = 90000


def switched(map_: PacketMap[str], source: str, first: int, timestamp: int, now: float) -> tuple[int, int]:
    """Begins a segment and sends its first packet: 16-bit number and timestamp out."""
    segment = map_.begin(source, first, timestamp, 40, 4, now)
    sequence, stamp = map_.out(segment, first, timestamp, 40, 4, now)
    return sequence & 0xFFFF, stamp


def test_the_first_packet_goes_out_with_the_starting_numbers() -> None:
    assert switched(PacketMap(CLOCK, 7, 1000), "a", 65536 + 500, 999999, 10.0) == (7, 1000)


def test_a_new_source_follows_the_last_packet_at_the_distance_of_time() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 7, 1000)
    switched(map_, "a", 65536, 5000, 10.0)
    assert switched(map_, "b", 90000, 123456, 12.0) == (8, 1000 + 2 * CLOCK)


def test_packets_of_one_moment_are_not_taken_for_one_frame_after_a_switch() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 7, 1000)
    switched(map_, "a", 65536, 5000, 10.0)
    assert switched(map_, "b", 90000, 123456, 10.0) == (8, 1001)


def test_elapsed_time_counts_from_the_first_packet_of_the_newest_frame() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 0, 0)
    segment = map_.begin("a", 65536, 5000, None, None, 1.0)
    map_.out(segment, 65536, 5000, None, None, 1.0)
    map_.out(segment, 65537, 5000, None, None, 1.5)
    assert map_.last_time == 1.0


def test_late_packets_keep_their_place() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 100, 0)
    segment = map_.begin("a", 65536, 0, None, None, 0.0)
    numbers = [map_.out(segment, 65536 + step, 0, None, None, 0.0)[0] & 0xFFFF for step in (0, 2, 1, 3)]
    assert numbers == [100, 102, 101, 103]


def test_pictures_are_numbered_on_over_a_switch() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 0, 0)
    first = map_.begin("a", 65536, 0, 500, 50, 0.0)
    map_.out(first, 65536, 0, 500, 50, 0.0)
    map_.out(first, 65537, 3000, 501, 51, 0.1)
    second = map_.begin("b", 70000, 0, 9, 200, 0.2)
    assert 9 + second.picture_shift == 501 + first.picture_shift + 1
    assert 200 + second.tl0_shift == 51 + first.tl0_shift + 1


def test_a_number_out_leads_back_to_its_origin() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 0xFFFE, 0)
    switched(map_, "a", 65536, 0, 0.0)
    switched(map_, "b", 70000, 0, 1.0)
    found = map_.origin(0xFFFE), map_.origin(0xFFFF)
    assert [(origin[0].source, origin[1]) for origin in found if origin] == [("a", 65536), ("b", 70000)]


def test_a_number_never_sent_has_no_origin() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 10, 0)
    switched(map_, "a", 65536, 0, 0.0)
    assert map_.origin(11) is None
    assert map_.origin(9) is None


def test_a_source_that_is_gone_is_forgotten() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 10, 0)
    switched(map_, "a", 65536, 0, 0.0)
    map_.forget("a")
    assert map_.origin(10) is None
    assert map_.segment is None


@given(st.lists(st.tuples(st.integers(65536, 200000), st.integers(1, 400)), min_size=1, max_size=10))
def test_numbers_out_have_no_gap_whatever_the_sources(stretches: list[tuple[int, int]]) -> None:
    map_: PacketMap[int] = PacketMap(CLOCK, 65000, 0)
    out = []
    for source, (first, length) in enumerate(stretches):
        segment = map_.begin(source, first, 0, None, None, float(source))
        out += [map_.out(segment, first + step, step * 10, None, None, float(source))[0] for step in range(length)]
    assert out == list(range(out[0], out[0] + len(out)))
    oldest = max(0, len(stretches) - REMEMBERED)
    for source, (first, _) in list(enumerate(stretches))[oldest:]:
        before = sum(length for _, length in stretches[:source])
        if out[-1] - (out[0] + before) < 0x7FFF:
            origin = map_.origin((out[0] + before) & 0xFFFF)
            assert origin is not None
            assert (origin[0].source, origin[1]) == (source, first)
