"""Networks that fall away, change and forbid: a real browser on a line of its own, which the test cuts and narrows.

Nothing here asserts how long something took; bench/cuts.py measures it.
"""

import base64
import hashlib
import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Playwright

from dev.cloud import Cloud
from tests.browser import line as lines
from tests.browser.captures import LOOKS
from tests.browser.conftest import CHROMIUM, FLAGS, Arrive
from tests.browser.house import House
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.test_firefox import FIREFOX, NODE, ROOT, SCRIPT

WHY_NOT = lines.missing()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=f"no line of its own for a browser: {WHY_NOT}")

Pair = tuple[Person, Person]
"""Host on the machine's own network, guest on the line."""


@pytest.fixture(scope="module")
def line(product: Cloud) -> Iterator[Line]:
    made = Line(int(product.url.rpartition(":")[2]))
    try:
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def relay(product: Cloud) -> dict[str, int]:
    """The ports of the relay: ``plain`` for UDP and TCP, ``tls``."""
    if "relay" not in product.pids:
        pytest.skip("the local cloud has no relay: coturn is not installed, or there is no address but loopback")
    text = (product.data / "relay" / "turnserver.conf").read_text()
    found = {name: int(port) for name, port in re.findall(r"^(?:(tls-)?)listening-port=(\d+)", text, re.M)}
    return {"plain": found[""], "tls": found["tls-"]}


@pytest.fixture(scope="module")
def far_browser(
    line: Line,
    product: Cloud,
    playwright: Playwright,
    captures: list[list[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Browser]:
    """A Chromium on the line. It takes the relay's own certificate for good, and no other."""
    program = line.program(tmp_path_factory.mktemp("line"), CHROMIUM)
    certificate = product.data / "relay" / "certificate.pem"
    trusted = [f"--ignore-certificate-errors-spki-list={_fingerprint(certificate)}"] if certificate.exists() else []
    browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *captures[1], *trusted])
    yield browser
    browser.close()


def _fingerprint(certificate: Path) -> str:
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    ).decode()


@pytest.fixture
def far(far_browser: Browser, house: House) -> Iterator[Person]:
    """The guest on the line, not yet anywhere."""
    context = far_browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    person = Person(context.new_page(), house.guest_name(0), LOOKS[1])
    yield person
    context.close()
    person.no_foreign_requests(house.url)


def meet(arrive: Arrive, house: House, far: Person) -> Pair:
    """Host and guest in the meeting, seeing and hearing each other."""
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    house.open_guest(far, 0)
    far.join()
    host.admit(far.name)
    far.until("the room", far.inside)
    together(host, far)
    return host, far


def together(host: Person, far: Person) -> None:
    """Each sees the other's picture move and hears the other's tone, on one tile each."""
    for one, other in ((host, far), (far, host)):
        one.hears(other)
        one.sees(other)
        assert one.tile(other.name).count() == 1
        assert one.page.locator("li.tile").count() == 2


def joins(person: Person) -> int:
    return sum(url.endswith("/join") for url in person.requests)


def says_it_returns(person: Person) -> None:
    person.until("the word that the room is lost", person.on_the_way_back)


def path(person: Person) -> tuple[str, str]:
    """Which way the page says it takes: "direct" or "relayed", and how the relay is reached."""
    line = person.page.locator("#path")
    way = str(person.until("the way taken", lambda: line.get_attribute("data-way")))
    return way, str(line.get_attribute("data-protocol"))


@pytest.mark.parametrize("seconds", [5, 20])
def test_after_a_cut_all_is_as_before_without_a_click(
    arrive: Arrive, house: House, far: Person, line: Line, seconds: int
) -> None:
    host, far = meet(arrive, house, far)
    tile = host.tile(far.name).get_attribute("data-participant")
    host.say("avant")
    far.open_panel("chat")
    far.reads("avant")
    with line.cut():
        says_it_returns(far)
        host.say("pendant, d’ici")
        far.say("pendant, de là-bas")
        far.page.wait_for_timeout(seconds * 1000)
    far.until("the room again", lambda: not far.on_the_way_back())
    together(host, far)
    assert host.tile(far.name).get_attribute("data-participant") == tile
    for person in (host, far):
        person.until("all lines", lambda p=person: len(p.lines()) >= 3)  # type: ignore[misc]
        assert sorted(person.lines()) == ["avant", "pendant, de là-bas", "pendant, d’ici"]


