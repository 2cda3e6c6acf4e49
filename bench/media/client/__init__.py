"""The fast side of the load client: a Rust crate, built where there is a cargo; without it Python reads and sends.

python -m bench.media.client     builds, unless that is done already; with ``test``: its own tests first
"""

import hashlib
import shutil
import sys
import sysconfig
from functools import cache
from pathlib import Path
from typing import Any

from media_workers import native

SOURCE = Path(__file__).parent
BUILT = SOURCE.parents[2] / "build" / "bench"
TARGET = BUILT / "target"
NAME = "iboo_load"


def library() -> Path:
    """Where the present source's library belongs; the worker's crate is in it (SRTP, RTP)."""
    digest = hashlib.sha256(f"{sysconfig.get_platform()} {sys.implementation.cache_tag}".encode())
    for source in (SOURCE, native.SOURCE):
        for path in (source / "Cargo.toml", *sorted((source / "src").rglob("*.rs"))):
            digest.update(path.read_bytes())
    return BUILT / f"{NAME}-{digest.hexdigest()[:20]}.abi3.so"


@cache
def load() -> Any:
    """The library, or None where it isn't built."""
    return native.loaded(NAME, library())


def build() -> None:
    """Builds, if it isn't done yet. Raises `native.BuildError`."""
    made = library()
    if made.is_file():
        return
    if why := native.missing():
        raise native.BuildError(why)
    BUILT.mkdir(parents=True, exist_ok=True)
    native.cargo("build", "--release", "--features", "extension", target=TARGET, source=SOURCE)
    for old in BUILT.glob(f"{NAME}-*"):  # of source that has changed since
        old.unlink()
    scratch = BUILT / f"{NAME}.new"
    shutil.copy2(TARGET / "release" / f"lib{NAME}.so", scratch)
    scratch.rename(made)
