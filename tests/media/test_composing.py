"""One file of a recording: what was said and shown, when it was, and nothing else."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import av
import pytest

from media_workers.compose.layout import Rect, grid
from tests.media.taped import Taped, composed, heard, seen, tone

ANNE, LUC, MIA = 440, 660, 880
PRESENT, ABSENT = 0.1, 0.02


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Taped:
    """Anne with a camera, muted from 4 to 7 s; Luc without one; Mia with one, from 6 s on."""
    taped = Taped(tmp_path_factory.mktemp("spool"))
    taped.sound("anne", "Anne Lefèvre", ANNE, (0, 4), (7, 12))
    taped.picture("anne", "Anne Lefèvre", 0.0, 300)
    taped.sound("luc", "Luc", LUC, (0, 12))
    taped.sound("mia", "Mia", MIA, (0, 6), start=6.0)
    taped.picture("mia", "Mia", 6.0, 150)
    taped.part.close()
    return taped


@pytest.fixture(scope="module")
def file(meeting: Taped) -> bytes:
    """All of it."""
    return composed(meeting, meeting.brief())[0]


def test_each_tone_is_there_exactly_when_its_owner_spoke(file: bytes) -> None:
    wave = heard(file)
    spans = {ANNE: [(0, 4), (7, 12)], LUC: [(0, 12)], MIA: [(6, 12)]}
    for hertz, times in spans.items():
        for tenth in range(1, 118):
            at = tenth / 10
            inside = any(begins + 0.1 <= at and at + 0.2 <= ends for begins, ends in times)
            outside = all(at + 0.1 <= begins - 0.1 or at >= ends + 0.1 for begins, ends in times)
            level = tone(wave, hertz, at)
            assert not inside or level > PRESENT, f"{hertz} Hz is missing at {at} s: {level}"
            assert not outside or level < ABSENT, f"{hertz} Hz is heard at {at} s: {level}"


def test_it_lasts_as_long_as_the_recording_and_sound_comes_with_its_picture(meeting: Taped, file: bytes) -> None:
    wave, pictures = heard(file), seen(file)
    assert meeting.brief().length == pytest.approx(12_000, abs=60)
    assert pictures[-1][0] + 0.04 == pytest.approx(12, abs=0.1) and len(pictures) == pytest.approx(300, abs=3)
    first = next(at / 100 for at in range(500, 1_000) if tone(wave, MIA, at / 100, 0.02) > PRESENT)
    # Mia's coming changes the layout: Anne's tile moves up, to where nothing was.
    above, beside = slice(grid(3)[0].y + 20, grid(2)[0].y - 20), slice(40, 600)
    shown = next(at for at, light in pictures if light[above, beside].mean() > 40)
    assert shown == pytest.approx(6.0, abs=0.1) and abs(first - shown) < 0.1


def test_a_tile_follows_its_camera_and_is_quiet_where_there_is_none(file: bytes) -> None:
    pictures = {round(at * 25): light for at, light in seen(file)}
    anne, luc = grid(2)

    def middle(frame: int, rect: Rect) -> float:
        x, y = rect.x + rect.width // 2, rect.y + rect.height // 2
        return float(pictures[frame][y - 40 : y + 40, x - 100 : x + 100].mean())

    for frame in (10, 40, 90):  # the sender's brightness tells the number: 16 + 2 for each
        expected = (16 + 2 * frame - 16) * 255 / 219
        assert middle(frame, anne) == pytest.approx(expected, abs=8), "at most two frames late"
    assert abs(middle(10, luc) - middle(90, luc)) < 2, "initials stand still"


def test_one_persons_file_holds_nothing_of_the_others(meeting: Taped) -> None:
    file, store = composed(meeting, meeting.brief("person", only="mia"))
    wave, pictures = heard(file), seen(file)
    assert tone(wave, MIA, 8) > PRESENT and tone(wave, LUC, 8) < ABSENT and tone(wave, ANNE, 8) < ABSENT
    assert {name.split("/")[2] for name in store.fetched} == {"mia-microphone", "mia-camera"}
    assert pictures[-1][0] == pytest.approx(12, abs=0.1), "on the meeting's timeline"


def test_a_voice_alone_has_no_picture(meeting: Taped) -> None:
    brief = meeting.brief("voice", only="luc")
    file, _ = composed(meeting, brief)
    assert tone(heard(file), LUC, 5) > PRESENT
    with pytest.raises(IndexError):
        seen(file)


def test_a_shared_screen_is_large_and_whole(tmp_path: Path) -> None:
    taped = Taped(tmp_path)
    taped.sound("anne", "Anne", ANNE, (0, 4))
    taped.picture("anne", "Anne", 1.0, 50, source="screen", size=(320, 180))
    taped.part.close()
    pictures = seen(composed(taped, taped.brief())[0])
    before, during = pictures[10][1], pictures[60][1]
    assert during[200:500, 50:900].mean() > before[200:500, 50:900].mean() + 15 and during[200:500, 50:900].std() < 8
    assert abs(float(pictures[-5][1][300, 640]) - float(before[300, 640])) < 10, "the grid is back after it"


def test_nothing_of_the_file_is_stored_in_plain_and_chunks_are_bounded(meeting: Taped) -> None:
    file, store = composed(meeting, meeting.brief(), chunk=16_384)
    assert len(store.chunks) > 5 and all(len(chunk) <= 16_384 + 16 for chunk in store.chunks.values())
    assert file[4:8] == b"ftyp"
    for chunk in store.chunks.values():
        assert b"ftyp" not in chunk and b"moov" not in chunk and "Lefèvre".encode() not in chunk


def test_it_is_a_standard_file(file: bytes) -> None:
    with av.open(io.BytesIO(file), "r") as container:
        assert {stream.codec_context.name for stream in container.streams} == {"h264", "aac"}
        assert (container.duration or 0) / 1_000_000 == pytest.approx(12, abs=0.2)
        video = container.streams.video[0]
        assert (video.width, video.height, float(video.average_rate or 0)) == (1280, 720, 25.0)
    assert b"moof" not in file and b"moov" in file, "one table of contents: editors and old players need it"


def test_another_program_reads_it_to_its_end_without_a_fault(file: bytes, tmp_path: Path) -> None:
    path = tmp_path / "recording.mp4"
    path.write_bytes(file)
    done = subprocess.run(
        ["ffprobe", "-v", "warning", "-show_streams", "-count_frames", "-of", "json", path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    streams: dict[str, dict[str, Any]] = {one["codec_type"]: one for one in json.loads(done.stdout)["streams"]}
    assert {kind: one["codec_name"] for kind, one in streams.items()} == {"video": "h264", "audio": "aac"}
    assert int(streams["video"]["nb_read_frames"]) == pytest.approx(12 * 25, abs=5)
    assert float(streams["audio"]["duration"]) == pytest.approx(12, abs=0.2)
