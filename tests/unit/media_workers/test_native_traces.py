"""Real feedback through both forwarders: the native one thinks the same of it as Python's, to the bit."""

import pytest

from media_workers import native, rtcp
from media_workers.downlink import Downlink
from tests.unit.media_workers.native_pair import MICROPHONE, Pair
from tests.unit.media_workers.test_native import WIDE, packet
from tests.unit.media_workers.trace import TRACES, Event, Trace

LIBRARY = native.load()
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="not built: python -m media_workers.native")
HEAD, TAG = 20, 16
"""Bytes of a packet beside its payload: header with the transport-wide number; what protects it."""

Figures = tuple[int, float, tuple[int, int]]


def figures(downlink: Downlink) -> Figures:
    return downlink.rate, downlink.loss, downlink.counts


class Replay:
    """A pair whose receiver is sent what the recorded one was, as sound in packets of the same sizes.

    Without lines for retransmissions probes are thought out and not sent: those of the trace come with its packets."""

    def __init__(self) -> None:
        self._pair = Pair(LIBRARY)
        self._pair.watch("paul", ids=WIDE, video={"vp8": (100, None)})
        self.downlinks = [side.seats[0][1].leg.downlink for side in self._pair.sides]
        self._count = 0

    def take(self, event: Event) -> None:
        """Both sides get it."""
        pair, now = self._pair, event.seconds
        if event.kind == "s":
            pair.now = now
            pair.send([self._packet(size) for size in event.values], 0.0)
            assert [len(datagram) - TAG for datagram in pair.same()["paul"]] == list(event.values)
        elif event.kind == "f":
            whole = event.information + bytes(-len(event.information) % 4)  # Chromium fills up by other means
            pair.tell(0, [rtcp.transport_wide(1, 1001, whole)], now)
        elif event.kind == "t":
            for side in pair.sides:
                side.forwarder.tick(now, 10**9 + now)
        elif event.kind == "n":
            for downlink in self.downlinks:
                downlink.need(event.values[0])

    def _packet(self, size: int) -> bytes:
        self._count += 1
        return packet(self._count, bytes(size - HEAD), ssrc=MICROPHONE, payload_type=111, timestamp=960 * self._count)


@pytest.mark.parametrize("name", TRACES)
def test_of_real_feedback_both_think_the_same(name: str) -> None:
    trace = Trace.read(name)
    alone, replay = Downlink(trace.most, 0.0), Replay()

    def told(event: Event) -> None:
        replay.take(event)
        python, library = map(figures, replay.downlinks)
        assert python == library == figures(alone), event.seconds

    trace.replay(alone, told)
    assert replay.downlinks[1].counts[0] > 3000
