"""What is told of how a connection was carried."""

from media_workers.forwarder import PythonForwarder
from media_workers.passage import SOON, Passage
from media_workers.view import View
from tests.unit.media_workers.test_leg import leg

ANSWERED, UP = 10.0, 10.6


class Carried:
    """A connection answered at second 10 and up 0.6 s later."""

    def __init__(self) -> None:
        self.leg = leg()
        self.passage = Passage(self.leg, View([], [], self.leg.downlink, PythonForwarder()), ANSWERED)
        self.passage.came(UP)

    def sends(self, slot: str, numbers: list[int], now: float) -> None:
        """Packets with these numbers come from the person."""
        (encoding,) = next(one for name, one in self.leg.slots.items() if name == slot).encodings
        for number in numbers:
            encoding.reception.packet(number, 0, now)


def test_losses_of_all_that_is_sent_are_summed() -> None:
    carried = Carried()
    carried.sends("microphone", [1, 2, 4], UP)
    carried.sends("camera", [100, 105], UP)
    quality = carried.passage.quality()
    assert (quality.up_packets, quality.up_lost) == (4 + 6, 1 + 4)


def test_more_packets_than_expected_are_no_negative_loss() -> None:
    carried = Carried()
    carried.sends("microphone", [1, 1, 1, 2], UP)
    assert carried.passage.quality().up_lost == 0


def test_media_is_there_with_the_first_packet_either_way() -> None:
    carried = Carried()
    carried.sends("microphone", [1], UP + 1.0)
    assert (carried.passage.quality().path_after, carried.passage.quality().media_after) == (0.6, 1.6)
    carried.leg.send_rtp(b"packet", UP + 0.2)
    carried.leg.send_rtp(b"packet", UP + 5.0)
    assert carried.passage.quality().media_after == 0.8


def test_who_was_alone_and_silent_waited_for_nothing() -> None:
    carried = Carried()
    assert carried.passage.quality().media_after is None
    carried.sends("microphone", [1], UP + SOON + 0.1)
    assert carried.passage.quality().media_after is None
