"""Whom a check is for, before it is parsed."""

from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from media_workers import checks


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
