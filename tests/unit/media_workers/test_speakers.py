"""Who holds the floor."""

import random

from media_workers.speakers import Speakers

BEAT = 0.2
PACKETS = 10


class Table:
    """A room in which levels are heard; time moves by beats."""

    def __init__(self) -> None:
        self.speakers = Speakers()
        self.now = 100.0
        self.course: list[str | None] = []

    def hear(self, seconds: float, **levels: int) -> set[str]:
        """For so long everybody is heard at a level (-dBov); who began to talk meanwhile."""
        began: set[str] = set()
        for _ in range(round(seconds / BEAT)):
            for participant, level in levels.items():
                for _ in range(PACKETS):
                    self.speakers.heard(participant, level)
            self.now += BEAT
            began |= self.speakers.beat(self.now)
            self.course.append(self.speakers.active)
        return began


def test_the_first_who_talks_has_the_floor_and_keeps_it_in_silence() -> None:
    table = Table()
    assert table.hear(1, anne=25, paul=80) == {"anne"}
    table.hear(10, anne=90, paul=80)
    assert table.speakers.active == "anne"


def test_noise_is_no_speech() -> None:
    table = Table()
    assert table.hear(5, anne=58, paul=127) == set()
    assert table.speakers.active is None


def test_a_click_doesnt_take_the_floor() -> None:
    table = Table()
    table.hear(1, anne=25)
    for _ in range(10):
        table.speakers.heard("paul", 5)
        table.hear(1, anne=30, paul=100)
    assert set(table.course) == {"anne"}


def test_who_answers_takes_the_floor() -> None:
    table = Table()
    table.hear(3, anne=25, paul=100)
    table.hear(3, anne=100, paul=25)
    assert table.speakers.active == "paul"


def test_two_who_talk_at_once_dont_flicker() -> None:
    table, chance = Table(), random.Random(7)
    table.hear(1, anne=30)
    for _ in range(200):
        table.hear(BEAT, anne=chance.randint(25, 40), paul=chance.randint(25, 40))
    assert sum(a != b for a, b in zip(table.course, table.course[1:], strict=False)) <= 2


def test_who_left_has_no_floor() -> None:
    table = Table()
    table.hear(1, anne=25)
    table.speakers.gone("anne")
    assert table.speakers.active is None
    assert table.speakers.spoke("anne") == 0.0


def test_it_is_known_when_somebody_was_last_talking() -> None:
    table = Table()
    table.hear(1, anne=25)
    end = table.now
    table.hear(10, anne=100)
    assert end <= table.speakers.spoke("anne") <= end + 1
    assert table.hear(1, anne=25) == {"anne"}
