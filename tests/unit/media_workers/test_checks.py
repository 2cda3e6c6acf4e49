"""Checks read and answered; aioice is the oracle."""

import struct

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from media_workers import checks
from media_workers.errors import Malformed


def check(username: str, **attributes: object) -> bytes:
    message = stun.Message(
        stun.Method.BINDING, stun.Class.REQUEST, attributes={"PRIORITY": 1, "USERNAME": username, **attributes}
    )
    message.add_message_integrity(b"key")
    return bytes(message)


def test_our_part_of_the_user_name_is_found() -> None:
    assert checks.fragment(check("ours:theirs")) == "ours"
    assert checks.fragment(check("ours:theirs", SOFTWARE="a browser")) == "ours"


def test_what_is_no_binding_request_is_nobodys() -> None:
    request = check("ours:theirs")
    assert checks.fragment(b"\x01\x01" + request[2:]) is None, "a response"
    assert checks.fragment(request[:4] + bytes(4) + request[8:]) is None, "no cookie"
    assert checks.fragment(request + b"\0") is None, "a length that doesn't fit"
    assert checks.fragment(request[:20]) is None
    assert checks.fragment(bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST))) is None, "no user name"


@given(st.binary(max_size=600))
def test_whatever_comes_is_read_without_failing(data: bytes) -> None:
    head = b"\x00\x01" + (len(data)).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12)
    assert checks.fragment(data) is None or len(data) >= 24
    found = checks.fragment(head + data)
    assert found is None or isinstance(found, str)


@pytest.mark.parametrize("address", [("192.0.2.10", 5000), ("2001:db8::7", 9), ("fe80::1%eth0", 65535)])
def test_an_answer_is_the_one_aioice_writes(address: tuple[str, int]) -> None:
    expected = stun.Message(
        stun.Method.BINDING,
        stun.Class.RESPONSE,
        transaction_id=bytes(range(200, 212)),
        attributes={"XOR-MAPPED-ADDRESS": address},
    )
    expected.add_message_integrity(b"key")
    assert checks.answer(checks.Check(bytes(range(200, 212)), False), address, b"key") == bytes(expected)


def test_a_check_is_read_by_who_has_its_key() -> None:
    plain, nominating = check("ours:theirs"), check("ours:theirs", **{"USE-CANDIDATE": None})
    assert checks.read(plain, b"key") == checks.Check(plain[8:20], False)
    assert checks.read(nominating, b"key") == checks.Check(nominating[8:20], True)
    assert checks.read(plain, b"another") is None
    assert checks.read(plain[:-32], b"key") is None, "without integrity"
    assert checks.read(plain[:-8], b"key") is not None, "without fingerprint"


def test_a_nomination_behind_the_integrity_is_nobodys() -> None:
    data = check("ours:theirs")[:-8] + b"\x00\x25\x00\x00"
    assert checks.read(data, b"key") == checks.Check(data[8:20], False)


def test_a_check_changed_anywhere_is_refused() -> None:
    data = check("ours:theirs", **{"USE-CANDIDATE": None})
    for place in (*range(4, len(data) - 8), *range(len(data) - 4, len(data))):
        changed = data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]
        try:
            assert checks.read(changed, b"key") is None
        except Malformed:
            continue


@given(st.binary(max_size=200), st.booleans())
def test_what_is_read_is_what_aioice_reads(data: bytes, whole: bool) -> None:
    tail = check("ours:theirs")[20:]
    body = data + tail if whole else data
    message = b"\x00\x01" + len(body).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12) + body
    try:
        found = checks.read(message, b"key")
    except Malformed:
        return
    try:
        known = stun.parse_message(message)
        genuine = known.check_message_integrity(b"key")
    except (ValueError, IndexError, KeyError, struct.error):
        genuine = False
    assert found is None or genuine
