"""Starting the recorder's process, by the worker's settings."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from media_workers.recording.feed import ProcessFeed
from media_workers.recording.studio import MakeFeed
from media_workers.settings import PREFIX, Settings

LOG_LEVEL = f"{PREFIX}LOG_LEVEL"


def left_over(settings: Settings) -> bool:
    """Whether an earlier recorder of this worker's name left something on the disk that the bucket does not have."""
    folder = _folder(settings)
    return bool(settings.recordings_bucket) and folder.is_dir() and any(folder.iterdir())


def _folder(settings: Settings) -> Path:
    whole = settings.spool or str(Path(tempfile.gettempdir()) / f"iboo-spool-{os.getuid()}")
    return Path(whole) / settings.id


def process_feed(settings: Settings) -> MakeFeed | None:
    """How a recorder is started; None without a bucket. The folder is the worker's own and there again after a restart:
    what a killed worker left in it is stored then."""
    if not settings.recordings_bucket:
        return None
    arguments = [str(_folder(settings)), str(settings.spool_bytes), settings.recordings_bucket]

    # It needs the way to the bucket, and none of the worker's secrets.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX) or name == LOG_LEVEL}

    def make(hear: Callable[[dict[str, Any]], None], died: Callable[[], None]) -> ProcessFeed:
        return ProcessFeed(arguments, inherited, hear, died)

    return make
