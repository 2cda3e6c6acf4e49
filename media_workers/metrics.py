"""Figures of a worker in Prometheus's text format (version 0.0.4): counts and sizes, nothing that tells of a person."""

import resource
from collections.abc import Iterator
from typing import Literal, NamedTuple

from media_workers.worker import Worker

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Kind = Literal["counter", "gauge"]


class Metric(NamedTuple):
    """A figure with its meaning; ``labels`` are ours, never taken from what came over the wire."""

    name: str
    kind: Kind
    meaning: str
    values: tuple[tuple[str, float], ...]
    """Label text (``reason="forged"`` or empty) and value."""


def text(worker: Worker) -> str:
    """The figures of now."""
    lines = []
    for metric in _metrics(worker):
        name = f"iboo_worker_{metric.name}"
        lines += [f"# HELP {name} {metric.meaning}", f"# TYPE {name} {metric.kind}"]
        for label, value in metric.values:
            lines.append(f"{name}{{{label}}} {value:g}" if label else f"{name} {value:g}")
    return "\n".join(lines) + "\n"


def _metrics(worker: Worker) -> Iterator[Metric]:
    sockets, usage = worker.sockets, resource.getrusage(resource.RUSAGE_SELF)
    people = sum(len(room.participants) for room in worker.rooms.values())
    dropped = tuple((f'reason="{reason}"', float(count)) for reason, count in worker.strangers.by_reason.items())
    yield Metric("info", "gauge", "What the worker is.", ((f'forwarder="{worker.forwarding}"', 1.0),))
    yield _single("rooms", "gauge", "Rooms held.", len(worker.rooms))
    yield _single("participants", "gauge", "People whose media path is up.", people)
    yield _single("peers", "gauge", "Connections the ICE agent knows.", worker.peers)
    yield _single("load", "gauge", "Forwarded packets per second.", worker.load)
    capacity = worker.settings.capacity
    yield _single("capacity", "gauge", "Forwarded packets per second at which no new room is taken.", capacity)
    yield _single("draining", "gauge", "1 when no new room is taken any more.", worker.draining)
    yield _single("forwarded_packets_total", "counter", "RTP packets sent.", worker.forwarder.sent_packets)
    yield _single("received_datagrams_total", "counter", "Datagrams read.", sockets.received)
    yield _single("sent_datagrams_total", "counter", "Datagrams handed to the kernel.", sockets.sent)
    yield _single("unsent_datagrams_total", "counter", "Datagrams the kernel did not take.", sockets.dropped)
    yield Metric("dropped_datagrams_total", "counter", "Datagrams not taken in, by reason.", dropped)
    studio = worker.studio
    yield _single("recordings", "gauge", "Recordings that are being written.", studio.open_parts)
    yield _single("recording_waiting_segments", "gauge", "Segments that wait for the store.", studio.waiting)
    yield _single("recording_lost_segments", "gauge", "Segments known to be missing.", studio.lost)
    yield _single("cpu_seconds_total", "counter", "User and system time.", usage.ru_utime + usage.ru_stime)
    yield _single("memory_peak_bytes", "gauge", "Most memory held so far.", usage.ru_maxrss * 1024)


def _single(name: str, kind: Kind, meaning: str, value: float) -> Metric:
    return Metric(name, kind, meaning, (("", float(value)),))
