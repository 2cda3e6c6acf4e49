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

    recorded.press_record(host)
    recorded.answer(lea, "no")
    lea.until("what it means", lambda: "sans vous" in recorded.line(lea) or "demande" in recorded.line(lea))
    asked = time.time()
    recorded.answer(host, "yes")
    host.until("being recorded", lambda: "vous aussi" in recorded.line(host))
    agreed = time.time()
    lea.until("not being recorded", lambda: "sans vous" in recorded.line(lea))
    host.until("the mark", lambda: "non enregistré" in host.tile(lea.name).inner_text())
    assert "non enregistré" not in lea.tile(host.name).inner_text()
    assert "Acceptent\u202f: 1, refusent\u202f: 1" in recorded.line(host) and "refusent" not in recorded.line(lea)

    house.open_guest(karim, 1)
    karim.join()
    karim.until("the waiting room", karim.waits)
    recorded.answer(karim, "yes")
    host.admit(karim.name)
    karim.until("the room", karim.inside)
    karim.until("being recorded", lambda: "vous aussi" in recorded.line(karim))
    came = time.time()
    host.page.wait_for_timeout(6_000)

    unwilling = time.time()
    host.page.locator("#recording button").click()
    host.until("being left out", lambda: "sans vous" in recorded.line(host))
    withdrew = time.time()
    host.page.wait_for_timeout(4_000)
    ending = time.time()
    recorded.press_record(host)
    host.until("the end", lambda: recorded.line(host) == "")
    stopped = time.time()

    recording = recorded.finished(product, occurrence)
    assert (recording["state"], recording["missing"]) == ("ready", 0)
    tracks = recorded.saved(product, recording["recording"], tmp_path)

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

    for person, hertz in ((host, TONES[0]), (karim, TONES[2])):
        heard = speaks_in_time(sound[person.name], hertz)
        flashes_with_sound(picture[person.name], heard)

    inspect_store(product, [host.name, lea.name, karim.name])


def speaks_in_time(track: recorded.Track, hertz: int) -> list[float]:
    """The tone is where its owner spoke, at each full second of the clock, and no other is anywhere. When it begins."""
    wave = track.wave()
    heard = decoded.onsets(wave, hertz)
    assert len(heard) >= 5
    beats = [later - before for before, later in pairwise(heard)]
    assert all(beat == pytest.approx(round(beat), abs=0.25) for beat in beats), beats
    late = sorted((track.began + at + 0.5) % 1 - 0.5 for at in heard)
    assert abs(late[len(late) // 2]) < 0.35, late
    for other in set(TONES) - {hertz}:
        assert max(decoded.loudness(wave, other, at / 10) for at in range(len(wave) * 10 // decoded.RATE)) < 0.05
    return heard


def flashes_with_sound(track: recorded.Track, tones: list[float]) -> None:
    """Sound and picture of one person: the flash and the tone were one."""
    flashes = [at for (_, before), (at, now) in pairwise(track.brightness()) if before < 128 <= now]
    offsets = sorted(min((tone - flash for tone in tones), key=abs) for flash in flashes[1:-1])
    assert len(offsets) >= 4
    assert abs(offsets[len(offsets) // 2]) < 0.1, offsets


def inspect_store(product: Cloud, names: list[str]) -> None:
    """Whoever reads the bucket finds neither media nor people."""
    objects = recorded.stored(product)
    assert objects
    words = [word for name in names for word in name.split() if len(word) > 4]
    for key, content in objects.items():
        assert b"\x1a\x45\xdf\xa3" not in content[:4096] and b"ftyp" not in content[:64]
        assert b"OpusHead" not in content and b"webm" not in content[:4096]
        assert not [word for word in words if word in key or word.encode() in content]
