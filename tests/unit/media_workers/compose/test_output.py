"""The file on its way out: sealed in pieces, its beginning last."""

import io

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from media_workers.compose.output import SealedFile

KEY = bytes(range(32))


def opened(chunks: dict[int, bytes]) -> bytes:
    return b"".join(
        AESGCM(KEY).decrypt(number.to_bytes(12, "big"), chunks[number], f"r\0file#f\0{number:06d}".encode())
        for number in sorted(chunks)
    )


@given(st.lists(st.binary(max_size=50), max_size=20), st.binary(max_size=6))
def test_what_was_written_is_what_opens_with_its_beginning_mended(written: list[bytes], mended: bytes) -> None:
    chunks: dict[int, bytes] = {}
    order: list[int] = []

    def put(number: int, sealed: bytes) -> None:
        assert number not in chunks, "a number is sealed once"
        chunks[number] = sealed
        order.append(number)

    plain, file = io.BytesIO(), SealedFile("r", "f", KEY, put, chunk=16)
    for part in written:
        file.write(part)
        plain.write(part)
    if len(mended) <= min(len(plain.getvalue()), 16):
        for out in (file, plain):
            out.seek(0)
            out.write(mended)
    file.finish()
    assert opened(chunks) == plain.getvalue()
    assert order[-1] == 0 and sorted(order) == list(range(file.chunks)) and file.size == len(plain.getvalue())
    assert all(len(sealed) == 32 for number, sealed in chunks.items() if number < file.chunks - 1)


def test_a_table_of_contents_longer_than_a_chunk_is_gone_back_to() -> None:
    chunks: dict[int, bytes] = {}
    file = SealedFile("r", "f", KEY, chunks.__setitem__, chunk=16)
    file.write(bytes(40))
    file.hold()
    file.write(b"size" + bytes(60))
    file.seek(40)
    file.write(b"SIZE")
    file.seek(0, 2)
    file.write(b"end")
    file.finish()
    assert opened(chunks) == bytes(40) + b"SIZE" + bytes(60) + b"end"


def test_what_is_sealed_cannot_be_changed() -> None:
    file = SealedFile("r", "f", KEY, lambda number, sealed: None, chunk=16)
    file.write(bytes(40))
    file.seek(20)
    with pytest.raises(OSError, match="sealed"):
        file.write(b"x")
