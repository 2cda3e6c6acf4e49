"""What a legal hold moves of a recording: objects and sealed fields in plain, by keys that are held until it has moved.

Works on items as the table holds them: a recording may pass its time while it is moved.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import unquote

from chalicelib import clock
from chalicelib.register import row_of
from chalicelib.storage import expiry, keys, objects
from chalicelib.storage.expiry import Place, Raw
from chalicelib.storage.sealing import DataKey, Unreadable, unseal

from . import vault
from .vault import PartName

KINDS = ("recording_track", "recording_file")
"""Whose objects are moved."""

ROW = row_of("recording")

CLOSED = ("ready", "incomplete", "empty")
"""States of a recording to which no worker adds any more."""


class Source:
    """The objects of one held track or file. Raises `KeyDestroyed` where it can't be opened."""

    def __init__(self, place: Place, item: Raw) -> None:
        self._recording, self._own = place.pk.partition("#")[2], place.sk.partition("#")[2]
        self._path = objects.name_for(place.pk, place.sk, "")
        whole = keys.held_key(vault.recording_owner(self._recording))
        self._open = self._chunks(whole) if item["kind"] == "recording_file" else self._segments(place, whole)
        self._said = _said(place, item)

    def names(self) -> list[str]:
        """The short name of each."""
        return [unquote(name.removeprefix(self._path)) for name in objects.names(ROW, self._path)]

    def content(self, name: str) -> bytes | None:
        """In plain; `None` when it is gone. Raises `Unreadable`."""
        sealed = objects.raw(ROW, self._path + name)
        return None if sealed is None else self._open(name, sealed)

    def said(self) -> bytes:
        """The item's own sealed fields, as JSON."""
        return json.dumps(self._said, ensure_ascii=False).encode()

    def _segments(self, place: Place, whole: DataKey) -> Callable[[str, bytes], bytes]:
        own = keys.held_key(vault.track_owner(self._recording, self._own))
        found = {}
        for item in expiry.partition(place.store, place.pk, "part#"):
            number = str(item["sk"]).partition("#")[2]
            part = PartName(int(number), int(item["epoch"]), str(item["incarnation"]))
            found[number] = vault.derived(whole, own, self._recording, self._own, part)

        def opened(name: str, content: bytes) -> bytes:
            key = found.get(name.partition("-")[0])
            if key is None:
                raise Unreadable(name)
            return vault.open_object(key, self._recording, self._own, name, content)

        return opened

    def _chunks(self, whole: DataKey) -> Callable[[str, bytes], bytes]:
        own = keys.held_key(vault.file_owner(self._recording, self._own))
        key = vault.derived_file(whole, own, self._recording, self._own)
        return lambda name, content: vault.open_chunk(key, self._recording, self._own, name, content)


def is_settled(place: Place, item: Raw) -> bool:
    """Whether nothing is added to a track or file any more: the recording is closed, the file made or given up, or
    their time is up."""
    ends = expiry.due(item)
    if ends is not None and ends <= clock.now():
        return True
    if item["kind"] == "recording_file":
        return item["state"] in ("ready", "failed")
    recording = expiry.read(Place(place.store, place.pk, "recording"))
    return recording is None or recording["state"] in CLOSED


def _said(place: Place, item: Raw) -> dict[str, str | None]:
    sealed = item.get("sealed", {})
    if not sealed:
        return {}
    key, where = keys.held_key(str(item["data_key"])), "\0".join((item["kind"], place.pk, place.sk))
    said: dict[str, str | None] = dict.fromkeys(sealed)
    for name, value in sealed.items():
        with suppress(Unreadable):
            said[name] = unseal(key, where, name, bytes(value)).decode()
    return said
