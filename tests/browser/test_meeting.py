"""A host and two guests: they see and hear each other, talk, share, come and go."""

import json

from playwright.sync_api import Route

from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person

GATE_HAS_RUN = """() => performance.getEntriesByType("resource").some(
  (one) => one.name.includes("/room/gate.js") && one.responseEnd > 0)"""


def three(arrive: Arrive, house: House) -> tuple[Person, Person, Person]:
    """The host inside, two guests admitted."""
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    guests = [arrive(number, house.guest_name(number - 1)) for number in (1, 2)]
    for number, guest in enumerate(guests):
        house.open_guest(guest, number)
        guest.join()
        guest.until("the waiting room", guest.waits)
        host.admit(guest.name)
        guest.until("the room", guest.inside)
    return host, guests[0], guests[1]


def nothing_here(person: Person, secret: str) -> bool:
    """Whether neither the page nor a click on what it offers lets this person in or shows the secret."""
    join = person.page.locator("#join")
    if join.is_visible():
        join.click()
        person.until("to be out", person.out)
    return not person.inside() and secret not in person.words() and person.page.locator("[name=name]").count() == 0


def knock_with_the_old_pass(person: Person) -> int:
    """The status of a join with the cookies this browser still has."""
    room = json.loads(person.page.locator("#room-data").text_content() or "{}")
    return int(
        person.page.evaluate(
            """async (occurrence) => {
              const csrf = document.querySelector("meta[name=csrf-token]").content;
              const headers = { "Content-Type": "application/sdp", "X-CSRF-Token": csrf };
              const url = `/api/occurrences/${occurrence}/join`;
              return (await fetch(url, { method: "POST", headers, body: "v=0" })).status;
            }""",
            room["occurrence"],
        )
    )


def test_three_people_see_and_hear_each_other(arrive: Arrive, house: House) -> None:
    people = three(arrive, house)
    for person in people:
        for other in people:
            if other is not person:
                person.sees(other)
                person.hears(other)
        assert not person.loud(person.look.tone), "one's own voice comes back"


def test_a_press_before_the_page_has_woken_up_counts(arrive: Arrive, house: House) -> None:
    guest = arrive(1, house.guest_name(0))
    held: list[Route] = []
    guest.page.route("**/room/main.js*", lambda route: held.append(route))
    house.open_guest(guest, 0)
    guest.until("the page's first script", lambda: held and guest.page.evaluate(GATE_HAS_RUN))
    guest.page.locator("#join").click()
    held[0].continue_()
    guest.until("the waiting room", guest.waits)


def test_everybody_reads_every_line_once_and_in_the_same_order(arrive: Arrive, house: House) -> None:
    host, anne, paul = three(arrive, house)
    said = [(host, "Bonjour"), (anne, "Bonjour !"), (paul, "<b>bonjour</b>"), (host, "On commence"), (host, "1 2 3")]
    for number, (person, text) in enumerate(said):
        person.say(text)
        person.until("one's own line", lambda p=person, n=number: len(p.lines()) == n + 1)  # type: ignore[misc]
    for person in (host, anne, paul):
        person.reads(*(text for _, text in said))


