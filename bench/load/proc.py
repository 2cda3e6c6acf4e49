"""What Linux and a worker tell of a running part of the local cloud."""

import re
import urllib.request
from pathlib import Path

from bench.media import process

_FIGURE = re.compile(r"^iboo_worker_(\w+) (\S+)$", re.MULTILINE)


def environment(pid: int) -> dict[str, str]:
    """What a process was started with (proc(5))."""
    given = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(line.split("=", 1) for line in given if "=" in line)


class WorkerGauge:
    """The figures of a media worker of this machine."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._url = f"http://127.0.0.1:{environment(pid)['IBOO_WORKER_CONTROL_PORT']}/metrics"

    def figures(self) -> dict[str, float]:
        """Of now, by the names of `media_workers.metrics`, those without a label."""
        with urllib.request.urlopen(self._url, timeout=10) as answer:
            return {name: float(value) for name, value in _FIGURE.findall(answer.read().decode())}

    @property
    def cpu(self) -> float:
        """Seconds of CPU time so far."""
        return process.cpu_seconds(self._pid)

    @property
    def memory(self) -> int:
        """Bytes in memory."""
        return process.memory(self._pid)
