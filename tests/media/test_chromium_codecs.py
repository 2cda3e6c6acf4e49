"""Real Chromium in every codec: what is encoded is forwarded and decoded, with layers, changes and receivers that
know less."""

from typing import Any

import pytest
from playwright.async_api import Page

from media_workers.up_track import Encoding
from tests.media.test_chromium_join import arrived, sees
from tests.media.test_chromium_quality import Meeting, enter, listen, meeting
from tests.media.waiting import until, until_true

__all__ = ["meeting"]

CODECS = ("video/vp8", "video/vp9", "video/h264", "video/av1")


async def received(page: Page) -> dict[str, Any]:
    """See ``pages/join.js``."""
    found: dict[str, Any] = await page.evaluate("window.received()")
    return found


async def watches(page: Page, codec: str) -> None:
    """Waits until pictures come in a codec, and go on coming."""
    await until(lambda: received(page), lambda s: codec in s["video"], f"pictures in {codec}")
    first = (await arrived(page))["frames"]
    await until(lambda: arrived(page), lambda s: s["frames"] >= first + 20, f"frames in {codec}")


async def goes_on(page: Page) -> None:
    """Waits until more sound has come."""
    before = (await arrived(page))["energy"]
    await until(lambda: arrived(page), lambda s: s["energy"] > before, "the voice goes on")


async def tall(page: Page, wanted: int) -> None:
    """Waits until Anne's picture comes in a height; encoders round it."""

    async def look() -> int:
        seen = await page.evaluate("window.seen()")
        return int(seen.get("anne camera", {}).get("height", 0))

    await until(look, lambda found: abs(found - wanted) <= 2, f"Anne's camera at {wanted}")


@pytest.mark.parametrize("codec", CODECS)
async def test_a_meeting_of_two_in_each_codec(meeting: Meeting, codec: str) -> None:
    for page, name in zip(meeting.pages[:2], ("anne", "paul"), strict=True):
        await page.evaluate("([name, send]) => window.join(name, { send })", [name, [codec, "video/vp8"]])
    for page in meeting.pages[:2]:
        await sees(page, 20)
        await watches(page, codec)


@pytest.mark.parametrize("mode", ["L2T3_KEY", "L2T3"])
@pytest.mark.parametrize("codec", ["video/vp9", "video/av1"])
async def test_spatial_layers_are_left_out_and_begun_again(meeting: Meeting, codec: str, mode: str) -> None:
    anne, paul, zoe = meeting.pages[:3]
    await enter(anne, "anne", send=[codec], mode=mode, width=640, height=360)
    await listen(paul, "paul", simulcast=True)  # Chromium offers the dependency descriptor to who sends layers itself
    await listen(zoe, "zoe", simulcast=True)
    await tall(paul, 360)
    await tall(zoe, 360)
    await paul.evaluate("window.show([[0, 180]])")
    await tall(paul, 180)
    await tall(zoe, 360)
    await paul.evaluate("window.show([[0, 360]])")
    await tall(paul, 360)
    await watches(paul, codec)


async def test_who_reads_no_descriptor_sees_the_lowest_layer_of_av1(meeting: Meeting) -> None:
    anne, paul = meeting.pages[:2]
    await enter(anne, "anne", send=["video/av1"], mode="L2T3", width=640, height=360)
    await listen(paul, "paul")
    assert "dependency-descriptor" not in await paul.evaluate("window.answer")
    await tall(paul, 180)
    await watches(paul, "video/av1")


@pytest.mark.parametrize("codec", ["video/vp9", "video/h264", "video/av1"])
async def test_encodings_are_switched_in_every_codec(meeting: Meeting, codec: str) -> None:
    anne, paul = meeting.pages[:2]
    await enter(anne, "anne", send=[codec], simulcast=True, mode="L1T2", width=960, height=540)
    await listen(paul, "paul")
    await tall(paul, 540)
    await paul.evaluate("window.show([[0, 130]])")
    await tall(paul, 135)
    await paul.evaluate("window.show([[0, 540]])")
    await tall(paul, 540)
    await watches(paul, codec)


async def test_when_somebody_comes_who_cant_decode_it_all_go_on_in_another_codec(meeting: Meeting) -> None:
    anne, paul, zoe = meeting.pages[:3]
    await enter(anne, "anne", send=["video/av1", "video/vp8"], simulcast=True, mode="L1T2", width=640, height=360)
    await listen(paul, "paul")
    await watches(paul, "video/av1")
    await enter(zoe, "zoe", receive=["video/vp8"])
    await until(lambda: anne.evaluate("window.state.codecs"), lambda c: c == {"camera": "vp8"}, "Anne is told")
    await watches(zoe, "video/vp8")
    await until(lambda: received(paul), lambda s: "video/vp8" in s["video"], "Paul goes on in VP8")


async def test_a_picture_nobody_can_turn_into_another_codec_is_said_to_be_held_back(meeting: Meeting) -> None:
    anne, paul = meeting.pages[:2]
    await enter(anne, "anne", send=["video/h264"])
    await enter(paul, "paul", send=["video/vp8"], receive=["video/vp8"])
    told = [{"seat": 0, "reason": "codec"}]
    await until(lambda: paul.evaluate("window.state.paused"), lambda paused: paused == told, "Paul is told")


async def test_redundant_sound_goes_to_who_reads_it_and_plain_sound_to_who_does_not(meeting: Meeting) -> None:
    anne, paul, zoe = meeting.pages[:3]
    await enter(anne, "anne", send=["audio/red", "audio/opus"])
    await listen(paul, "paul")
    await enter(zoe, "zoe", receive=["audio/opus"])
    await sees(paul, 5)
    await sees(zoe, 5)
    redundant, plain = 63, 111
    await until_true(lambda: redundant in meeting.types("paul"), "redundant sound for Paul")
    assert plain in meeting.types("zoe")
    assert redundant not in meeting.types("zoe")
    room = meeting.worker.rooms["room-1"]
    assert room.participants["anne"].connection.leg.slots["microphone"].codec == "red"
    for page in (paul, zoe):
        await goes_on(page)


async def test_silence_that_is_not_sent_is_no_loss(meeting: Meeting) -> None:
    anne, paul = meeting.pages[:2]
    await enter(anne, "anne")
    await listen(paul, "paul")
    await sees(paul, 5)
    leg = meeting.worker.rooms["room-1"].participants["anne"].connection.leg
    microphone = leg.slots["microphone"].encodings[0]
    await anne.evaluate("window.silence(true)")
    await until(
        lambda: rate(microphone), lambda bits: bits is not None and bits < 4000, "little is sent while it is silent"
    )
    before = await received(paul)
    await until(lambda: received(paul), lambda s: s["samples"] > before["samples"] + 240_000, "five seconds of sound")
    after = await received(paul)
    heard_wrong = (after["concealed"] - after["silent"]) - (before["concealed"] - before["silent"])
    assert heard_wrong < 0.02 * (after["samples"] - before["samples"]), "silence is no loss"
    assert (await arrived(paul))["lost"] == 0
    energy = (await arrived(paul))["energy"]
    await anne.evaluate("window.silence(false)")
    await until(lambda: arrived(paul), lambda s: s["energy"] > energy + 0.001, "the voice is back")


async def rate(encoding: Encoding) -> float | None:
    return encoding.meter.rate()


async def test_who_watches_learns_when_it_was_captured(meeting: Meeting) -> None:
    anne, paul = meeting.pages[:2]
    extend = ["http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"]
    await enter(anne, "anne", extend=extend)
    await enter(paul, "paul", extend=extend)
    await until(lambda: received(paul), lambda s: s["captured"] > 0, "a capture time")
