"""``python -m tests.media.record_trace FILE``: what one downlink's estimate is made from, with a real browser.

Chromium watches a camera of three encodings over a way that is wide, carries 300 kbit/s for a while, and is wide again.
Each line is a call of `media_workers.downlink.Downlink`: its name, the time in seconds, its arguments.
"""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from media_workers.chaos import Conditions
from media_workers.downlink import Downlink
from tests.media.rough import RoughMeeting

WIDE, NARROW = 15.0, 20.0
"""Seconds."""
NARROWED = Conditions(bitrate=300_000, queue=0.5)


class Recorder(Downlink):
    """Writes down what it is told."""

    def __init__(self, most: int, now: float) -> None:
        super().__init__(most, now)
        self.calls: list[list[Any]] = [["made", now, most]]

    def sent(self, size: int, now: float) -> None:
        self.calls.append(["sent", now, size])
        super().sent(size, now)

    def sent_all(self, packets: list[bytes], now: float) -> None:
        self.calls.append(["sent_all", now, [len(packet) for packet in packets]])
        super().sent_all(packets, now)

    def feedback(self, information: bytes, now: float) -> None:
        self.calls.append(["feedback", now, information.hex()])
        super().feedback(information, now)

    def need(self, bits: float) -> None:
        self.calls.append(["need", self.calls[-1][1], round(bits)])
        super().need(bits)

    def padding(self, now: float, tick: float) -> int:
        self.calls.append(["padding", now, tick])
        return super().padding(now, tick)

    def mark(self, what: str) -> None:
        """A remark between the calls."""
        self.calls.append(["mark", self.calls[-1][1], what])


async def record(file: Path) -> None:
    """Runs the meeting."""
    async with RoughMeeting.of("anne", "paul") as meeting:
        await meeting.join("anne", simulcast=True, width=960, height=540)
        await meeting.join("paul", width=320, height=180)
        connection = meeting.connection("paul")
        made = Recorder(connection.ticket.limits.down_bitrate, connection.now())
        made.numbered = True
        connection.leg.downlink = connection.view._downlink = made
        await asyncio.sleep(WIDE)
        made.mark("narrow")
        meeting.disturb("paul", down=NARROWED)
        await asyncio.sleep(NARROW)
        made.mark("wide")
        meeting.disturb("paul")
        await asyncio.sleep(NARROW)
    began = made.calls[0][1]
    lines = (json.dumps([name, round(when - began, 4), given]) for name, when, given in made.calls)
    file.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    asyncio.run(record(parser.parse_args().file))
