"""SRTP sessions as functions."""

import gc
import os

import pylibsrtp
import pytest

from media_workers import rtp, srtp
from media_workers.errors import Malformed
from media_workers.srtp import Operation

PACKET = rtp.header(96, True, 7, 90_000, 5, b"") + b"payload" * 100
REPORT = bytes((0x80, 201, 0, 1, 0, 0, 0, 5))


def pair() -> tuple[tuple[Operation, ...], tuple[Operation, ...]]:
    """The functions of a sender and of a receiver."""
    key, profile = os.urandom(44), pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_256_GCM
    out, into = (
        pylibsrtp.Session(pylibsrtp.Policy(key, kind, srtp_profile=profile))
        for kind in (pylibsrtp.Policy.SSRC_ANY_OUTBOUND, pylibsrtp.Policy.SSRC_ANY_INBOUND)
    )
    return srtp.operations(out, "protect", "protect_rtcp"), srtp.operations(into, "unprotect", "unprotect_rtcp")


def test_what_is_protected_can_be_read_by_the_other_side_alone() -> None:
    (protect, protect_rtcp), (unprotect, unprotect_rtcp) = pair()
    sealed = protect(PACKET)
    assert PACKET[12:] not in sealed
    assert unprotect(sealed) == PACKET
    assert unprotect_rtcp(protect_rtcp(REPORT)) == REPORT


def test_two_sessions_dont_mix_though_they_share_a_buffer() -> None:
    (first, _), (read_first, _) = pair()
    (second, _), (read_second, _) = pair()
    one, two = first(PACKET), second(PACKET[:100])
    assert (read_first(one), read_second(two)) == (PACKET, PACKET[:100])


def test_a_packet_that_comes_twice_or_was_changed_is_refused() -> None:
    (protect, _), (unprotect, _) = pair()
    sealed = protect(PACKET)
    with pytest.raises(Malformed):
        unprotect(sealed[:-1] + bytes((sealed[-1] ^ 1,)))
    unprotect(sealed)
    with pytest.raises(Malformed):
        unprotect(sealed)


@pytest.mark.parametrize("data", [b"", b"\x80", bytes(7), bytes(srtp.LONGEST + 1)])
def test_what_is_no_packet_is_refused(data: bytes) -> None:
    protecting, unprotecting = pair()
    for operation in (*protecting, *unprotecting):
        with pytest.raises(Malformed):
            operation(data)


def test_a_session_lives_as_long_as_its_functions() -> None:
    (protect, _), (unprotect, _) = pair()
    gc.collect()
    assert unprotect(protect(PACKET)) == PACKET


@pytest.mark.parametrize(
    ("profile", "size"),
    [
        (pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44),
        (pylibsrtp.Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30),
    ],
)
def test_packets_of_a_run_are_those_protected_one_by_one(profile: int, size: int) -> None:
    key = os.urandom(size)
    one, run, into = (
        pylibsrtp.Session(pylibsrtp.Policy(key, kind, srtp_profile=profile))
        for kind in (
            pylibsrtp.Policy.SSRC_ANY_OUTBOUND,
            pylibsrtp.Policy.SSRC_ANY_OUTBOUND,
            pylibsrtp.Policy.SSRC_ANY_INBOUND,
        )
    )
    (protect,) = srtp.operations(one, "protect")
    (unprotect,) = srtp.operations(into, "unprotect")
    packets = [
        (rtp.header(96, True, number, 90_000, 5, b""), os.urandom(size))
        for number, size in enumerate((1100, 1100, 0, 7, srtp.LONGEST, 1100, *[50] * (srtp.MANY - 6)))
    ]
    packets[8] = b"\x80", b"no header"
    outgoing = srtp.Outgoing()
    for header, payload in packets:
        outgoing.add(header, payload)
    data, lengths = srtp.run_operation(run)(outgoing)
    assert [place for place, length in enumerate(lengths) if not length] == [4, 8], "too long, and no packet at all"
    at = 0
    for (header, payload), length in zip(packets, lengths, strict=True):
        if length:
            sealed = bytes(data[at : at + length])
            assert sealed == protect(header + payload)
            assert unprotect(sealed) == header + payload
        at += length
    assert at == len(data)
