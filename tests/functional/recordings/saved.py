"""A recording that is over, and files made of it as its organiser meets them."""

import base64
from typing import Any
from urllib.request import urlopen

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.recordings import closing
from media_workers.compose.__main__ import work
from tests.functional.browser import Seen
from tests.functional.meetings.people import Guest, Host
from tests.functional.recordings.jobs import StartedJobs
from tests.functional.recordings.scene import Scene
from tests.functional.recordings.test_closing import closed, stop
from tests.functional.recordings.writing import close, track_of, write


def ended(scene: Scene) -> Scene:
    """Zoé (440 Hz) and Luc (660 Hz) were recorded for two seconds; it is over and ready."""
    scene.ask()
    for who in scene.guests:
        scene.answer(who, True)
    wanted = scene.wanted
    for who, hertz in zip(scene.guests, (440, 660), strict=True):
        track = track_of(wanted, scene.id(who))
        for number in range(2):
            write(wanted, track, number, 1_000 * number, 1_000, hertz)
        close(wanted, track, (0, 0, 1_000), (1, 1_000, 1_000))
    stop(scene)
    scene.report(closed(wanted), follows=wanted)
    closing.look_after()
    assert scene.recording().state == "ready"
    return scene


def files(scene: Scene, method: str = "GET", rest: str = "", data: Any = None, who: Host | Guest | None = None) -> Seen:
    browser = (who or scene.host).browser
    browser.open("/")
    return browser.call(method, f"/api/recordings/{scene.recording().id}/files{rest}", data)


def make(scene: Scene, what: str = "meeting", about: str | None = None) -> Seen:
    return files(scene, "POST", data={"what": what, "about": about})


def shown(scene: Scene) -> Any:
    (file,) = files(scene).json["files"]
    return file


def made(scene: Scene, jobs: StartedJobs, what: str = "meeting", about: str | None = None) -> str:
    """A file that is ready; its id."""
    answer = make(scene, what, about)
    assert answer.status == 201, answer.text
    assert work(jobs.last) == 0
    return str(answer.json["file"])


def taken(scene: Scene, file: str) -> bytes:
    """The file, as a browser puts it together."""
    said = files(scene, "POST", f"/{file}/take", {"controller": True}).json
    links = files(scene, rest=f"/{file}/chunks?from=0").json["links"]
    key, recording = base64.b64decode(said["key"]), scene.recording().id
    plain = b""
    for number, link in enumerate(links):
        with urlopen(link, timeout=30) as answer:
            sealed = answer.read()
        said_of = f"{recording}\0file#{file}\0{number:06d}".encode()
        plain += AESGCM(key).decrypt(number.to_bytes(12, "big"), sealed, said_of)
    assert (len(links), len(plain)) == (said["chunks"], said["bytes"])
    return plain
