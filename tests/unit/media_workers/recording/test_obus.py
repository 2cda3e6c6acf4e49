"""AV1 from RTP: elements put together over packets, sizes put back, delimiters left out."""

import pytest

from media_workers.errors import Malformed
from media_workers.recording import obus

FRAME = b"\x30" + b"frame"
"""An OBU of type frame (6) without its size."""
SIZED = b"\x32\x05frame"


def test_an_element_gets_its_size_back() -> None:
    assert obus.joined([b"\x10" + FRAME])[0] == SIZED


def test_several_elements_of_a_packet_are_told_apart() -> None:
    packet = b"\x20" + bytes([len(FRAME)]) + FRAME + FRAME
    assert obus.joined([packet])[0] == SIZED + SIZED
    without_count = b"\x00" + (bytes([len(FRAME)]) + FRAME) * 2
    assert obus.joined([without_count])[0] == SIZED + SIZED


def test_a_fragment_goes_on_in_the_next_packet() -> None:
    first, second = b"\x50" + FRAME[:3], b"\x90" + FRAME[3:]
    assert obus.joined([first, second])[0] == SIZED


def test_a_temporal_delimiter_is_left_out() -> None:
    assert obus.joined([b"\x20" + b"\x01\x10" + FRAME])[0] == SIZED


def test_a_long_element_has_a_size_of_several_bytes() -> None:
    body = bytes(300)
    assert obus.joined([b"\x10\x30" + body])[0] == b"\x32\xac\x02" + body


@pytest.mark.parametrize("packets", [[b"\x90" + FRAME], [b"\x20\x7fx"], [b"\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff"]])
def test_what_makes_no_sense_is_malformed(packets: list[bytes]) -> None:
    with pytest.raises(Malformed):
        obus.joined(packets)
