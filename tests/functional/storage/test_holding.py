"""Objects of what is held or frozen: apart, under a name of their own, whatever becomes of the original."""

import pytest

from chalicelib import clock, storage
from chalicelib.privacy.census import census
from chalicelib.privacy.models import Package
from chalicelib.privacy.sweep import sweep
from chalicelib.register.events import Event
from chalicelib.register.published import EXPORT
from chalicelib.register.rights import SUSPENSION
from chalicelib.register.stores import EPHEMERAL, PROOF
from chalicelib.storage import expiry, holding, keys, objects, suspension
from chalicelib.storage.expiry import Place
from chalicelib.storage.items import table_name
from tests.functional.conftest import MovedClock

pytestmark = pytest.mark.usefixtures("stores")

PLACE = Place(EPHEMERAL, "packages#a1", "1")
NAMES = [objects.name_for(PLACE.pk, PLACE.sk, part) for part in ("copy.zip", "second part/ü")]


@pytest.fixture(autouse=True)
def package(stores: object) -> None:
    """A copy of somebody's data: an item of six days with two objects."""
    now = clock.now()
    storage.create(Package(PLACE.pk, PLACE.sk, account="a1", downloads=0), {Event.COLLECTED: now})
    for name in NAMES:
        put(name)


def put(name: str) -> None:
    objects.put(EXPORT, name, b"content", keys.key_for("package#1", clock.now() + 6 * 86_400, None))


def held() -> list[str]:
    return objects.names(SUSPENSION)


def item() -> expiry.Raw:
    found = expiry.read(PLACE)
    assert found is not None
    return found


def test_a_hold_copies_each_object_apart_and_leaves_the_original_for_its_time() -> None:
    suspension.hold(PLACE, "LH-7")
    assert held() == [f"export/{name}" for name in sorted(NAMES)]
    assert objects.names(EXPORT) == sorted(NAMES)
    assert dict(holding.copies(PLACE, item())).keys() == set(NAMES)


def test_the_original_dies_on_time_the_copy_with_the_release(clock_file: MovedClock) -> None:
    suspension.hold(PLACE, "LH-7")
    clock_file.move(days=6, seconds=1)
    sweep()
    assert objects.names(EXPORT) == [] and len(held()) == 2, "the original has nothing to wait for"
    clock_file.move(days=394)
    sweep()
    assert len(held()) == 2
    suspension.release(PLACE, "LH-7")
    sweep()
    assert held() == [] and expiry.read(PLACE) is None
    (stone,) = [one for one in expiry.scan(PROOF) if one["kind"] == "tombstone" and one["what"] == "package"]
    assert stone["why"] == "hold LH-7 released"


def test_released_in_time_only_the_copy_goes(clock_file: MovedClock) -> None:
    suspension.hold(PLACE, "LH-7")
    suspension.freeze(PLACE)
    suspension.release(PLACE, "LH-7")
    sweep()
    assert len(held()) == 2, "the freeze still needs it"
    suspension.thaw(PLACE)
    sweep()
    assert held() == [] and len(objects.names(EXPORT)) == 2
    assert "released" not in item()


def test_what_is_written_after_the_hold_began_is_copied_by_the_next_sweep() -> None:
    suspension.hold(PLACE, "LH-7")
    put(objects.name_for(PLACE.pk, PLACE.sk, "late"))
    assert sweep().outcomes["copied"] == 1
    assert len(held()) == 3
    assert sweep().outcomes["copied"] == 0


def test_a_freeze_of_the_public_door_needs_no_right_to_see_what_lies_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    read = [objects.names, objects.raw, objects.sizes]

    def refuses(wanted: object) -> object:
        def asked(row: object, *rest: object) -> object:
            assert row is not SUSPENSION, "may only be added to"
            return wanted(row, *rest)  # type: ignore[operator]

        return asked

    with monkeypatch.context() as public:
        for function in read:
            public.setattr(objects, function.__name__, refuses(function))
        suspension.freeze(PLACE)
    assert len(held()) == 2


def test_a_copy_nothing_holds_any_more_is_late_until_the_sweep_comes(clock_file: MovedClock) -> None:
    suspension.hold(PLACE, "LH-7")
    assert census()[table_name(SUSPENSION.objects)].late == 0  # type: ignore[arg-type]
    objects.copy(EXPORT, NAMES[0], SUSPENSION, "export/nobody/1/copy.zip")
    objects.copy(EXPORT, NAMES[0], SUSPENSION, "strange")
    assert census()[table_name(SUSPENSION.objects)].late == 2  # type: ignore[arg-type]
    sweep()
    assert len(held()) == 2


def test_the_copy_opens_with_the_key_it_was_sealed_with(clock_file: MovedClock) -> None:
    suspension.hold(PLACE, "LH-7")
    (_, content), _ = holding.copies(PLACE, item())
    assert content != b"content", "sealed as it was"
