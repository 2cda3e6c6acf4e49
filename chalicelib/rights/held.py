"""What a legal hold keeps, handed to who has the case: opened with the keys that are held beside it, hashed, listed.

Nobody else reads it: past its time the product's own reads do not see it (docs/decisions/0043).
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from chalicelib import clock, storage
from chalicelib.errors import NotFound
from chalicelib.privacy.packing import moment, plain, zipped
from chalicelib.recordings import vault
from chalicelib.recordings.vault import PartName
from chalicelib.register import row_of
from chalicelib.storage import expiry, holding, keys
from chalicelib.storage.expiry import Place, Raw
from chalicelib.storage.sealing import Unreadable, unseal

from .freezes import place_of
from .models import LegalHold


def package(number: str) -> bytes:
    """A ZIP: what each item says, every file, a manifest of SHA-256. Raises `NotFound`."""
    hold = storage.get(LegalHold, f"hold#{number}", "hold")
    if hold is None or hold.state != "open":
        raise NotFound
    now = clock.now()
    items: list[dict[str, Any]] = []
    files: dict[str, bytes] = {}
    for place in map(place_of, hold.places):
        item = expiry.read(place)
        if item is not None and item["kind"] != "data_key":
            items.append({"store": place.store.key, "kind": item["kind"], "data": _said(place, item)})
            files |= {f"files/{name}": content for name, content in _files(place, item)}
    files["items.json"] = _json({"hold": hold.number, "case": hold.case, "reason": hold.reason, "items": items})
    described = [{"name": name, "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()]
    files["manifest.json"] = _json({"made_at": moment(now), "files": described})
    return zipped(files, now)


def _said(place: Place, item: Raw) -> dict[str, Any]:
    """The item's own fields, sealed ones opened where their key is held."""
    fields = row_of(item["kind"]).kinds[item["kind"]]
    said = {name: plain(name, _number(value)) for name, value in item.items() if name in fields}
    for name, sealed in item.get("sealed", {}).items():
        try:
            key = keys.held_key(str(item["data_key"]))
            where = "\0".join((item["kind"], place.pk, place.sk))
            said[name] = unseal(key, where, name, bytes(sealed)).decode()
        except (keys.KeyDestroyed, Unreadable):
            said[name] = None
    return said


def _files(place: Place, item: Raw) -> Iterator[tuple[str, bytes]]:
    for name, content in holding.copies(place, item):
        segment = unquote(name.rpartition("/")[2])
        opened = OPENED[item["kind"]](place, segment, content) if item["kind"] in OPENED else None
        yield (name, content) if opened is None else (f"{name}.media", opened)


def _segment(place: Place, name: str, content: bytes) -> bytes | None:
    """What was recorded, in plain; `None` when its keys are gone, or it is no segment."""
    recording, track = place.pk.partition("#")[2], place.sk.partition("#")[2]
    part = expiry.read(Place(place.store, place.pk, f"part#{name.partition('-')[0]}"))
    if part is None:
        return None
    whose = PartName(int(name.partition("-")[0]), int(part["epoch"]), str(part["incarnation"]))
    try:
        whole = keys.held_key(vault.recording_owner(recording))
        own = keys.held_key(vault.track_owner(recording, track))
        key = vault.derived(whole, own, recording, track, whose)
        return vault.open_object(key, recording, track, name, content)
    except (keys.KeyDestroyed, Unreadable):
        return None


def _chunk(place: Place, name: str, content: bytes) -> bytes | None:
    """A stretch of a composed file, in plain: put together in the order of their names they are the file."""
    recording, file = place.pk.partition("#")[2], place.sk.partition("#")[2]
    try:
        whole = keys.held_key(vault.recording_owner(recording))
        key = vault.derived_file(whole, keys.held_key(vault.file_owner(recording, file)), recording, file)
        return vault.open_chunk(key, recording, file, name, content)
    except (keys.KeyDestroyed, Unreadable):
        return None


OPENED = {"recording_track": _segment, "recording_file": _chunk}


def _number(value: Any) -> Any:
    """A number of the table as JSON has it; sets and maps as lists and objects."""
    if isinstance(value, dict):
        return {name: _number(inner) for name, inner in value.items()}
    if isinstance(value, list | set):
        return [_number(inner) for inner in value]
    return int(value) if hasattr(value, "as_tuple") else value


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n").encode()
