"""Redundant sound (RFC 2198)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workers import red
from media_workers.errors import Malformed


def packet(newest: bytes, *before: bytes, payload_type: int = 111) -> bytes:
    """A packet with earlier sounds, 20 ms apart, before the newest one."""
    heads = b""
    for at, block in enumerate(before):
        offset = 960 * (len(before) - at)
        heads += bytes((0x80 | payload_type,)) + (offset << 10 | len(block)).to_bytes(3, "big")
    return heads + bytes((payload_type,)) + b"".join(before) + newest


@pytest.mark.parametrize("before", [(), (b"one",), (b"one", b"two")])
def test_the_newest_sound_is_found(before: tuple[bytes, ...]) -> None:
    assert red.newest(packet(b"three", *before)) == (111, b"three")


def test_every_part_gets_the_receivers_payload_type() -> None:
    assert red.retyped(packet(b"two", b"one"), 109) == packet(b"two", b"one", payload_type=109)
    assert red.retyped(packet(b"two", b"one"), 111) == packet(b"two", b"one")


@pytest.mark.parametrize(
    "data", [b"", packet(b"", b"one")[:3], packet(b"", b"one")[:-1], packet(b"", b"one")[:4], bytes((0xFF,)) * 60]
)
def test_a_cut_packet_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        red.newest(data)


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_but_malformed(data: bytes) -> None:
    for read in (red.newest, lambda data: red.retyped(data, 109)):
        try:
            read(data)
        except Malformed:
            continue
