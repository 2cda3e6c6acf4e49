"""Holds and freezes keep an item from the sweep, without standing in its way."""

import pytest

from chalicelib import clock, storage
from chalicelib.ledger import Disclosure
from chalicelib.privacy.census import census
from chalicelib.privacy.models import SweepMark
from chalicelib.privacy.sweep import HOUR, sweep
from chalicelib.register.stores import USAGE
from chalicelib.storage import expiry, suspension
from chalicelib.storage.items import table_name
from tests.functional.conftest import MovedClock

from .things import DAY, a_line, keys_of

pytestmark = pytest.mark.usefixtures("stores")


def test_what_is_held_outlives_its_time_hidden_and_goes_within_the_hour_of_its_release(clock_file: MovedClock) -> None:
    line = a_line("1")
    suspension.hold(line, "LH-1")
    suspension.hold(line, "LH-2")
    clock_file.move(days=400)
    sweep()
    assert keys_of(USAGE) == {(line.pk, line.sk)}
    assert storage.get(Disclosure, line.pk, line.sk, because="legal claim") is None
    suspension.release(line, "LH-1")
    sweep()
    assert keys_of(USAGE) == {(line.pk, line.sk)}
    suspension.release(line, "LH-2")
    item = expiry.read(line)
    assert item is not None and item["ttl"] >= clock.now() - 5, "DynamoDB ignores a time to live long past"
    sweep()
    assert keys_of(USAGE) == set()


def test_what_is_frozen_outlives_its_time_and_goes_when_thawed(clock_file: MovedClock) -> None:
    line = a_line("1")
    suspension.freeze(line)
    clock_file.move(days=29)
    sweep()
    assert keys_of(USAGE) == {(line.pk, line.sk)}
    suspension.thaw(line)
    sweep()
    assert keys_of(USAGE) == set()


def test_what_was_released_in_time_keeps_its_old_date(clock_file: MovedClock) -> None:
    line = a_line("1")
    before = expiry.read(line)
    suspension.hold(line, "LH-1")
    clock_file.move(days=5)
    suspension.release(line, "LH-1")
    after = expiry.read(line)
    assert before is not None and after is not None
    assert [after[date] for date in ("delete_by", "ttl", "act_at")] == [before["delete_by"]] * 3


def test_a_held_item_does_not_stop_the_mark(clock_file: MovedClock) -> None:
    sweep()
    line = a_line("1", limit=HOUR)
    held = storage.get(Disclosure, line.pk, line.sk)
    assert held is not None
    storage.update(held, Disclosure.hold.set({"LH-7"}))  # not through suspension: still in the index
    clock_file.move(hours=5)
    assert sweep().outcomes == {"suspended": 1}
    mark = storage.get(SweepMark, "sweep", USAGE.key)
    assert mark is not None and mark.hour == clock.now() - clock.now() % HOUR
    assert sweep().steps == 0
    item = expiry.read(line)
    assert item is not None and not {"ttl", "act_at", "due_slot"} & item.keys()


def test_what_is_held_is_not_late(clock_file: MovedClock) -> None:
    suspension.hold(a_line("1"), "LH-1")
    clock_file.move(days=60)
    assert census()[table_name(USAGE)].late == 0


def test_what_was_just_released_is_not_late_yet(clock_file: MovedClock) -> None:
    line = a_line("1")
    suspension.hold(line, "LH-1")
    clock_file.move(days=60)
    suspension.release(line, "LH-1")
    assert census()[table_name(USAGE)].late == 0
    clock_file.move(seconds=DAY + 60)
    assert census()[table_name(USAGE)].late == 1


def test_nothing_can_be_held_where_nothing_is() -> None:
    with pytest.raises(LookupError):
        suspension.hold(expiry.Place(USAGE, "disclosures#x", "nothing"), "LH-1")
