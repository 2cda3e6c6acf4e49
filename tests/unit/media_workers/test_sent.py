"""What was sent, and how it fared."""

from media_workers.sent import MOST, Sent


def test_feedback_is_matched_with_what_was_sent() -> None:
    sent = Sent()
    sent.put(100, 0, 1.0)
    sent.put(200, 7, 1.5)
    assert sent.number == 2
    told = [(one.sent, one.arrived, one.size, one.probe) for one in sent.deliveries(0, [2.0, 2.5])]
    assert told == [(1.0, 2.0, 100, 0), (1.5, 2.5, 200, 7)]


def fared(sent: Sent, base: int, arrivals: list[float | None]) -> list[tuple[float, float | None]]:
    return [(one.sent, one.arrived) for one in sent.deliveries(base, arrivals)]


def test_what_was_overtaken_is_not_lost() -> None:
    sent = Sent()
    for number in range(9):
        sent.put(100, 0, number / 20)
    assert fared(sent, 0, [None, None, 1.0]) == [(0.1, 1.0)]
    assert fared(sent, 0, [1.1, None]) == [(0.0, 1.1)], "told again, with what came meanwhile"
    assert fared(sent, 8, [1.5]) == [(0.05, None), (0.4, 1.5)], "what is still missing later is lost"
    assert fared(sent, 1, [1.6]) == [], "too late"


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
