"""A recording is made into one file, taken along, and plays from the disk; only sealed bytes come over the line."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from dev.cloud import Cloud
from tests.browser.captures import LOOKS
from tests.browser.house import HOST, House
from tests.browser.person import Person
from tests.browser.test_accessibility import faults

PLAYS = """async (video) => {
  video.muted = true;
  await video.play();
  const first = video.getVideoPlaybackQuality().totalVideoFrames;
  await new Promise((go) => video.requestVideoFrameCallback(() => video.requestVideoFrameCallback(go)));
  return video.getVideoPlaybackQuality().totalVideoFrames - first;
}"""


@pytest.fixture
def recording(product: Cloud, house: House) -> str:
    """Two people, 40 seconds, 16 of them without anything (tests/functional/recordings/written.py)."""
    command = [sys.executable, "-m", "tests.functional.recordings.written", house.occurrence, HOST[2]]
    written = subprocess.run(command, env=product.functions, check=True, capture_output=True, text=True)
    return written.stdout.strip()


def test_the_organiser_presses_sees_how_far_it_is_and_takes_a_file_that_plays(
    browsers: list[Browser], house: House, recording: str, tmp_path: Path
) -> None:
    context = browsers[0].new_context(locale="fr-FR", storage_state=house.host_state, accept_downloads=True)
    anne = Person(context.new_page(), house.host_name, LOOKS[0])
    # The picker of places is the browser's own window, which no test can press: here it is one that has none.
    anne.page.add_init_script("delete globalThis.showSaveFilePicker;")
    sealed: list[bytes] = []
    anne.page.on("response", lambda answer: sealed.append(answer.body()) if "/file%" in answer.url else None)
    anne.page.goto(f"{house.url}/recordings/{recording}")
    anne.until("what can be made", anne.page.locator("#saving-form").is_visible)
    assert faults(anne) == []
    anne.page.locator("#saving-make").click()
    anne.until("its progress", lambda: anne.page.locator("#saving-files progress").count() == 1)
    anne.until("the file", lambda: "Prêt" in anne.page.locator("#saving-files").inner_text())

    anne.page.locator("#saving-files button").click()
    question = anne.page.locator("#saving-question")
    assert "devient responsable de cette copie" in question.inner_text()
    assert faults(anne) == []
    with anne.page.expect_download() as coming:
        question.locator("#saving-yes").click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    anne.until("that it is there", lambda: "Votre copie" in anne.page.locator("#saving-status").inner_text())
    content = path.read_bytes()
    assert path.suffix == ".mp4" and content[4:8] == b"ftyp" and b"moov" in content
    assert sealed and not [body for body in sealed if b"ftyp" in body or b"moov" in body]

    video = opened(context.new_page(), path)
    assert video.evaluate(PLAYS) > 0, "frames advance"
    assert video.evaluate("(video) => video.duration") == pytest.approx(40, abs=1)
    context.close()
    assert anne.complaints == []


def opened(page: Any, path: Path) -> Any:
    """The file on the disk, in a player of the browser's own."""
    page.set_content('<input type="file"><video></video>')
    page.locator("input").set_input_files(path)
    page.evaluate(
        """() => new Promise((go, no) => {
          const video = document.querySelector("video");
          video.onloadeddata = go;
          video.onerror = () => no(video.error.message);
          video.src = URL.createObjectURL(document.querySelector("input").files[0]);
        })"""
    )
    return page.locator("video")
