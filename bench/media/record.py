"""The tables, and their places in bench/README.md between two marks each."""

import datetime
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from media_workers import compiled

if TYPE_CHECKING:
    from bench.media.measuring import Row
    from bench.media.most import Most

README = Path(__file__).parents[1] / "README.md"
_HEAD = (
    "| server | rooms × subscribers | µs CPU per packet | packets/s | p50 ms | p99 ms | lost % | CPU ms per join "
    "| kB per person |"
)


_MOST_HEAD = (
    "| server | rooms × subscribers | most packets/s | lost % | p50 ms | p99 ms | µs CPU per packet | % of the core "
    "| pictures/s | ended by |"
)


def line(row: "Row") -> str:
    """A row of the table."""
    return (
        f"| {row.server} | {row.rooms} × {row.subscribers} | {row.us_per_packet:.1f} | {row.packets_per_second:,} "
        f"| {row.p50_ms:.1f} | {row.p99_ms:.1f} | {row.lost_percent:.2f} | {row.cpu_ms_per_join:.1f} "
        f"| {row.memory_kb_per_participant} |"
    )


def table(rows: Sequence["Row"]) -> str:
    """The rows with head, ratios to Janus, versions and machine."""
    lines = [_HEAD, "|" + "---|" * 9, *(line(row) for row in rows)]
    ratios = [said for row in rows if row.server.startswith(("python", "native")) and (said := _ratio(row, rows))]
    return "\n".join([*lines, "", *ratios, "", _circumstances(rows)])


def _ratio(row: "Row", rows: Sequence["Row"]) -> str:
    others = [
        r for r in rows if r.server.startswith("janus") and (r.rooms, r.subscribers) == (row.rooms, row.subscribers)
    ]
    said = [
        f"{row.us_per_packet / other.us_per_packet:.2f} × {other.server} per packet, "
        f"{row.p99_ms / other.p99_ms:.2f} × its p99, {row.cpu_ms_per_join / other.cpu_ms_per_join:.2f} × per join"
        for other in others
        if other.us_per_packet and other.p99_ms and other.cpu_ms_per_join
    ]
    return f"- {row.server}, {row.rooms} × {row.subscribers}: {'; '.join(said)}" if said else ""


def most_table(rows: Sequence["Most"]) -> str:
    """The most packets a second, with versions and machine."""
    lines = [
        f"| {row.server} | {row.rooms} × {row.subscribers} | {row.packets_per_second:,} | {row.lost_percent:.2f} "
        f"| {row.p50_ms:.1f} | {row.p99_ms:.1f} | {row.us_per_packet:.1f} | {row.core_percent:.0f} "
        f"| {row.pictures_per_second:.0f} | {row.ended} |"
        for row in rows
    ]
    return "\n".join([_MOST_HEAD, "|" + "---|" * 10, *lines, "", _circumstances(rows)])


def _circumstances(rows: Sequence["Row | Most"]) -> str:
    profiles = sorted({f"{row.server}: {row.profile}" for row in rows})
    return (
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, Python {platform.python_version()} "
        f"({'of the system' if sys.base_prefix == '/usr' else 'not of the system'}), aiortc {version('aiortc')}, "
        f"pylibsrtp {version('pylibsrtp')}, uvloop {version('uvloop')}, Janus {_janus()}, "
        f"Linux {platform.release()}, {_processor()}; load average of 15 minutes: {_load()}. "
        f"Our worker: {_worker()}. "
        f"SRTP profiles: {', '.join(profiles)}."
    )


def _worker() -> str:
    return "busiest modules compiled by mypyc" if compiled.folder().is_dir() else "from source"


def _janus() -> str:
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "janus"], capture_output=True, text=True)
    return asked.stdout or "none"


def _processor() -> str:
    found = re.findall(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return f"{len(found)} × {found[0]}" if found else platform.machine()


def _load() -> str:
    return Path("/proc/loadavg").read_text(encoding="ascii").split()[2]


def write(text: str, mark: str) -> None:
    """Puts a table between its marks. Raises `ValueError` when they are not there."""
    known = README.read_text(encoding="utf-8")
    marked = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
    if not marked.search(known):
        raise ValueError(f"{README.name} has no marks for {mark}")
    README.write_text(marked.sub(lambda marks: f"{marks[1]}{text}\n{marks[2]}", known), encoding="utf-8")
