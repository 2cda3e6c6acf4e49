"""What a forwarded packet costs the worker: ``python -m bench.forwarding``.

One publisher sends frames of seven packets (1,100 bytes) and a sound packet; each of N receivers gets all of it. Real
SRTP (AES-256-GCM), real UDP sends to a socket that nobody reads. Counted is the CPU time of the forwarding alone, user
and system: reading the socket is not in it. A worker measures itself the same way when it starts
(`media_workers.capacity`). Over what is compiled: ``python -m media_workers.compiled bench.forwarding``.
"""

import time
from contextlib import closing

from media_workers.capacity import capacity, cost
from media_workers.yardstick import Yardstick

SECONDS = 4.0
RECEIVERS = (1, 3, 10, 30, 60)


def main() -> None:
    """Prints a row per number of receivers."""
    print("receivers  µs CPU per forwarded packet  packets per second a worker would allow itself")
    for receivers in RECEIVERS:
        with closing(Yardstick(receivers)) as road:
            seconds = cost(road, time.process_time, time.monotonic, SECONDS, 2 * SECONDS)
        print(f"{receivers:9}  {seconds * 1e6:27.1f}  {capacity(seconds):,}")


if __name__ == "__main__":
    main()
