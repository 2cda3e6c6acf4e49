"""How well a network carries the meeting, in a word."""

import pytest

from media_workers.health import BETTER, WORSE, Grade, Health, Sample


class Anne:
    """Sends a thousand packets between two looks."""

    def __init__(self) -> None:
        self.health = Health()
        self._sent = self._got = 0
        self.fares(1)

    def fares(self, looks: int, *, lost: float = 0.0, down: float = 0.0, paused: bool = False) -> None:
        """``lost``: part of what she sends; ``down``: of what she is sent."""
        for _ in range(looks):
            self._sent += 1000
            self._got += round(1000 * (1 - lost))
            self.health.look({"anne": Sample(self._sent, self._got, down, paused)})

    @property
    def told(self) -> dict[str, Grade]:
        return self.health.told


@pytest.fixture
def anne() -> Anne:
    return Anne()


@pytest.mark.parametrize(
    ("lost", "down", "paused", "grade"),
    [
        (0.01, 0.0, False, None),
        (0.05, 0.0, False, "fair"),
        (0.0, 0.05, False, "fair"),
        (0.2, 0.0, False, "poor"),
        (0.0, 0.2, False, "poor"),
        (0.0, 0.0, True, "poor"),
    ],
)
def test_loss_either_way_and_held_pictures_make_the_word(
    anne: Anne, lost: float, down: float, paused: bool, grade: Grade | None
) -> None:
    anne.fares(WORSE, lost=lost, down=down, paused=paused)
    assert anne.told.get("anne") == grade


def test_one_bad_moment_changes_nothing(anne: Anne) -> None:
    anne.fares(1, lost=0.5)
    assert anne.told == {}
    anne.fares(1)
    anne.fares(1, lost=0.5)
    assert anne.told == {}


def test_well_again_is_said_later_than_unwell(anne: Anne) -> None:
    anne.fares(WORSE, lost=0.5)
    anne.fares(BETTER - 1)
    assert anne.told == {"anne": "poor"}
    anne.fares(1)
    assert anne.told == {}


def test_a_few_packets_make_no_loss() -> None:
    health = Health()
    for sent in (0, 10, 20, 30):
        health.look({"anne": Sample(sent, 0, 0.0, False)})
    assert health.told == {}


def test_only_changes_are_told_and_who_goes_is_forgotten(anne: Anne) -> None:
    anne.fares(WORSE, lost=0.5)
    assert not anne.health.look({"anne": Sample(9_000, 4_000, 0.5, False)})
    assert anne.health.look({})
    assert anne.told == {}
