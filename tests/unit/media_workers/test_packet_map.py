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


def test_pictures_are_numbered_on_though_the_sources_numbers_began_again_and_some_were_left_out() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 0, 0)
    map_.out(map_.begin("a", 65536, 0, 32766, 254, 0.0), 65536, 0, 32766, 254, 0.0)
    assert map_.skip(65537, True) and map_.skip(65538, True)
    segment = map_.segment(65539)
    assert segment is not None
    map_.out(segment, 65539, 3000, 0, 0, 0.1)
    assert (0 + segment.picture_shift) % 32768 == 32766
    second = map_.begin("b", 70000, 0, 9, 200, 0.2)
    assert (9 + second.picture_shift) % 32768 == 32767
    assert (200 + second.tl0_shift) % 256 == 1


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
    assert map_.segment(65536) is None


def test_what_is_left_out_leaves_no_gap() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 100, 0)
    switched(map_, "a", 65536, 0, 0.0)
    assert map_.skip(65537, True)
    assert map_.skip(65538, False)
    segment = map_.segment(65539)
    assert segment is not None
    assert map_.out(segment, 65539, 0, 42, 4, 0.0)[0] & 0xFFFF == 101
    assert segment.picture_shift == map_.segment(65536).picture_shift - 1  # type: ignore[union-attr]
    origin = map_.origin(101)
    assert origin is not None
    assert origin[1] == 65539


def test_a_late_packet_keeps_the_number_given_away_for_it() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 100, 0)
    switched(map_, "a", 65536, 0, 0.0)
    assert map_.skip(65538, True)
    assert not map_.skip(65537, True)
    after, late = map_.segment(65539), map_.segment(65537)
    assert after is not None and late is not None
    assert map_.out(after, 65539, 0, None, None, 0.0)[0] & 0xFFFF == 102
    assert map_.out(late, 65537, 0, None, None, 0.0)[0] & 0xFFFF == 101


def test_packets_from_before_a_switch_belong_nowhere() -> None:
    map_: PacketMap[str] = PacketMap(CLOCK, 100, 0)
    switched(map_, "a", 65536, 0, 0.0)
    switched(map_, "b", 65536, 0, 0.0)
    switched(map_, "a", 65600, 0, 0.0)
    assert map_.segment(65590) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=200))
def test_whatever_is_left_out_and_late_no_number_is_given_twice(course: list[tuple[int, bool]]) -> None:
    """Each packet is swapped with a later one, and left out or not."""
    map_: PacketMap[str] = PacketMap(CLOCK, 0, 0)
    map_.out(map_.begin("a", 70000, 0, None, None, 0.0), 70000, 0, None, None, 0.0)
    numbers = list(range(70001, 70001 + len(course)))
    for at, (later, _) in enumerate(course):
        other = min(at + later, len(numbers) - 1)
        numbers[at], numbers[other] = numbers[other], numbers[at]
    out: dict[int, int] = {}
    for number, (_, leave) in zip(numbers, course, strict=True):
        if leave and map_.skip(number, False):
            continue
        segment = map_.segment(number)
        assert segment is not None
        out[number] = map_.out(segment, number, 0, None, None, 0.0)[0]
    assert sorted(out.values()) == list(range(0x10001, 0x10001 + len(out)))
    assert [out[number] for number in sorted(out)] == sorted(out.values())
    for number, sequence in out.items():
        origin = map_.origin(sequence & 0xFFFF)
        assert origin is not None
        assert origin[1] == number


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
