"""A person's own copy of their data (GDPR art. 15 (3), 20): made when asked, sealed, gone after three downloads or six
days.
"""

import hashlib
from typing import Any

from pynamodb.attributes import MapAttribute

from chalicelib import clock, keyed, pages, storage, throttle
from chalicelib.accounts.models import Account
from chalicelib.errors import Gone, NotFound
from chalicelib.errors import mark as _
from chalicelib.register import ROWS
from chalicelib.register.events import Event
from chalicelib.register.published import EXPORT
from chalicelib.storage import Changed, Item, keys, objects
from chalicelib.storage.sealing import Unreadable

from . import own_data
from .models import Package
from .packing import Finding, pack, plain

DOWNLOADS = 3
PER_DAY = 3
FILE = "copy.zip"


def findings(account: Account) -> list[Finding]:
    """What is kept of a person, row by row of the register; a row without anything says so."""
    found = own_data.of(account)
    return [
        Finding(
            row,
            tuple(shown(item) for kind in row.kinds for item in found.get(kind, [])),
            tuple(own_data.ELSEWHERE[kind] for kind in row.kinds if kind in own_data.ELSEWHERE),
        )
        for row in ROWS
    ]


def make(account: Account) -> Package:
    """Puts a new copy together. Raises `TooMany` after the third of a day."""
    throttle.hit("export", account.id, PER_DAY, 86_400)
    now = clock.now()
    package = Package(f"packages#{account.id}", f"{now:012d}#{keyed.new_id()}", account=account.id, downloads=0)
    storage.create(package, {Event.COLLECTED: now})  # first: an object without its item is swept away
    content = pack(findings(account), words(account), now)
    name = objects.name_for(package.pk, package.sk, FILE)
    objects.put(EXPORT, name, content, keys.key_for(_owner(package), int(package.delete_by or now), None))
    digest = hashlib.sha256(content).hexdigest()
    storage.update(package, Package.object.set(name), Package.digest.set(digest), Package.ready_at.set(clock.now()))
    return package


def ready(account: Account) -> list[Package]:
    """The person's copies that can be downloaded, newest first."""
    found = storage.query(Package, f"packages#{account.id}", newest_first=True)
    return [package for package in found if package.ready_at is not None and package.downloads < DOWNLOADS]


def download(account: Account, identifier: str) -> bytes:
    """The copy's bytes, and one download less; after the last one it is gone. Raises `NotFound`, `Gone`."""
    package = next((package for package in ready(account) if package.id == identifier), None)
    if package is None or package.object is None:
        raise NotFound
    try:
        content = objects.get(EXPORT, package.object, keys.open_key(_owner(package)))
        storage.update(package, Package.downloads.add(1), condition=Package.downloads < DOWNLOADS, always=True)
    except (keys.KeyDestroyed, Unreadable, Changed) as fault:
        raise Gone(GONE) from fault
    if content is None:
        raise Gone(GONE)
    if package.downloads >= DOWNLOADS:
        discard(package)
    return content


def discard(package: Package) -> None:
    """Destroys a copy: its key, its object, its item."""
    keys.destroy_key(_owner(package))
    objects.delete(EXPORT, objects.name_for(package.pk, package.sk, FILE))
    storage.delete(package)


GONE = _("Cette copie n'est plus disponible. Vous pouvez en demander une nouvelle.")


def _owner(package: Package) -> str:
    return f"package#{package.id}"


def shown(item: Item) -> dict[str, Any]:
    """One item as a copy shows it."""
    kind = item.kind_name
    withheld = own_data.WITHHELD.get(kind, frozenset())
    fields = sorted(item.row.kinds[kind] - withheld)
    return {
        "kind": kind,
        "hat": item.hat,
        "controller": item.controller,
        "deleted_by": None if item.delete_by is None else plain("deleted_at", int(item.delete_by)),
        "data": {
            name: plain(name, value) for name in fields if (value := _simple(getattr(item, name, None))) is not None
        },
    }


def _simple(value: Any) -> Any:
    """What JSON can say of an attribute's value."""
    if isinstance(value, MapAttribute):
        return {name: _simple(inner) for name, inner in value.as_dict().items()}
    return [_simple(inner) for inner in value] if isinstance(value, list) else value


def words(account: Account) -> str:
    """The page of words that goes with a copy, in the language of the account."""
    reader = pages.Reader("en" if account.language == "en" else "fr", account.timezone)
    return pages.render("pages/data.txt", reader, name=f"{account.first_name} {account.name}")
