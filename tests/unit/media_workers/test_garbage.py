"""When what ended connections left is looked for."""

from media_workers.garbage import PAUSE, Garbage


def test_it_is_looked_for_only_after_somebody_left() -> None:
    looks: list[int] = []
    garbage = Garbage(lambda: looks.append(1))
    garbage.look(10.0)
    assert looks == []
    garbage.left()
    garbage.look(20.0)
    garbage.look(20.0 + 2 * PAUSE)
    assert looks == [1]


def test_many_who_leave_are_one_look() -> None:
    looks: list[float] = []
    garbage = Garbage(lambda: looks.append(1))
    for second in range(100):
        garbage.left()
        garbage.look(1000.0 + second)
    assert len(looks) == 1 + int(99 // PAUSE)