def test_a_new_address_changes_nothing(arrive: Arrive, house: House, far: Person, line: Line) -> None:
    host, far = meet(arrive, house, far)
    tile = host.tile(far.name).get_attribute("data-participant")
    try:
        line.turn()
        far.until("the room again", lambda: far.inside() and not far.on_the_way_back())
        together(host, far)
        assert host.tile(far.name).get_attribute("data-participant") == tile
    finally:
        line.turn()


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
def test_where_the_direct_way_is_blocked_a_relay_is_taken_and_named(
    arrive: Arrive, house: House, far: Person, line: Line, relay: dict[str, int], way: str
) -> None:
    narrow = {
        "udp": lambda: line.only_udp_to(relay["plain"]),
        "tcp": lambda: line.only_tcp(relay["plain"]),
        "tls": lambda: line.only_tcp(relay["tls"]),
    }
    with narrow[way]():
        meet(arrive, house, far)
        assert path(far) == ("relayed", way)
    assert "relais" in (far.page.locator("#path").text_content() or "")


def test_the_direct_way_is_taken_where_it_is_open(arrive: Arrive, house: House, far: Person, line: Line) -> None:
    _, far = meet(arrive, house, far)
    assert path(far) == ("direct", "")


def test_a_network_that_begins_to_block_is_left_for_a_relay(
    arrive: Arrive, house: House, far: Person, line: Line, relay: dict[str, int]
) -> None:
    host, far = meet(arrive, house, far)
    with line.only_tcp(relay["plain"], relay["tls"]):
        says_it_returns(far)
        far.until("the room again", lambda: not far.on_the_way_back())
        together(host, far)
        assert path(far)[0] == "relayed"


def test_firefox_takes_the_relay_over_tcp_where_udp_is_blocked(
    arrive: Arrive, house: House, line: Line, relay: dict[str, int]
) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    guest = house.guest_name(0)
    command = line.words(str(NODE), str(SCRIPT), house.links[0], FIREFOX, host.name, *guest.split())
    with (
        line.only_tcp(relay["plain"]),
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as firefox,
    ):
        assert firefox.stdin is not None and firefox.stdout is not None
        host.page.locator(f"button[aria-label='Faire entrer {guest}']:visible").first.wait_for(timeout=90_000)
        host.admit(guest)
        host.until("the tile of Firefox", lambda: host.shows_tile(guest))
        host.frames_advance(host.tile(guest).locator("video"), "Firefox")
        seen = json.loads(firefox.stdout.readline())
        firefox.stdin.close()
    assert seen["moved"]
    assert seen["way"] == "relayed"


@pytest.mark.parametrize(("passage", "state"), [("relayed", "reserve"), ("blocked", "bad")])
def test_the_check_foretells_what_the_network_does(
    far: Person, product: Cloud, line: Line, relay: dict[str, int], passage: str, state: str
) -> None:
    ports = (relay["plain"], relay["tls"]) if passage == "relayed" else ()
    with line.only_tcp(*ports):
        far.page.goto(f"{product.url}/check")
        far.page.locator("#check-start").click()
        network = far.page.locator("#check-network")
        far.until("a verdict", lambda: network.get_attribute("data-passage"))
    assert (network.get_attribute("data-passage"), network.get_attribute("data-state")) == (passage, state)


def test_who_slept_is_back_in(arrive: Arrive, house: House, far: Person, line: Line) -> None:
    host, far = meet(arrive, house, far)
    asleep(line, host, until=lambda: not host.shows_tile(far.name))
    far.until("the room again", lambda: far.inside() and not far.on_the_way_back())
    host.until("the tile again", lambda: host.shows_tile(far.name))
    together(host, far)


def test_who_slept_through_the_end_is_told(arrive: Arrive, house: House, far: Person, line: Line) -> None:
    host, far = meet(arrive, house, far)

    def end() -> None:
        host.page.locator("#leave").click()
        host.page.locator("#leave-dialog button[value=end]").click()
        host.until("the end", lambda: host.out() == "ended")

    asleep(line, host, until=lambda: not host.shows_tile(far.name), then=end)
    far.until("the end", lambda: far.out() == "ended")


def asleep(line: Line, witness: Person, until: Callable[[], bool], then: Callable[[], None] = lambda: None) -> None:
    """Stops all processes of the browser on the line, as a closed lid does, until the witness sees that state; ``then``
    happens before it wakes."""
    pids = line.processes()
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        witness.until("that somebody sleeps", until)
        then()
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
