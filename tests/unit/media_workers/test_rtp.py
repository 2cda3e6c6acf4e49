"""RTP headers as bytes."""

import pytest
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from media_workers import rtp
from media_workers.errors import Malformed


def packet(first: int = 0x80, rest: bytes = b"payload") -> bytes:
    """A packet with fixed header fields; ``first`` holds its flags."""
    return bytes((first, 0x80 | 96)) + bytes.fromhex("1234 0000abcd 0badcafe") + rest


def test_the_fixed_fields_are_read() -> None:
    found = rtp.parse(packet())
    assert (found.payload_type, found.marker, found.sequence) == (96, True, 0x1234)
    assert (found.timestamp, found.ssrc, found.payload) == (0xABCD, 0x0BADCAFE, b"payload")


def test_contributing_sources_are_skipped() -> None:
    assert rtp.parse(packet(0x82, bytes(8) + b"payload")).payload == b"payload"


def test_padding_is_taken_off() -> None:
    assert rtp.parse(packet(0xA0, b"payload\x00\x00\x03")).payload == b"payload"


def test_a_packet_of_padding_alone_has_no_payload() -> None:
    assert rtp.parse(packet(0xA0, b"\x00\x00\x03")).payload == b""


def test_one_byte_extensions_are_read() -> None:
    found = rtp.parse(packet(0x90, bytes.fromhex("bede0002 10aa 00 31bbbb 00 00") + b"payload"))
    assert found.extensions == {1: b"\xaa", 3: b"\xbb\xbb"}
    assert found.payload == b"payload"


def test_two_byte_extensions_are_read() -> None:
    found = rtp.parse(packet(0x90, bytes.fromhex("10000002 1401aa 0500 00 0000") + b"payload"))
    assert found.extensions == {20: b"\xaa", 5: b""}


def test_identifier_15_ends_the_reading() -> None:
    assert rtp.parse(packet(0x90, bytes.fromhex("bede0002 10aa f0bb 10cc 0000"))).extensions == {1: b"\xaa"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        packet()[:11],
        packet(0x40),
        packet(0x90, b""),
        packet(0x90, bytes.fromhex("bede0002 0000")),
        packet(0x90, bytes.fromhex("bede0001 1fbbbbbb")),
        packet(0x90, bytes.fromhex("10000001 01ff0000")),
        packet(0xA0, b"\x00"),
        packet(0xA0, b"\xff"),
        packet(0x8F, b""),
    ],
)
def test_a_malformed_packet_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        rtp.parse(data)


@given(st.binary(max_size=80))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    try:
        rtp.parse(data)
    except Malformed:
        return


@given(
    values=st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), max_size=4),
    payload=st.binary(max_size=50),
    sequence=st.integers(0, 0xFFFF),
    marker=st.booleans(),
)
def test_what_is_written_is_read_again_here_and_by_another_reader(
    values: dict[int, bytes], payload: bytes, sequence: int, marker: bool
) -> None:
    block = rtp.extension_block(tuple(values.items()))
    data = rtp.header(111, marker, sequence, 77, 88, block) + payload
    found = rtp.parse(data)
    assert (found.payload_type, found.marker, found.sequence, found.timestamp, found.ssrc) == (
        111,
        marker,
        sequence,
        77,
        88,
    )
    assert (found.extensions, found.payload) == (values, payload)
    other = RtpPacket.parse(data, HeaderExtensionsMap())
    assert (other.sequence_number, other.marker, other.payload) == (sequence, int(marker), payload)


def test_rtcp_is_told_from_rtp_by_its_type() -> None:
    assert rtp.is_rtcp(bytes((0x80, 200)))
    assert rtp.is_rtcp(bytes((0x81, 206)))
    assert not rtp.is_rtcp(bytes((0x80, 111)))
    assert not rtp.is_rtcp(bytes((0x80, 0x80 | 96)))
    assert not rtp.is_rtcp(b"\x80")


@pytest.mark.parametrize("values", [((3, b"\0\1"), (12, bytes(52))), ((3, b"\0\1"), (17, b"abc"))])
def test_long_values_and_high_ids_take_the_long_form(values: tuple[tuple[int, bytes], ...]) -> None:
    packet = rtp.parse(rtp.header(96, True, 1, 2, 3, rtp.extension_block(values)) + b"payload")
    assert (packet.extensions, packet.payload) == (dict(values), b"payload")
