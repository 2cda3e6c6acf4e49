"""Receiver report blocks (RFC 3550)."""

import struct

from media_workers.reception import Reception


def read(block: bytes | None) -> dict[str, int]:
    assert block is not None
    names = ("ssrc", "fraction", "lost", "highest", "jitter", "stamp", "delay")
    ssrc, fraction, lost, *rest = struct.unpack("!IB3sIIII", block)
    return dict(zip(names, (ssrc, fraction, int.from_bytes(lost, "big", signed=True), *rest), strict=True))


def test_nothing_is_reported_before_the_first_packet() -> None:
    assert Reception(90000).block(1, 0.0) is None


def test_the_first_packet_says_when_it_began() -> None:
    reception = Reception(90000)
    assert reception.began is None
    for now in (3.0, 4.0):
        reception.packet(int(now), 0, now)
    assert reception.began == 3.0


def test_loss_is_told_as_a_fraction_since_the_last_report_and_in_all() -> None:
    reception = Reception(90000)
    for number in (100, 101, 103, 105):
        reception.packet(number, 0, 0.0)
    first = read(reception.block(7, 0.0))
    assert (first["ssrc"], first["fraction"], first["lost"], first["highest"]) == (7, 2 * 256 // 6, 2, 105)
    for number in (106, 107):
        reception.packet(number, 0, 0.0)
    second = read(reception.block(7, 0.0))
    assert (second["fraction"], second["lost"]) == (0, 2)


def test_packets_on_time_have_no_jitter() -> None:
    reception = Reception(48000)
    for number in range(50):
        reception.packet(number, 960 * number, 0.02 * number)
    assert read(reception.block(1, 1.0))["jitter"] == 0


def test_jitter_approaches_the_mean_deviation() -> None:
    reception = Reception(48000)
    for number in range(400):
        reception.packet(number, 960 * number, 0.02 * number + (0.005 if number % 2 else 0.0))
    assert 230 <= read(reception.block(1, 1.0))["jitter"] <= 240


def test_the_last_sender_report_is_named_with_its_age() -> None:
    reception = Reception(90000)
    reception.packet(1, 0, 0.0)
    reception.sender_report(0x1122_3344_5566_7788, 10.0)
    block = read(reception.block(1, 12.5))
    assert block["stamp"] == 0x3344_5566
    assert block["delay"] == int(2.5 * 65536)
