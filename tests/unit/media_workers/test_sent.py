"""What was sent, and how it fared."""

import random

from media_workers.sent import LATE, MOST, Sent


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
    assert sum(one.count for one in sent.deliveries(0xFFFE, [1.0] * 7)) == 7


def test_what_is_remembered_is_bounded() -> None:
    sent = Sent()
    for _ in range(MOST + 10):
        sent.put(1, 0, 0.0)
    assert sum(one.count for one in sent.deliveries(0, [1.0] * (MOST + 10))) == MOST


def test_what_went_and_came_together_is_told_of_in_one() -> None:
    sent = Sent()
    sent.put_all([1100, 1100, 1100, 1100, 300], 2, 1.0)
    told = sent.deliveries(0, [3.0, 3.0, None, 3.1, 3.1])
    assert [(one.sent, one.arrived, one.size, one.probe, one.count) for one in told] == [
        (1.0, 3.0, 1100, 2, 2),
        (1.0, 3.1, 1100, 2, 1),
        (1.0, 3.1, 300, 2, 1),
    ]


def test_rows_of_packets_are_told_of_as_each_alone_would_be() -> None:
    """Beside a record of each packet, whatever receivers say of whatever was sent."""
    chance = random.Random(11)
    sent, each = Sent(), dict[int, tuple[float, int, int]]()
    missing, newest, now, count, base = set[int](), -1.0, 0.0, 0, 0
    for _ in range(3000):
        now += chance.choice([0.0, 0.004, 0.03])
        for _ in range(chance.randrange(8)):
            sizes, probe = (
                [chance.choice([100, 1100, 1100, 1100]) for _ in range(chance.randrange(9))],
                chance.choice([0, 0, 3]),
            )
            sent.put_all(sizes, probe, now)
            for size in sizes:
                each[count] = now, size, probe
                each.pop(count - MOST, None)
                count += 1
        if chance.random() < 0.5:
            continue
        begin = max(0, chance.choice([base, base, count - 300, count - 9000]))
        arrivals = [
            chance.choice([now, now, now + 0.001]) if chance.random() < 0.9 else None
            for _ in range(begin, count - chance.randrange(20))
        ]
        expected = []
        for number, arrived in enumerate(arrivals, begin):
            if number not in each:
                continue
            if arrived is None:
                missing.add(number)
                continue
            missing.discard(number)
            was = each.pop(number)
            newest = max(newest, was[0])
            expected.append((was[0], arrived, was[1], was[2]))
        late = [number for number in sorted(missing & each.keys()) if each[number][0] < newest - LATE]
        missing -= {*late, *(missing - each.keys())}
        lost = [(was[0], None, was[1], was[2]) for was in map(each.pop, late)]
        told = sent.deliveries(begin & 0xFFFF, arrivals)
        alone = [(one.sent, one.arrived, one.size, one.probe) for one in told for _ in range(one.count)]
        assert alone == lost + expected
        base = begin + len(arrivals) if chance.random() < 0.8 else base
