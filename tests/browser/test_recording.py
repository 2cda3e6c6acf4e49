"""A recorded meeting: who agreed is in it as long as they did, nobody else is, and nobody can read the store."""

import time
from itertools import pairwise
from pathlib import Path

import pytest

from dev.cloud import Cloud
from tests import decoded
from tests.browser import recorded
from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person

FLASH = Path(__file__).parent / "pages" / "flash.js"
TONES = (440, 660, 880)


def with_flash(person: Person, hertz: int) -> Person:
    """Camera and microphone of this person say the same at the same instant."""
    person.page.add_init_script(f"window.hertz = {hertz};\n{FLASH.read_text()}")
    return person


def answer(person: Person, value: str) -> None:
    """Answers the question when it comes: "yes" or "no"."""
    dialog = person.page.locator("#recording-question[open]")
    person.until("the question", dialog.is_visible)
    dialog.locator(f"button[value={value}]").click()


def line(person: Person) -> str:
    """What the line about the recording says; empty when there is none."""
    shown = person.page.locator("#recording")
    return shown.inner_text() if shown.is_visible() else ""


def press_record(host: Person) -> None:
    """Opens the menu, presses record (or stop), and confirms."""
    host.open_panel("more")
    host.page.locator("#record").click()
    host.page.locator("#question button[value=yes]").click()


def test_each_is_recorded_exactly_as_long_as_they_agree(
    arrive: Arrive, house: House, product: Cloud, tmp_path: Path
) -> None:
    recorded.entitle(product)
    host = with_flash(arrive(0, house.host_name), TONES[0])
    lea = with_flash(arrive(1, house.guest_name(0)), TONES[1])
    karim = with_flash(arrive(2, house.guest_name(1)), TONES[2])
    house.open_host(host)
    host.join_inside()
    house.open_guest(lea, 0)
    lea.join()
    lea.until("the waiting room", lea.waits)
    host.admit(lea.name)
    lea.until("the room", lea.inside)
    occurrence = house.occurrence

    press_record(host)
    answer(lea, "no")
    lea.until("what it means", lambda: "sans vous" in line(lea) or "demande" in line(lea))
    asked = time.time()
    answer(host, "yes")
    host.until("being recorded", lambda: "vous aussi" in line(host))
    agreed = time.time()
    lea.until("not being recorded", lambda: "sans vous" in line(lea))
    host.until("the mark", lambda: "non enregistré" in host.tile(lea.name).inner_text())
    assert "non enregistré" not in lea.tile(host.name).inner_text()
    assert "Acceptent\u202f: 1, refusent\u202f: 1" in line(host) and "refusent" not in line(lea)

    house.open_guest(karim, 1)
    karim.join()
    karim.until("the waiting room", karim.waits)
    answer(karim, "yes")
    host.admit(karim.name)
    karim.until("the room", karim.inside)
    karim.until("being recorded", lambda: "vous aussi" in line(karim))
    came = time.time()
    host.page.wait_for_timeout(6_000)

    unwilling = time.time()
    host.page.locator("#recording button").click()
    host.until("being left out", lambda: "sans vous" in line(host))
    withdrew = time.time()
    host.page.wait_for_timeout(4_000)
    ending = time.time()
    press_record(host)
    host.until("the end", lambda: line(host) == "")
    stopped = time.time()

    def closed() -> bool:
        return all(part["state"] == "closed" for part in recorded.listed(product, occurrence)[0]["parts"])

    recorded.until("all segments", closed)
    product.move_clock(61)  # the minute in which it is looked after
    (recording,) = recorded.until(
        "the recording", lambda: [one for one in recorded.listed(product, occurrence) if one["state"] == "ready"]
    )
    tracks = recorded.saved(product, recording["recording"], tmp_path)
    product.move_clock(0)

    assert {(track.name, track.source) for track in tracks} == {
        (person.name, source) for person in (host, karim) for source in ("microphone", "camera")
    }, "of Léa there is nothing"
    sound = {track.name: track for track in tracks if track.source == "microphone"}
    picture = {track.name: track for track in tracks if track.source == "camera"}

    # From when to when.
    begins, ends = sound[host.name].span
    assert asked - 1 <= begins <= agreed + 1 and unwilling - 0.5 <= ends <= withdrew + 0.5
    begins, ends = sound[karim.name].span
    assert begins <= came + 1 and ending - 0.5 <= ends <= stopped + 0.5

    # Each tone is where its owner spoke, and nowhere else.
    for person, hertz in ((host, TONES[0]), (karim, TONES[2])):
        wave = sound[person.name].wave()
        heard = decoded.onsets(wave, hertz)
        assert len(heard) >= 5
        beats = [later - before for before, later in pairwise(heard)]
        assert all(beat == pytest.approx(round(beat), abs=0.25) for beat in beats), beats
        for other in set(TONES) - {hertz}:
            assert max(decoded.loudness(wave, other, at + 0.1) for at in heard) < 0.05

    # Sound and picture of one person: the flash and the tone were one.
    for person, hertz in ((host, TONES[0]), (karim, TONES[2])):
        tones = decoded.onsets(sound[person.name].wave(), hertz)
        light = picture[person.name].brightness()
        flashes = [at for (_, before), (at, now) in pairwise(light) if before < 128 <= now]
        offsets = sorted(min((tone - flash for tone in tones), key=abs) for flash in flashes[1:-1])
        assert len(offsets) >= 4
        assert abs(offsets[len(offsets) // 2]) < 0.1, offsets

    inspect_store(product, [host.name, lea.name, karim.name])


def inspect_store(product: Cloud, names: list[str]) -> None:
    """Whoever reads the bucket finds neither media nor people."""
    objects = recorded.stored(product)
    assert objects
    words = [word for name in names for word in name.split() if len(word) > 4]
    for key, content in objects.items():
        assert b"\x1a\x45\xdf\xa3" not in content[:4096] and b"ftyp" not in content[:64]
        assert b"OpusHead" not in content and b"webm" not in content[:4096]
        assert not [word for word in words if word in key or word.encode() in content]
