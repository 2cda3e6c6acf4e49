"""What one viewer is sent, with a downlink of a given width."""

import random

from media_workers.down_track import DownTrack
from media_workers.forwarder import PythonForwarder
from media_workers.layer_filter import ALL
from media_workers.layers import Choices
from media_workers.leg import Leg
from media_workers.quality import offered
from media_workers.up_track import Encoding, Slot
from media_workers.view import GRACE, View
from tests.unit.media_workers.test_leg import NoSrtp

BITS = {"q": 150_000, "h": 500_000, "f": 1_500_000}
HEIGHTS = {"q": 180, "h": 360, "f": 720}


def camera(*alive: str) -> Slot:
    """A camera whose named encodings come with their usual bit rates up to second 2."""
    slot = Slot("camera", "video", {96: "vp8"}, {97: 96}, nack=True, rids=("q", "h", "f"))
    for encoding in slot.encodings:
        if encoding.rid in alive:
            encoding.sizes = ((HEIGHTS[encoding.rid] * 16 // 9, HEIGHTS[encoding.rid]),)
            for step in range(200):
                encoding.meter.packet(BITS[encoding.rid] // 800, 0, 0, step / 100)
    return slot


class Viewer:
    """Somebody with seats, whose downlink carries ``bits`` per second."""

    def __init__(self, bits: int, seats: int = 2) -> None:
        self.forwarder = PythonForwarder()
        self.leg = Leg(
            "v",
            NoSrtp(),
            lambda packets: None,
            lambda level: None,
            bitrate=10**6,
            feedback_ssrc=1,
            now=0.0,
            down_bitrate=bits,
        )
        self.tracks = [(self._track("audio", 100 + n), self._track("video", 200 + n)) for n in range(seats)]
        self.view = View(self.tracks, [], self.leg.downlink, self.forwarder)

    def arrange(self, speaker: Slot | None = None, now: float = 2.0) -> bool:
        return self.view.arrange(lambda slot: Choices(offered(slot, now)), speaker, now)

    def sources(self) -> list[str | None]:
        """The RID each seat's picture comes from."""
        tracks = [picture for _, picture in self.tracks]
        return [source.rid if (source := track.next or track.source) else None for track in tracks]

    def _track(self, kind: str, ssrc: int) -> DownTrack:
        track = DownTrack(
            self.leg,
            kind,
            name="seat",
            ssrc=ssrc,
            formats={"opus" if kind == "audio" else "vp8": (96, None)},
            repair_ssrc=None,
            extension_ids={},
            start=(1, 1),
            now=0.0,
        )
        self.leg.downs[ssrc] = track
        return track


def show(*heights: int) -> dict[str, object]:
    return {"seats": [{"seat": n, "width": h * 16 // 9, "height": h} for n, h in enumerate(heights) if h]}


def test_before_anything_is_said_all_is_shown_in_full() -> None:
    viewer = Viewer(10_000_000)
    viewer.view.place(0, camera("q", "h", "f"))
    viewer.arrange()
    assert viewer.sources() == ["f", None]


def test_a_picture_is_no_larger_than_it_is_shown() -> None:
    viewer = Viewer(10_000_000)
    viewer.view.place(0, camera("q", "h", "f"))
    viewer.view.place(1, camera("q", "h", "f"))
    viewer.view.show(show(150, 400))
    viewer.arrange()
    assert viewer.sources() == ["q", "h"]


def test_what_isnt_shown_isnt_sent_nor_wanted() -> None:
    viewer = Viewer(10_000_000)
    viewer.view.place(0, camera("q", "h", "f"))
    viewer.view.show(show(0, 400))
    viewer.arrange()
    assert viewer.sources() == [None, None]
    assert viewer.view.wanted == set()


def test_the_speaker_is_seen_better_when_not_all_can_be() -> None:
    viewer = Viewer(800_000)
    first, second = camera("q", "h", "f"), camera("q", "h", "f")
    viewer.view.place(0, first)
    viewer.view.place(1, second)
    viewer.view.show(show(400, 400))
    viewer.arrange(speaker=second)
    assert viewer.sources() == ["q", "h"]


def test_what_doesnt_fit_is_paused_and_told_after_a_while() -> None:
    viewer = Viewer(200_000)
    viewer.view.place(0, camera("q", "h", "f"))
    viewer.view.place(1, camera("q", "h", "f"))
    viewer.view.show(show(400, 300))
    assert not viewer.arrange()
    assert viewer.sources() == ["q", None]
    assert viewer.arrange(now=2.0 + GRACE)
    assert viewer.view.paused == {1: "bandwidth"}
    viewer.view.show(show(0, 300))
    assert viewer.arrange(now=2.0 + GRACE)
    assert viewer.view.paused == {}


def test_the_time_is_summed_in_which_the_way_was_too_narrow_and_the_viewer_knew() -> None:
    viewer = Viewer(200_000)
    for seat in (0, 1):
        viewer.view.place(seat, camera("q", "h", "f"))
    viewer.view.show(show(400, 300))
    viewer.arrange()
    viewer.arrange(now=2.0 + GRACE)
    assert viewer.view.paused_for == 0.0, "told only now"
    viewer.arrange(now=5.0 + GRACE)
    viewer.view.show(show(0, 300))
    viewer.arrange(now=6.0 + GRACE)
    viewer.arrange(now=60.0)
    assert viewer.view.paused_for == 4.0


def test_of_another_person_nothing_goes_on_in_a_seat() -> None:
    viewer = Viewer(10_000_000)
    viewer.view.place(0, camera("q", "h", "f"))
    viewer.arrange()
    viewer.view.place(0, camera("q"))
    assert viewer.sources() == [None, None]


def test_an_encoding_that_has_stopped_is_asked_for_while_a_smaller_one_goes_on() -> None:
    viewer = Viewer(10_000_000)
    slot = camera("q")
    viewer.view.place(0, slot)
    viewer.view.show(show(400))
    viewer.arrange()
    assert viewer.sources()[0] == "q"
    assert {encoding.rid for encoding in viewer.view.wanted} == {"q", "h"}


def test_sound_is_set_aside_before_pictures() -> None:
    viewer = Viewer(180_000, seats=1)
    microphone = Encoding("audio")
    viewer.view.place(0, camera("q"))
    viewer.arrange()
    assert viewer.sources() == ["q"]
    viewer.forwarder.switch(viewer.tracks[0][0], microphone)
    viewer.arrange()
    assert viewer.sources() == [None]


def test_temporal_layers_are_the_steps_between() -> None:
    slot = camera()
    for step in range(200):
        slot.encodings[0].meter.packet(200, 0, (0, 2, 1, 2)[step % 4], step / 100)
    viewer = Viewer(100_000, seats=1)
    viewer.view.place(0, slot)
    viewer.arrange()
    track = viewer.tracks[0][1]
    assert (viewer.sources(), track._layers.temporal) == (["q"], 1)
    assert ALL > 1


def test_nonsense_in_what_is_shown_shows_nothing() -> None:
    viewer = Viewer(10_000_000)
    viewer.view.place(0, camera("q", "h", "f"))
    for seats in (
        None,
        5,
        [5],
        [{"seat": "0", "height": 5}],
        [{"seat": 0, "height": "x"}],
        [{"seat": 0, "height": -1}],
    ):
        viewer.view.show({"seats": seats})
        viewer.arrange()
        assert viewer.sources()[0] is None


def test_a_picture_in_a_codec_the_viewer_cant_decode_is_held_back_and_said_to_be() -> None:
    viewer = Viewer(10_000_000)
    slot = camera("q", "h", "f")
    slot.encodings[0].codec = "av1"
    viewer.view.place(0, slot)
    viewer.arrange()
    assert viewer.sources() == [None, None]
    assert viewer.arrange(now=2.0 + GRACE)
    assert viewer.view.paused == {0: "codec"}
    slot.encodings[0].codec = "vp8"
    assert viewer.arrange(now=2.2 + GRACE)
    assert viewer.view.paused == {}
    assert viewer.sources()[0] is not None


def test_a_view_that_would_choose_the_same_again_doesnt_and_nobody_can_tell() -> None:
    """Two viewers alike; one is shown other objects with the same in them each time, so it always chooses anew."""
    chance = random.Random(5)
    viewers = [Viewer(10_000_000, seats=3), Viewer(10_000_000, seats=3)]
    slots = [camera("q", "h", "f"), camera("q", "h"), camera("q")]
    for viewer in viewers:
        for seat, slot in enumerate(slots):
            viewer.view.place(seat, slot)
    choices = {slot: Choices(offered(slot, 2.0)) for slot in slots}
    stayed, now = 0, 2.0
    for _ in range(400):
        now += 0.2
        change = chance.random()
        if change < 0.1:
            chance.choice(slots).encodings[0].codec = chance.choice(["vp8", "vp8", "vp8", "h264"])
        elif change < 0.2:
            slot = chance.choice(slots)
            heard = chance.choice([now - 1.1, now])  # that it still comes, or has stopped
            for encoding in slot.encodings[: chance.randrange(4)]:
                encoding.meter.packet(100, 0, 0, heard)
            choices[slot] = Choices(offered(slot, now))
        elif change < 0.3:
            sizes = [chance.choice([0, 180, 360, 720]) for _ in slots]
            for viewer in viewers:
                viewer.view.show(show(*sizes))
        elif change < 0.4:
            rate = chance.choice([300_000, 1_000_000, 10_000_000])
            for viewer in viewers:
                viewer.leg.downlink.most = rate
        elif change < 0.5:
            seat, placed = chance.randrange(3), chance.choice([None, *slots])
            for viewer in viewers:
                viewer.view.place(seat, placed)
        still, anew = viewers
        stayed += still.view._stays(choices.__getitem__)
        told = still.view.arrange(choices.__getitem__, None, now)
        assert told == anew.view.arrange(lambda slot: Choices(choices[slot].offered), None, now)
        assert still.sources() == anew.sources()
        assert (still.view.paused, still.view.wanted) == (anew.view.paused, anew.view.wanted)
        assert still.leg.downlink.needed == anew.leg.downlink.needed
    assert 50 < stayed < 350