def test_a_late_joiner_reads_what_was_said_before(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    said = [f"Point {number}" for number in range(1, 9)]
    for number, text in enumerate(said):
        host.say(text)
        host.until("one's own line", lambda n=number: len(host.lines()) == n + 1)  # type: ignore[misc]
    late = arrive(1, house.guest_name(0))
    house.open_guest(late, 0)
    late.join()
    host.admit(late.name)
    late.until("the room", late.inside)
    late.open_panel("chat")
    late.reads(*said)


def test_a_host_sees_who_waits_and_hears_a_bell(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    host.page.add_init_script(
        """window.tones = [];
        window.OscillatorNode = class extends OscillatorNode {
          start(at) { window.tones.push(this.frequency.value); super.start(at); }
        };"""
    )
    house.open_host(host)
    host.join_inside()
    guest = arrive(1, house.guest_name(0))
    house.open_guest(guest, 0)
    guest.join()
    host.until("the name", lambda: guest.name in host.page.locator("#door").inner_text())
    assert host.page.evaluate("window.tones.length") == 2
    assert host.page.locator("#people .count").inner_text() == "1"
    guest.page.locator("#give-up").click()
    host.until("that nobody waits", lambda: not host.page.locator("#door").is_visible())


def test_a_refused_guest_gets_nothing_and_a_new_tab_changes_nothing(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    host.say("Entre nous")
    refused = arrive(1, house.guest_name(0))
    house.open_guest(refused, 0)
    refused.join()
    refused.until("the waiting room", refused.waits)
    host.refuse(refused.name)
    refused.until("the refusal", lambda: refused.out() == "refused")
    refused.page.reload()
    refused.until("the refusal again", lambda: nothing_here(refused, "Entre nous"))
    again = Person(refused.page.context.new_page(), refused.name, refused.look)
    again.page.goto(house.links[0])
    assert nothing_here(again, "Entre nous")
    stranger = arrive(2, refused.name)
    stranger.page.goto(house.links[0])
    assert nothing_here(stranger, "Entre nous")
    assert not host.shows_tile(refused.name)


def test_a_removed_guest_stays_out_with_every_tab(arrive: Arrive, house: House) -> None:
    host, removed, stays = three(arrive, house)
    host.remove(removed.name)
    removed.until("the removal", lambda: removed.out() == "removed")
    for person in (host, stays):
        person.until("one tile less", lambda p=person: not p.shows_tile(removed.name))  # type: ignore[misc]
    assert knock_with_the_old_pass(removed) == 403
    removed.page.reload()
    removed.until("the removal again", lambda: nothing_here(removed, stays.name))
    again = Person(removed.page.context.new_page(), removed.name, removed.look)
    again.page.goto(house.links[0])
    assert nothing_here(again, stays.name)
    stranger = arrive(0, removed.name)
    stranger.page.goto(house.links[0])
    assert nothing_here(stranger, stays.name)
    assert not host.shows_tile(removed.name)
    stays.sees(host)

    # A mistaken click is not for good.
    host.open_panel("people")
    host.page.locator(f"#put-out button[aria-label='Laisser revenir {removed.name}']").click()
    host.until("nobody is out", lambda: host.page.locator("#put-out").is_hidden())
    house.open_guest(removed, 0)
    removed.page.locator("#join").click()
    removed.until("the room", removed.inside)
    host.sees(removed)


def test_a_shared_screen_is_seen_large_by_the_others(arrive: Arrive, house: House) -> None:
    host, anne, paul = three(arrive, house)
    anne.page.locator("#share").click()
    for person in (host, paul):
        shared = person.page.locator("li.tile.screen video")
        person.until("the shared screen", shared.is_visible)
        person.frames_advance(shared, "the shared screen")
        person.sees(anne)
    anne.page.locator("#share").click()
    for person in (host, paul):
        person.until("the end of sharing", lambda p=person: not p.page.locator("li.tile.screen").is_visible())  # type: ignore[misc]


def test_muting_and_hiding_is_shown_to_all_and_kept_from_all(arrive: Arrive, house: House) -> None:
    host, anne, paul = three(arrive, house)
    host.hears(anne)
    anne.page.locator("#microphone").click()
    anne.page.locator("#camera").click()
    for person in (host, paul):
        tile = person.tile(anne.name)
        person.until("the mark of mute", tile.locator(".name > .icon").is_visible)
        person.until("initials", tile.locator(".avatar").is_visible)
        person.hears_no_more(anne)
    anne.page.locator("#camera").click()
    host.sees(anne)


def test_leaving_is_noticed_and_coming_back_is_the_same_tile(arrive: Arrive, house: House) -> None:
    host, anne, paul = three(arrive, house)
    anne.leave()
    anne.until("the end page", lambda: anne.out() == "left")
    host.until("one tile less", lambda: not host.shows_tile(anne.name))
    anne.page.locator("#again").click()
    anne.join_inside()
    host.sees(anne)
    paul.page.close()
    host.until("a closed tab", lambda: not host.shows_tile(paul.name))


def test_a_second_tab_takes_the_place_of_the_first(arrive: Arrive, house: House) -> None:
    host, anne, _ = three(arrive, house)
    second = Person(anne.page.context.new_page(), anne.name, anne.look)
    second.page.goto(anne.page.url)
    second.join_inside()
    anne.until("the word that it was replaced", lambda: anne.out() == "replaced")
    assert host.shows_tile(anne.name)
    host.sees(anne)


def test_ending_ends_it_for_all(arrive: Arrive, house: House) -> None:
    host, anne, paul = three(arrive, house)
    host.page.locator("#leave").click()
    host.page.locator("#leave-dialog button[value=end]").click()
    for person in (host, anne, paul):
        person.until("the end", lambda p=person: p.out() == "ended")  # type: ignore[misc]


def test_who_has_no_camera_and_no_microphone_listens(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    listener = arrive(1, house.guest_name(0))
    listener.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"
    )
    house.open_guest(listener, 0)
    listener.until("the reason", listener.page.locator("#preview-faults p").count)
    listener.page.locator("#join").click()
    host.admit(listener.name)
    listener.until("the room", listener.inside)
    listener.sees(host)
    listener.hears(host)


def test_a_lost_media_path_is_found_again_without_a_click(arrive: Arrive, house: House) -> None:
    people = host, anne, paul = three(arrive, house)
    anne.page.locator("#microphone").click()
    host.until("the mark of mute", host.tile(anne.name).locator(".name > .icon").is_visible)
    house.pause_media()
    for person in people:
        person.until("the word that the room is lost", person.on_the_way_back)
    host.say("Toujours là ?")
    house.resume_media()
    for person in people:
        person.until("the room", lambda p=person: not p.on_the_way_back() and p.inside())  # type: ignore[misc]
        person.open_panel("chat")
        person.reads("Toujours là ?")
        for other in people:
            if other is not person:
                person.sees(other)
    host.hears(paul)
    assert host.tile(anne.name).locator(".name > .icon").is_visible()
