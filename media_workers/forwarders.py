"""Which forwarder a worker has: the native one where it is wanted and built, else Python's."""

import logging
from collections.abc import Callable
from typing import Any

from media_workers import native
from media_workers.native_forwarder import NativeForwarder
from media_workers.settings import SettingError

logger = logging.getLogger(__name__)


def chosen_library(wanted: str, load: Callable[[], Any] = native.load) -> Any:
    """The native library if it is to forward. ``wanted``: ``auto``, ``native`` or ``python``; ``load``: the library, or
    None where it isn't built.

    Raises `SettingError` when it must be and isn't built."""
    library = load() if wanted != "python" else None
    if library is None and wanted == "native":
        raise SettingError("IBOO_WORKER_FORWARDER is native, and it isn't built: python -m media_workers.native")
    return library


def native_forwarder(
    wanted: str, clock: Callable[[], float], load: Callable[[], Any] = native.load
) -> NativeForwarder | None:
    """The native one, or None: Python forwards. ``clock``: seconds, monotonic. The rest, and what it raises: see
    `chosen_library`. Says in one line which it is."""
    library = chosen_library(wanted, load)
    if library is None:
        logger.info(
            "packets are forwarded in Python%s", ": the native forwarder is not built" if wanted == "auto" else ""
        )
        return None
    logger.info("packets are forwarded natively")
    return NativeForwarder(library, clock)
