"""The smallest client, in the same meeting as the room's own page."""

import re

from tests.browser.conftest import Arrive
from tests.browser.house import House


def test_the_smallest_client_sees_hears_and_is_seen(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    guest = arrive(1, house.guest_name(0))
    house.open_guest(guest, 0)
    guest.join()
    guest.until("the waiting room", guest.waits)
    version = re.search(r"/static/(\w+)/", guest.page.content())
    assert version
    host.admit(guest.name)
    guest.until("the room", guest.inside)
    guest.page.goto(f"{house.url}/static/{version[1]}/example/index.html#{house.occurrence}")
    guest.page.locator("#join").click()
    guest.until("joined", lambda: guest.page.locator("#state").inner_text() == "joined")
    player = guest.page.locator("#people li", has_text=host.name).locator("video")
    guest.frames_advance(player, host.name)
    guest.hears(host)
    host.sees(guest)
    host.hears(guest)
    guest.page.locator("#leave").click()
    host.until("the tile gone", lambda: not host.shows_tile(guest.name))
