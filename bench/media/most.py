"""The most packets a second that one core forwards with less than 0.1 % lost.

In one meeting the pictures come faster step by step. Between steps publishers pause, so that what was sent and what
came can be compared to the packet: what was dropped anywhere, held back by an estimate or came too late is lost alike.
After the first step that fails twice, the way back to the last good one is halved twice.
"""

import asyncio
import gc
import time
from dataclasses import dataclass

from bench.media import frames
from bench.media.measuring import Meeting, Server, joined, quantile_ms

SHAPE = (1, 60)
"""Rooms, and subscribers in each."""
FACTOR = 1.25
LOST = 0.1
"""Per cent."""
SETTLE = 1.5
PATIENCE = 3
"""Times that a step may settle, until an estimate has reached it."""
SECONDS = 2.0
PAUSE = 0.3
BOUND = 60.0
"""Seconds for all steps of a server."""
HALVINGS = 2


@dataclass(frozen=True)
class Step:
    """One load. ``lost_percent``: of what publishers sent, times those who watch; ``client_dropped``: packets of them
    that our own sockets had no room for; ``core_percent``: CPU time of the server."""

    pictures_per_second: float
    packets_per_second: int
    us_per_packet: float
    p50_ms: float
    p99_ms: float
    lost_percent: float
    client_dropped: int
    core_percent: float

    @property
    def good(self) -> bool:
        """Less than 0.1 % was lost."""
        return self.lost_percent < LOST


@dataclass(frozen=True)
class Most:
    """The best step of a server, as the JSON line has it. ``ended``: why there was none better."""

    server: str
    rooms: int
    subscribers: int
    us_per_packet: float
    p50_ms: float
    p99_ms: float
    lost_percent: float
    packets_per_second: int
    core_percent: float
    pictures_per_second: float
    profile: str
    ended: str
    most: bool = True


async def most(name: str, server: Server, rooms: int, subscribers: int) -> tuple[Most, list[Step]]:
    """Joins everybody and raises the load. Raises `RuntimeError` when not even the first step went well."""
    async with joined(server, rooms, subscribers) as meeting:
        await server.live()
        profile = meeting.watchers[0].profile
        steps = await climb(Load(meeting, subscribers), time.monotonic() + BOUND)
    good = [step for step in steps if step.good]
    if not good:
        raise RuntimeError(f"{name}: nothing was forwarded whole: {steps}")
    best = max(good, key=lambda step: step.pictures_per_second)
    worse = [step for step in steps if not step.good]
    ended = "time" if not worse else "the client's sockets" if all(step.client_dropped for step in worse) else "loss"
    return (
        Most(
            server=name,
            rooms=rooms,
            subscribers=subscribers,
            us_per_packet=best.us_per_packet,
            p50_ms=best.p50_ms,
            p99_ms=best.p99_ms,
            lost_percent=best.lost_percent,
            packets_per_second=best.packets_per_second,
            core_percent=best.core_percent,
            pictures_per_second=best.pictures_per_second,
            profile=profile,
            ended=ended,
        ),
        steps,
    )


class Load:
    """What a step is done with. ``subscribers``: of each publisher."""

    def __init__(self, meeting: Meeting, subscribers: int) -> None:
        self._meeting = meeting
        self._subscribers = subscribers

    async def step(self, per_second: float) -> Step:
        """Settles until all comes, pauses, measures."""
        await self.settle(per_second)
        gc.collect()
        before = self._meeting.cpu()
        took = await self._period(per_second, SECONDS)
        spent, counts = self._meeting.cpu() - before, self._meeting.counts()
        return Step(
            pictures_per_second=round(per_second, 1),
            packets_per_second=round(counts.packets / took),
            us_per_packet=round(spent / max(1, counts.packets) * 1e6, 2),
            p50_ms=quantile_ms(counts.latencies, 0.5),
            p99_ms=quantile_ms(counts.latencies, 0.99),
            lost_percent=round(self._lost(), 3),
            client_dropped=counts.dropped,
            core_percent=round(100 * spent / (took + PAUSE), 1),
        )

    async def settle(self, per_second: float) -> None:
        """Sends so many pictures a second until all of it comes, or patience is at an end."""
        for _ in range(PATIENCE):
            await self._period(per_second, SETTLE)
            if self._lost() < LOST:
                break

    async def _period(self, per_second: float, seconds: float) -> float:
        """How long publishers sent, in seconds; the pause comes after."""
        self._meeting.start_counting()
        self._sent = self._meeting.sent
        began = time.monotonic()
        self._meeting.pace(per_second)
        await asyncio.sleep(seconds)
        self._meeting.pace(0)
        took = time.monotonic() - began
        await asyncio.sleep(PAUSE)
        return took

    def _lost(self) -> float:
        """Per cent of the last period."""
        wanted = (self._meeting.sent - self._sent) * self._subscribers
        return 100 * (wanted - self._meeting.counts().packets) / max(1, wanted)


async def climb(load: Load, until: float) -> list[Step]:
    """The steps, first up, then between the last good one and the first bad one. ``until``: by the monotonic clock."""
    steps = []
    rate, good, bad = float(frames.PER_SECOND), 0.0, 0.0
    halvings = 0
    while time.monotonic() < until and halvings <= HALVINGS:
        step = await load.step(rate)
        steps.append(step)
        if not step.good:  # twice, as something else on the machine may have stood in the way
            step = await load.step(rate)
            steps.append(step)
        good, bad = (rate, bad) if step.good else (good, rate)
        halvings += bool(bad)
        rate = (good + bad) / 2 if bad else rate * FACTOR
        if bad and not good:
            break
    return steps
