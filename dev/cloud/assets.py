"""The static files, as the CDN serves them: /static/<version>/<path in web/>."""

import hashlib
import mimetypes
from pathlib import Path

from aiohttp import web

from infra.headers import STATIC, STATIC_MISSING

TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
}
TEXT = ("text/", "image/svg+xml", "application/manifest+json")


class Assets:
    """The tree ``web``. ``announced``: the version the functions put into addresses since they started."""

    def __init__(self, folder: Path, announced: str) -> None:
        self._folder = folder.resolve()
        self._announced = announced
        self._seen: tuple[object, str] | None = None

    def version(self) -> str:
        """Changes when a file does."""
        files = sorted(path for path in self._folder.rglob("*") if path.is_file())
        stamp = [(str(path), (stat := path.stat()).st_mtime_ns, stat.st_size) for path in files]
        if self._seen is None or self._seen[0] != stamp:
            self._seen = (stamp, version(self._folder))
        return self._seen[1]

    def up_to_date(self, page: bytes) -> bytes:
        """The page with addresses of the files as they are now: who edits a file sees it on the next load."""
        current = self.version()
        if current == self._announced:
            return page
        return page.replace(f"/static/{self._announced}/".encode(), f"/static/{current}/".encode())

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The version in the address keeps caches apart; what is served is the file as it is."""
        file = (self._folder / request.match_info["path"]).resolve()
        if not file.is_relative_to(self._folder) or not file.is_file():
            return web.Response(status=404, text="Not found", headers=STATIC_MISSING)
        return web.Response(body=file.read_bytes(), headers=STATIC | {"Content-Type": content_type(file)})


def version(folder: Path) -> str:
    """Twelve hex digits over the names and contents of the files in ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def content_type(file: Path) -> str:
    """By the file's suffix."""
    found = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith(TEXT) else found
