"""What the recorder's process does with what it is sent: sealed objects, honest counts, nothing twice."""

import base64
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from media_workers.recording import wire
from media_workers.recording.recorder import Recorder
from media_workers.recording.spool import Full, Spool
from media_workers.recording.upload import Uploader
from media_workers.recording.wire import Arrived, Reader
from tests.unit.media_workers.recording.senders import BEGAN, Camera, Sound, over_the_wire

KEY = bytes(range(32))
PLENTY = 1 << 30


class Shop:
    """A store that refuses while ``closed``."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.closed = False
        self.tries = 0

    def put(self, path: str, content: bytes) -> None:
        self.tries += 1
        if self.closed:
            raise ConnectionError("no")
        self.objects[path] = content


class Desk:
    """A recorder with its disk, a store, and what it says."""

    def __init__(self, folder: Path, most: int = PLENTY) -> None:
        self.said: list[dict[str, Any]] = []
        self.spool = Spool(folder, most)
        self.recorder = Recorder(self.spool, self.said.append)
        self.shop = Shop()
        self.uploader = Uploader(self.spool, self.shop, self.recorder.stored)
        self.now = 1_000.0

    def order(self, order: str, **more: Any) -> None:
        (read,) = Reader().feed(wire.order({"order": order, "recording": "r", "part": 1, **more}))
        self.recorder.take(read)

    def open(self, track: str, kind: str, stream: int, sender: str = "anne") -> None:
        self.order("part", began=BEGAN)
        key = base64.b64encode(KEY).decode()
        self.order("track", track=track, kind=kind, key=key, path=f"recordings/r/{track}/")
        self.order("stream", track=track, stream=stream, sender=sender)

    def take(self, packets: Iterable[Arrived]) -> None:
        reader = Reader()
        for packet in packets:
            for read in reader.feed(over_the_wire(packet)):
                self.recorder.take(read)

    def upload(self, seconds: float = 0.0) -> None:
        """Tries everything that is due, then again until so many seconds have passed."""
        end = self.now + seconds
        while True:
            pause = self.uploader.step(self.now)
            if pause:
                self.now += pause
                if self.now > end:
                    return

    @property
    def part(self) -> dict[str, Any]:
        (found,) = self.recorder.status(0.0)["parts"]
        return dict(found)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "spool")


def opened(desk: Desk, path: str) -> tuple[dict[str, Any], bytes]:
    """A stored segment, decrypted as docs/recording.md says: its head and its media."""
    name = path.rpartition("/")[2]
    track = path.split("/")[2]
    nonce = bytes(4) + int(name.split("-")[1]).to_bytes(8, "big")
    plain = AESGCM(KEY).decrypt(nonce, desk.shop.objects[path], f"r\0{track}\0{name}".encode())
    length = int.from_bytes(plain[:4], "big")
    return json.loads(plain[4 : 4 + length]), plain[4 + length :]


def manifest(desk: Desk, track: str) -> dict[str, Any]:
    content = desk.shop.objects[f"recordings/r/{track}/0001-manifest-0"]
    nonce = bytes([1]) + bytes(11)
    found: dict[str, Any] = json.loads(AESGCM(KEY).decrypt(nonce, content, f"r\0{track}\x000001-manifest-0".encode()))
    return found


def test_segments_are_sealed_named_by_their_place_and_listed(desk: Desk) -> None:
    desk.open("voice", "audio", 1)
    desk.take(Sound(1).packets(0, 450))
    desk.order("close")
    desk.upload()
    names = sorted(path.rpartition("/")[2] for path in desk.shop.objects)
    assert names == ["0001-000000-20-4000", "0001-000001-4020-4000", "0001-000002-8020-1000", "0001-manifest-0"]
    head, media = opened(desk, "recordings/r/voice/0001-000001-4020-4000")
    assert (head["codec"], head["start"], head["duration"]) == ("opus", 4_020, 4_000)
    assert media.startswith(b"\x1a\x45\xdf\xa3") and not desk.shop.objects[
        "recordings/r/voice/0001-000001-4020-4000"
    ].startswith(b"\x1a\x45")
    said = manifest(desk, "voice")
    assert [segment[:3] for segment in said["segments"]] == [[0, 20, 4_000], [1, 4_020, 4_000], [2, 8_020, 1_000]]
    assert said["closed"] and said["lost"] == 0 and said["gaps"] == []
    assert desk.part == {"recording": "r", "part": 1, "waiting": 0, "lost": 0, "closed": True}


def test_going_on_after_a_pause_goes_on_with_the_numbers(desk: Desk) -> None:
    desk.open("voice", "audio", 1)
    desk.take(Sound(1).packets(0, 100))
    desk.order("pause", track="voice", reason="withdrawn")
    desk.take(Sound(1).packets(100, 200))
    desk.order("track", track="voice", kind="audio", key=base64.b64encode(KEY).decode(), path="recordings/r/voice/")
    desk.order("stream", track="voice", stream=2, sender="anne")
    desk.take(Sound(2).packets(300, 400))
    desk.order("close")
    desk.upload()
    said = manifest(desk, "voice")
    assert [segment[:3] for segment in said["segments"]] == [[0, 20, 2_000], [1, 6_020, 2_000]]
    assert said["gaps"] == [[2_020, 4_000, "withdrawn"]], "what came while nothing was agreed is nowhere"


def test_a_store_that_refuses_is_asked_again_until_all_is_there(desk: Desk) -> None:
    desk.open("voice", "audio", 1)
    desk.shop.closed = True
    for second in range(60):
        desk.take(Sound(1).packets(50 * second, 50 * second + 50))
        desk.upload(1.0)
    assert not desk.shop.objects and desk.part["waiting"] == 14
    assert desk.shop.tries < 60 * 14 / 2, "less and less often"
    assert desk.uploader.oldest(desk.now) > 40
    desk.shop.closed = False
    desk.order("close")
    desk.upload(11.0)
    assert desk.part == {"recording": "r", "part": 1, "waiting": 0, "lost": 0, "closed": True}
    assert sum(segment[2] for segment in manifest(desk, "voice")["segments"]) == 60_000, "nothing is missing"


def test_a_full_disk_loses_what_does_not_fit_and_says_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "spool", most=90_000)  # a segment of sound has about 39 kB
    desk.open("voice", "audio", 1)
    desk.shop.closed = True
    desk.take(Sound(1).packets(0, 850))
    assert desk.part["lost"] == 2 and desk.part["waiting"] == 2
    desk.shop.closed = False
    desk.upload(11.0)
    desk.take(Sound(1).packets(850, 1_000))
    desk.order("close")
    desk.upload(1.0)
    said = manifest(desk, "voice")
    assert said["lost"] == 2 and [reason for _, _, reason in said["gaps"]] == ["disk", "disk"]
    assert [segment[0] for segment in said["segments"]] == [0, 1, 4], "what came before and after is there"


def test_what_a_killed_worker_left_on_the_disk_is_stored_by_the_next_one(desk: Desk, tmp_path: Path) -> None:
    desk.open("voice", "audio", 1)
    desk.shop.closed = True
    desk.take(Sound(1).packets(0, 450))
    (tmp_path / "spool" / "torn.part").write_bytes(b"half a segment")
    again = Desk(tmp_path / "spool")
    again.upload()
    assert sorted(path.rpartition("/")[2] for path in again.shop.objects) == [
        "0001-000000-20-4000",
        "0001-000001-4020-4000",
    ]
    assert not list((tmp_path / "spool").iterdir())


def test_a_worker_that_is_gone_costs_nothing_that_reached_the_recorder(desk: Desk) -> None:
    desk.open("voice", "audio", 1)
    desk.open("face", "video", 2)
    desk.take(Sound(1).packets(0, 120))
    desk.take(Camera(2).packets(0, 60))
    desk.recorder.close_all()
    desk.upload()
    assert {len(manifest(desk, track)["segments"]) for track in ("voice", "face")} == {1}
    assert desk.recorder.all_closed


def test_a_keyframe_is_asked_for_at_the_worker(desk: Desk) -> None:
    desk.open("face", "video", 2)
    desk.take(Camera(2).packets(0, 130))
    assert {"say": "keyframe", "stream": 2} in desk.said


def test_packets_of_no_stream_go_nowhere(desk: Desk) -> None:
    desk.open("voice", "audio", 1)
    desk.take(Sound(9).packets(0, 100))
    desk.order("pause", track="nobody", reason="left")
    desk.order("close")
    desk.upload()
    assert not desk.shop.objects and desk.part["closed"]


def test_a_part_is_forgotten_when_the_functions_know_of_its_end(desk: Desk) -> None:
    desk.open("voice", "audio", 1)
    desk.order("close")
    desk.order("close")
    desk.order("forget")
    assert desk.recorder.status(0.0)["parts"] == []


def test_a_disk_that_takes_nothing_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path / "spool", PLENTY)

    class Broken(type(tmp_path)):  # type: ignore[misc]
        def write_bytes(self, data: bytes) -> int:
            raise OSError(28, "No space left on device")

    spool._folder = Broken(tmp_path / "spool")
    with pytest.raises(Full, match="No space left"):
        spool.put("recordings/r/voice/x", b"content")
    assert spool.waiting() == []


def test_frames_are_put_together_wherever_the_stream_is_cut() -> None:
    packets = list(Sound(1).packets(0, 20))
    whole = b"".join(over_the_wire(packet) for packet in packets) + wire.order({"order": "close"})
    for size in (1, 3, 7, 64, 1_000):
        reader = Reader()
        read = [one for at in range(0, len(whole), size) for one in reader.feed(whole[at : at + size])]
        assert read[:-1] == packets and read[-1] == {"order": "close"}


@pytest.mark.parametrize("data", [b"\0\0\0\0\1", b"\xff\xff\xff\xff\1"])
def test_a_stream_that_makes_no_sense_ends(data: bytes) -> None:
    with pytest.raises(ValueError, match="length"):
        list(Reader().feed(data + os.urandom(8)))
