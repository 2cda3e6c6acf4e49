"""Whether a worker grows while people come and go: ``python -m bench.soak [--minutes 60]``.

One meeting with somebody who sends all the time; guests with real DTLS join every few seconds, watch for a while, give
feedback, and leave. The worker's resident memory is read every five seconds; the first fifth of the time is its warming
up. Prints the growth from then on, and one line of JSON.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

from bench.media import frames, process
from bench.media.ours import Ours
from bench.media.peer import Peer

WATCHING = 5
"""Guests at a time."""
PICTURES_PER_SECOND = 10
LOOK_EVERY = 5.0
ADDRESS = "127.0.0.1"


async def soak(minutes: float, every: float, forwarder: str) -> dict[str, object]:
    """Runs it; ``every``: seconds between two joins; ``forwarder``: native or python. Figures in kB."""
    with tempfile.TemporaryDirectory() as folder:
        async with Ours.running(Path(folder), ADDRESS, 0, forwarder=forwarder) as server:
            source = frames.Source(1000, 1001)
            anne = await server.publish(1, source)
            await server.live()
            sending = asyncio.get_running_loop().create_task(_send(anne, source))
            seen: list[tuple[float, int]] = []
            guests: list[Peer] = []
            joins, began = 0, time.monotonic()
            while (passed := time.monotonic() - began) < 60 * minutes:
                guests.append(await server.subscribe(1))
                joins += 1
                if len(guests) > WATCHING:
                    await guests.pop(0).close()
                if not seen or passed - seen[-1][0] >= LOOK_EVERY:
                    seen.append((passed, process.memory(server.pid) // 1024))
                    print(f"{passed:7.0f} s  {joins:5} joins  {seen[-1][1]} kB", file=sys.stderr)
                await asyncio.sleep(every)
            sending.cancel()
            await asyncio.gather(anne.close(), *(guest.close() for guest in guests))
    warm = [kilobytes for passed, kilobytes in seen if passed >= 60 * minutes / 5]
    return {"minutes": minutes, "joins": joins, **process.growth(warm)}


async def _send(peer: Peer, source: frames.Source) -> None:
    while True:
        peer.send(source.picture() + source.sound())
        await asyncio.sleep(1 / PICTURES_PER_SECOND)


def main() -> None:
    """Prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two joins")
    parser.add_argument("--forwarder", default="python", choices=("native", "python"))
    arguments = parser.parse_args()
    found = asyncio.run(soak(arguments.minutes, arguments.every, arguments.forwarder))
    for key, figure in found.items():
        print(f"{key:16} {figure}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
