"""What the worker sends by itself: to publishers what came and what is missing, to receivers the time and probes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from media_workers import rtcp
from media_workers.down_track import DownTrack
from media_workers.leg import Leg
from media_workers.up_track import Encoding, Slot

TRANSPORT_WIDE_EVERY: Final = 0.05
"""Seconds at least, which ticks make 0.06; Chromium's estimation wants 0.05 to 0.1."""
REPORTS_EVERY: Final = 0.7
"""Seconds between two sender or receiver reports of a leg."""
REPORTS_PER_PACKET: Final = 12
"""Sender reports with their names in one packet: within 1,200 bytes."""


@dataclass
class Pace:
    """Whether transport-wide feedback is due in this tick."""

    _next: float = 0.0

    def due(self, now: float) -> bool:
        """True once per interval."""
        if now < self._next:
            return False
        self._next = now + TRANSPORT_WIDE_EVERY
        return True


def send(leg: Leg, now: float, wall: float, transport_wide: bool) -> None:
    """Sends to one leg what is due. Raises `Malformed` when it can't be protected."""
    if leg.publishes:
        for slot in leg.slots.values():
            for encoding in slot.encodings:
                if encoding.ssrc is not None:
                    _repair(leg, slot, encoding, encoding.ssrc, now)
        for information in leg.arrivals.feedback() if transport_wide else ():
            media = next((e.ssrc for s in leg.slots.values() for e in s.encodings if e.ssrc is not None), 0)
            leg.send_rtcp(rtcp.transport_wide(leg.feedback_ssrc, media, information))
    if now >= leg.next_report:
        leg.next_report = now + REPORTS_EVERY
        _receiver_report(leg, now)
        _sender_reports(leg, now, wall)


def awaits(leg: Leg) -> bool:
    """Whether a publisher may soon have to be asked once more for something: see `_repair`, which does."""
    return any(
        encoding.ssrc is not None and (encoding.gaps.open or (slot.kind == "video" and encoding.keyframes.wanted))
        for slot in leg.slots.values()
        for encoding in slot.encodings
    )


def probe(leg: Leg, now: float, tick: float, pad: Callable[[DownTrack, int, float], int]) -> None:
    """Sends a receiver what its downlink's probe needs now. ``pad``: sends about so many bytes without content on a
    line at that time; how many it was. Raises `Malformed` when it can't be protected."""
    size = leg.downlink.padding(now, tick)
    if size:
        videos = [down for down in leg.downs.values() if down.repair_ssrc is not None]
        down = next((down for down in videos if down.source is not None), next(iter(videos), None))
        if down is not None:
            leg.downlink.padding_bytes += pad(down, size, now)


def _repair(leg: Leg, slot: Slot, encoding: Encoding, ssrc: int, now: float) -> None:
    if slot.nack:
        asked = encoding.gaps.due(now)
        if asked:
            leg.send_rtcp(rtcp.nack(leg.feedback_ssrc, ssrc, (number & 0xFFFF for number in asked)))
        if encoding.gaps.take_broken() and encoding.downs:
            encoding.keyframes.want()
    if slot.kind == "video" and encoding.keyframes.due(now):
        leg.send_rtcp(rtcp.pli(leg.feedback_ssrc, ssrc))


def _receiver_report(leg: Leg, now: float) -> None:
    blocks = []
    for slot in leg.slots.values():
        for encoding in slot.encodings:
            block = encoding.reception.block(encoding.ssrc, now) if encoding.ssrc is not None else None
            if block is not None:
                blocks.append(block)
    if blocks:
        leg.send_rtcp(rtcp.receiver_report(leg.feedback_ssrc, blocks[:31]))


def _sender_reports(leg: Leg, now: float, wall: float) -> None:
    reports = [(down, report) for down in leg.downs.values() if (report := down.sender_report(now, wall)) is not None]
    for at in range(0, len(reports), REPORTS_PER_PACKET):
        part = reports[at : at + REPORTS_PER_PACKET]
        names = rtcp.description((down.ssrc, down.name) for down, _ in part)
        leg.send_rtcp(b"".join(report for _, report in part) + names)
