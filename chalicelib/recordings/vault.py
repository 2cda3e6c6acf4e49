"""Keys of recordings and what is sealed under them (docs/recording.md, "Segments").

One key per recording, one per track; a segment key follows from both and from the part of one worker, so that no two
workers ever share one. Destroying the recording's key takes every track with it.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chalicelib.signalling import composing
from chalicelib.storage import keys
from chalicelib.storage.sealing import DataKey, Unreadable

SEGMENTS, MANIFESTS = 0, 1
"""First byte of the nonce: numbers of segments and of manifests never meet."""


@dataclass(frozen=True)
class PartName:
    """Whose stretch of a recording: what a segment key is made for."""

    number: int
    epoch: int
    incarnation: str


def recording_owner(recording: str) -> str:
    """Under which name the recording's key is kept."""
    return f"recording#{recording}"


def track_owner(recording: str, track: str) -> str:
    """Under which name a track's key is kept."""
    return f"recording#{recording}/track#{track}"


def make(owner: str, until: int, company: str) -> DataKey:
    """The key of a recording or track, made if there is none. Raises `KeyDestroyed` when ``until`` has passed."""
    return keys.key_for(owner, until, company)


def track_key(recording: str, track: str) -> DataKey:
    """The track's key. Raises `KeyDestroyed`."""
    return keys.open_key(track_owner(recording, track))


def segment_key(recording: str, track: str, part: PartName) -> bytes:
    """The key of one part's segments of a track, 32 bytes. Raises `KeyDestroyed` when either key above it is gone."""
    return derived(keys.open_key(recording_owner(recording)), track_key(recording, track), recording, track, part)


def derived(whole: DataKey, own: DataKey, recording: str, track: str, part: PartName) -> bytes:
    """The same from keys somebody has already: of the recording, of the track."""
    info = f"iboo recording/{recording}/{track}/{part.number}/{part.epoch}/{part.incarnation}"
    return HKDF(algorithm=SHA256(), length=32, salt=whole.secret, info=info.encode()).derive(own.secret)


def file_owner(recording: str, file: str) -> str:
    """Under which name the key of a composed file is kept."""
    return f"recording#{recording}/file#{file}"


def file_key(recording: str, file: str) -> bytes:
    """The key of a composed file's chunks, 32 bytes. Raises `KeyDestroyed` when its own or the recording's is gone."""
    return derived_file(
        keys.open_key(recording_owner(recording)), keys.open_key(file_owner(recording, file)), recording, file
    )


def derived_file(whole: DataKey, own: DataKey, recording: str, file: str) -> bytes:
    """The same from keys somebody has already: of the recording, of the file."""
    info = f"iboo file/{recording}/{file}"
    return HKDF(algorithm=SHA256(), length=32, salt=whole.secret, info=info.encode()).derive(own.secret)


def destroy(owner: str) -> None:
    """The key is gone now; nothing happens when it was before."""
    keys.destroy_key(owner)


def open_object(key: bytes, recording: str, track: str, name: str, content: bytes) -> bytes:
    """The plain text of a segment or manifest. ``name``: without its path. Raises `Unreadable`."""
    try:
        return AESGCM(key).decrypt(_nonce(name), content, _associated(recording, track, name))
    except InvalidTag as fault:
        raise Unreadable(name) from fault


def seal_object(key: bytes, recording: str, track: str, name: str, plain: bytes) -> bytes:
    """What `open_object` opens. Only for names that were never sealed before under this key."""
    return AESGCM(key).encrypt(_nonce(name), plain, _associated(recording, track, name))


def open_chunk(key: bytes, recording: str, file: str, name: str, content: bytes) -> bytes:
    """The plain text of a chunk of a composed file. Raises `Unreadable`."""
    try:
        number = int(name)
        said = composing.associated(recording, f"file#{file}", name)
        return AESGCM(key).decrypt(composing.nonce(number), content, said)
    except (InvalidTag, ValueError) as fault:
        raise Unreadable(name) from fault


def _nonce(name: str) -> bytes:
    """From the name of an object: ``0001-000012-…`` is segment 12, ``0001-manifest-1`` manifest 1."""
    words = name.split("-")
    try:
        space, number = (MANIFESTS, int(words[2])) if words[1] == "manifest" else (SEGMENTS, int(words[1]))
    except (IndexError, ValueError) as fault:
        raise Unreadable(name) from fault
    return bytes([space]) + number.to_bytes(11, "big")


def _associated(recording: str, track: str, name: str) -> bytes:
    return f"{recording}\0{track}\0{name}".encode()
