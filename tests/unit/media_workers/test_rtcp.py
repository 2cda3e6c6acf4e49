"""RTCP, checked against another reader and writer."""

import struct

import pytest
from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket, RtcpSdesPacket, RtcpSrPacket
from hypothesis import given
from hypothesis import strategies as st

from media_workers import rtcp
from media_workers.errors import Malformed


def test_a_compound_is_walked() -> None:
    data = rtcp.pli(1, 2) + rtcp.nack(1, 2, [5]) + rtcp.description([(7, "seat-0")])
    assert [(block.kind, block.count) for block in rtcp.walk(data)] == [(206, 1), (205, 1), (202, 1)]


def test_padding_is_taken_off() -> None:
    data = struct.pack("!BBH", 0xA0 | 1, 206, 3) + struct.pack("!II", 1, 2) + b"\0\0\0\4"
    (block,) = rtcp.walk(data)
    assert block.body == struct.pack("!II", 1, 2)


@given(st.sets(st.integers(0, 2000), min_size=1, max_size=60), st.integers(0, 0xFFFF))
def test_a_nack_names_exactly_what_is_missing(missing: set[int], offset: int) -> None:
    numbers = [(number + offset) & 0xFFFF for number in sorted(missing)]
    data = rtcp.nack(1, 2, numbers)
    (block,) = rtcp.walk(data)
    assert list(rtcp.nacked(block)) == numbers
    (other,) = RtcpPacket.parse(data)
    assert isinstance(other, RtcpRtpfbPacket)
    # aiortc 1.16 counts on beyond 16 bits where the numbers wrap.
    assert (other.ssrc, other.media_ssrc, [number & 0xFFFF for number in other.lost]) == (1, 2, numbers)


def test_a_pli_is_what_others_read() -> None:
    (other,) = RtcpPacket.parse(rtcp.pli(3, 4))
    assert isinstance(other, RtcpPsfbPacket)
    assert (other.fmt, other.ssrc, other.media_ssrc) == (1, 3, 4)


def test_a_full_intra_request_names_its_ssrcs() -> None:
    body = struct.pack("!II", 1, 0) + struct.pack("!IBBH", 77, 1, 0, 0) + struct.pack("!IBBH", 78, 1, 0, 0)
    (block,) = rtcp.walk(rtcp.write(206, 4, body))
    assert list(rtcp.fir_ssrcs(block)) == [77, 78]


def test_reports_are_what_others_read() -> None:
    ntp = 0xE5_00_00_01_80_00_00_00
    data = rtcp.sender_report(9, ntp, 1234, 10, 1000) + rtcp.description([(9, "seat-0")])
    report, description = RtcpPacket.parse(data)
    assert isinstance(report, RtcpSrPacket)
    assert isinstance(description, RtcpSdesPacket)
    sent = report.sender_info
    assert (report.ssrc, sent.ntp_timestamp, sent.rtp_timestamp) == (9, ntp, 1234)
    assert (sent.packet_count, sent.octet_count) == (10, 1000)
    assert [(chunk.ssrc, chunk.items) for chunk in description.chunks] == [(9, [(1, b"seat-0")])]
    (block, _) = rtcp.walk(data)
    assert rtcp.sender_time(block) == (9, ntp)


def test_each_name_ends_with_a_null_and_fills_its_words() -> None:
    (block,) = rtcp.walk(rtcp.description([(9, "seat-0"), (10, "seat-10")]))
    assert block.count == 2
    assert block.body == b"\0\0\0\x09\x01\x06seat-0\0\0\0\0" + b"\0\0\0\x0a\x01\x07seat-10\0\0\0"


def test_a_receiver_report_carries_its_blocks() -> None:
    block = struct.pack("!IB3sIIII", 5, 64, (12).to_bytes(3, "big"), 70000, 3, 0, 0)
    (other,) = RtcpPacket.parse(rtcp.receiver_report(1, [block, block]))
    assert isinstance(other, RtcpRrPacket)
    assert [(report.ssrc, report.fraction_lost, report.packets_lost) for report in other.reports] == [(5, 64, 12)] * 2


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_but_malformed(data: bytes) -> None:
    try:
        for block in rtcp.walk(data):
            list(rtcp.nacked(block))
            list(rtcp.fir_ssrcs(block))
            rtcp.media_ssrc(block)
            rtcp.sender_time(block)
    except Malformed:
        return


@pytest.mark.parametrize("data", [b"\x80", b"\x80\xc8\x00\x05", b"\x40\xc8\x00\x00", b"\xa0\xc8\x00\x01\0\0\0\x09"])
def test_a_cut_packet_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        list(rtcp.walk(data))
