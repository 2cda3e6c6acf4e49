"""Answers that are files: sealed, six days, three downloads. As a person's own copy, but of a request's."""

import hashlib

from chalicelib import clock, keyed, storage
from chalicelib.errors import Gone
from chalicelib.privacy.export import DOWNLOADS, FILE, GONE, discard
from chalicelib.privacy.models import Package
from chalicelib.register.events import Event
from chalicelib.register.published import EXPORT
from chalicelib.storage import Changed, keys, objects
from chalicelib.storage.sealing import Unreadable

from .models import Part, Request


def keep(request: Request, content: bytes) -> str:
    """Puts the file away for the person; returns its place."""
    now = clock.now()
    package = Package(f"packages#{_owner(request)}", f"{now:012d}#{keyed.new_id()}", account=_owner(request))
    package.downloads = 0
    storage.create(package, {Event.COLLECTED: now})  # first: an object without its item is swept away
    name = objects.name_for(package.pk, package.sk, FILE)
    until = int(package.delete_by or now)
    objects.put(EXPORT, name, content, keys.key_for(f"package#{package.id}", until, None))
    digest = hashlib.sha256(content).hexdigest()
    storage.update(package, Package.object.set(name), Package.digest.set(digest), Package.ready_at.set(clock.now()))
    return str(package.sk)


def find(request: Request, part: Part) -> Package | None:
    """A part's file, while it can be had."""
    if not part.package:
        return None
    package = storage.get(Package, f"packages#{_owner(request)}", part.package)
    return package if package is not None and package.downloads < DOWNLOADS else None


def take(request: Request, part: Part) -> bytes:
    """The file's bytes, and one download less; after the third it is destroyed. Raises `Gone`."""
    package = find(request, part)
    if package is None or package.object is None:
        raise Gone(GONE)
    try:
        content = objects.get(EXPORT, package.object, keys.open_key(f"package#{package.id}"))
        storage.update(package, Package.downloads.add(1), condition=Package.downloads < DOWNLOADS, always=True)
    except (keys.KeyDestroyed, Unreadable, Changed) as fault:
        raise Gone(GONE) from fault
    if content is None:
        raise Gone(GONE)
    if package.downloads >= DOWNLOADS:
        discard(package)
    return content


def _owner(request: Request) -> str:
    return f"right-{request.id}"
