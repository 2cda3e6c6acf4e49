"""What was sent, and how it fared."""

from media_workers.sent import MOST, Delivery, Sent


def test_feedback_is_matched_with_what_was_sent() -> None:
    sent = Sent()
    sent.put(100, 0, 1.0)
    sent.put(200, 7, 1.5)
    assert sent.number == 2
    assert sent.deliveries(0, [2.0, None]) == [Delivery(1.0, 2.0, 100, 0), Delivery(1.5, None, 200, 7)]


def test_a_packet_is_told_of_once() -> None:
    sent = Sent()
    sent.put(100, 0, 1.0)
    sent.deliveries(0, [2.0])
    assert sent.deliveries(0, [2.0]) == []


def test_numbers_wrap_on_the_wire_only() -> None:
    sent = Sent()
    for _ in range(0x10000 + 5):
        sent.put(1, 0, 0.0)
    assert sent.number == 5
    assert len(sent.deliveries(0xFFFE, [1.0] * 7)) == 7


def test_what_is_remembered_is_bounded() -> None:
    sent = Sent()
    for _ in range(MOST + 10):
        sent.put(1, 0, 0.0)
    assert len(sent.deliveries(0, [1.0] * (MOST + 10))) == MOST
