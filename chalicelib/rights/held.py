"""What a legal hold keeps, handed to who has the case: opened with the keys that are held for it, hashed, listed.

Nobody else reads it: past its time the product's own reads do not see it (docs/decisions/0043).
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from chalicelib import clock, storage
from chalicelib.errors import NotFound
from chalicelib.privacy.packing import moment, plain, zipped
from chalicelib.recordings import unsealing
from chalicelib.register import row_of
from chalicelib.storage import expiry, holding, keys, objects
from chalicelib.storage.expiry import Place, Raw
from chalicelib.storage.sealing import Unreadable, unseal

from . import moving
from .freezes import place_of
from .models import LegalHold


def package(number: str) -> bytes:
    """A ZIP: what each item says, every file, a manifest of SHA-256; ``complete``: no recording is still being moved.
    Raises `NotFound`."""
    hold = storage.get(LegalHold, f"hold#{number}", "hold")
    if hold is None or hold.state != "open":
        raise NotFound
    now = clock.now()
    items: list[dict[str, Any]] = []
    files: dict[str, bytes] = {}
    for place in map(place_of, hold.places):
        item = expiry.read(place)
        if item is not None and item["kind"] != "data_key":
            items.append({"store": place.store.key, "kind": item["kind"], "data": _said(place, item, number)})
            files |= {f"files/{name}": content for name, content in _files(place, item, number)}
    told = {"hold": hold.number, "case": hold.case, "reason": hold.reason, "complete": not hold.moving, "items": items}
    files["items.json"] = _json(told)
    described = [{"name": name, "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()]
    files["manifest.json"] = _json({"made_at": moment(now), "files": described})
    return zipped(files, now)


def _said(place: Place, item: Raw, case: str) -> dict[str, Any]:
    """The item's own fields, sealed ones opened where their key is held."""
    fields = row_of(item["kind"]).kinds[item["kind"]]
    said = {name: plain(name, _number(value)) for name, value in item.items() if name in fields}
    return said | (_moved_fields(place, item, case) if item["kind"] in unsealing.KINDS else _fields(place, item))


def _fields(place: Place, item: Raw) -> dict[str, str | None]:
    said: dict[str, str | None] = {}
    for name, sealed in item.get("sealed", {}).items():
        try:
            key = keys.held_key(str(item["data_key"]))
            where = "\0".join((item["kind"], place.pk, place.sk))
            said[name] = unseal(key, where, name, bytes(sealed)).decode()
        except (keys.KeyDestroyed, Unreadable):
            said[name] = None
    return said


def _moved_fields(place: Place, item: Raw, case: str) -> dict[str, str | None]:
    said = moving.said(place, item, case)
    return dict.fromkeys(item.get("sealed", {})) | ({} if said is None else json.loads(said))


def _files(place: Place, item: Raw, case: str) -> Iterator[tuple[str, bytes]]:
    yield from holding.copies(place, item)
    if item["kind"] in unsealing.KINDS:
        for name, content in moving.opened(place, item, case):
            ending = "" if name.endswith(holding.UNOPENED) else ".media"
            yield f"{objects.name_for(place.pk, place.sk, name)}{ending}", content


def _number(value: Any) -> Any:
    """A number of the table as JSON has it; sets and maps as lists and objects."""
    if isinstance(value, dict):
        return {name: _number(inner) for name, inner in value.items()}
    if isinstance(value, list | set):
        return [_number(inner) for inner in value]
    return int(value) if hasattr(value, "as_tuple") else value


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n").encode()
