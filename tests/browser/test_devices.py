"""Devices that are denied, missing, taken, unplugged and held, and the keyboard: nobody reloads the page."""

from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person

SCRIPTED = """
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.devices = { faults: {}, given: [] };
navigator.mediaDevices.getUserMedia = async (wish) => {
  for (const kind of ["audio", "video"]) {
    if (wish[kind] && window.devices.faults[kind]) throw new DOMException("scripted", window.devices.faults[kind]);
  }
  const stream = await real(wish);
  window.devices.given.push(...stream.getTracks());
  return stream;
};
window.unplug = (kind, fault) => {
  window.devices.faults[kind] = fault;
  for (const track of window.devices.given.filter((one) => one.kind === kind && one.readyState === "live")) {
    track.stop();
    track.dispatchEvent(new Event("ended"));
  }
};
window.plug = (kind) => {
  delete window.devices.faults[kind];
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
};
window.hold = (kind, held) => {
  for (const track of window.devices.given.filter((one) => one.kind === kind && one.readyState === "live")) {
    Object.defineProperty(track, "muted", { value: held, configurable: true });
    track.dispatchEvent(new Event(held ? "mute" : "unmute"));
  }
};
"""
"""Real fake devices of Chromium, which a test takes away and gives back as a system would."""


def meet(arrive: Arrive, house: House, faults: str = "") -> tuple[Person, Person]:
    """Host and guest inside; the guest's devices follow the script."""
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    guest = arrive(1, house.guest_name(0))
    guest.page.add_init_script(SCRIPTED + faults)
    house.open_guest(guest, 0)
    guest.until("the preview", guest.page.locator("#join").is_enabled)
    guest.page.locator("#join").click()
    host.admit(guest.name)
    guest.until("the room", guest.inside)
    return host, guest


def is_told(person: Person, words: str) -> None:
    person.until(f"the words {words!r}", lambda: words in person.page.locator("#notices").inner_text())


def shown_muted(host: Person, guest: Person) -> bool:
    return bool(host.tile(guest.name).locator(".name > .icon").first.is_visible())


def test_a_microphone_unplugged_and_plugged_in_again_is_heard_again(arrive: Arrive, house: House) -> None:
    host, guest = meet(arrive, house)
    host.hears(guest)
    guest.page.evaluate("unplug('audio', 'NotFoundError')")
    is_told(guest, "Aucun microphone trouvé")
    host.hears_no_more(guest)
    guest.page.evaluate("plug('audio')")
    is_told(guest, "marche à nouveau")
    host.hears(guest)


def test_a_camera_another_program_takes_comes_back_when_it_is_free(arrive: Arrive, house: House) -> None:
    host, guest = meet(arrive, house)
    host.sees(guest)
    guest.page.evaluate("unplug('video', 'NotReadableError')")
    is_told(guest, "utilisée par une autre application")
    host.until("initials", host.tile(guest.name).locator(".avatar").is_visible)
    guest.page.evaluate("delete devices.faults.video")
    host.sees(guest)


def test_a_camera_denied_and_then_permitted_is_seen_without_a_reload(arrive: Arrive, house: House) -> None:
    host, guest = meet(arrive, house, "devices.faults.video = 'NotAllowedError';")
    assert guest.page.locator("#camera").get_attribute("aria-pressed") == "false"
    guest.page.evaluate("delete devices.faults.video")
    guest.page.locator("#camera").click()
    host.sees(guest)


def test_a_phone_call_is_named_and_its_end_brings_the_voice_back(arrive: Arrive, house: House) -> None:
    host, guest = meet(arrive, house)
    host.hears(guest)
    guest.page.evaluate("hold('audio', true)")
    is_told(guest, "appel téléphonique")
    host.until("the mark of mute", lambda: shown_muted(host, guest))
    guest.page.evaluate("hold('audio', false)")
    host.until("no mark of mute", lambda: not shown_muted(host, guest))
    host.hears(guest)


def test_the_space_bar_speaks_while_it_is_held(arrive: Arrive, house: House) -> None:
    host, guest = meet(arrive, house)
    keys = guest.page.keyboard
    guest.page.evaluate("document.activeElement.blur()")
    keys.press("m")
    host.until("the mark of mute", lambda: shown_muted(host, guest))
    keys.down(" ")
    host.until("no mark of mute", lambda: not shown_muted(host, guest))
    host.hears(guest)
    keys.up(" ")
    host.until("the mark of mute again", lambda: shown_muted(host, guest))


def test_letters_press_buttons_but_not_while_one_writes_nor_when_switched_off(arrive: Arrive, house: House) -> None:
    _, guest = meet(arrive, house)
    keys, camera = guest.page.keyboard, guest.page.locator("#camera")
    guest.page.evaluate("document.activeElement.blur()")
    keys.press("v")
    guest.until("the camera off", lambda: camera.get_attribute("aria-pressed") == "false")
    keys.press("c")
    body = guest.page.locator("#compose-body")
    guest.until("the messages", body.is_visible)
    body.focus()
    keys.type("vm ?")
    assert body.input_value() == "vm ?"
    assert camera.get_attribute("aria-pressed") == "false"
    guest.page.evaluate("document.activeElement.blur()")
    keys.press("?")
    guest.until("the list", guest.page.locator("#keys-dialog").is_visible)
    assert "Espace" in guest.page.locator("#keys-dialog").inner_text()
    guest.page.locator("#keys-on").uncheck()
    keys.press("Escape")
    guest.page.evaluate("document.activeElement.blur()")
    keys.press("v")
    keys.press("v")
    keys.press("v")
    assert camera.get_attribute("aria-pressed") == "false"


def test_sound_only_sends_and_receives_no_picture(arrive: Arrive, house: House) -> None:
    host, guest = meet(arrive, house)
    guest.sees(host)
    guest.page.locator("#more").click()
    guest.page.locator("#view").click()
    guest.page.locator("#view-sound-only").check()
    guest.until("initials", guest.tile(host.name).locator(".avatar").is_visible)
    host.until("initials", host.tile(guest.name).locator(".avatar").is_visible)
    guest.hears(host)
    host.until(
        "that nobody is sent the picture",
        lambda: guest.page.evaluate("document.querySelectorAll('li.tile video:not([hidden])').length") == 0,
    )
    guest.page.locator("#view-sound-only").uncheck()
    guest.sees(host)
