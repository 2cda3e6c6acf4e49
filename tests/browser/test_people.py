"""Waiting, roles, moderation, hands and what is written, among real browsers."""

from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person
from tests.browser.test_meeting import three


def notice(person: Person, text: str) -> None:
    """Waits for a line over the stage."""
    person.until(f"the line {text!r}", lambda: text in person.page.locator(".lines-above").inner_text())


def is_muted(person: Person, name: str) -> bool:
    return person.tile(name).locator(".name > .icon").is_visible()


def host_alone(arrive: Arrive, house: House) -> Person:
    host = arrive(0, house.host_name)
    house.open_host(host)
    host.join_inside()
    return host


def test_a_muted_person_is_heard_no_more_and_speaks_again_when_they_like(arrive: Arrive, house: House) -> None:
    host, anne, paul = three(arrive, house)
    paul.hears(anne)
    host.act("Couper le microphone", anne.name)
    notice(anne, f"{host.name} a coupé votre microphone")
    for person in (host, paul):
        person.until("the mark of mute", lambda p=person: is_muted(p, anne.name))  # type: ignore[misc]
        person.hears_no_more(anne)
    assert anne.page.locator("#microphone").get_attribute("aria-pressed") == "false"
    anne.page.locator("#microphone").click()
    paul.hears(anne)
    host.until("no mark", lambda: not is_muted(host, anne.name))


def test_a_mute_outlives_the_way_back_and_asking_leaves_the_choice(arrive: Arrive, house: House) -> None:
    host, anne, paul = three(arrive, house)
    host.act("Couper le microphone", anne.name)
    notice(anne, "a coupé votre microphone")
    anne.page.reload()
    anne.join_inside()
    host.until("the mark of mute", lambda: is_muted(host, anne.name))
    host.act("Demander d’activer le microphone", anne.name)
    notice(anne, f"{host.name} vous demande d’activer votre microphone")
    anne.page.get_by_role("button", name="Pas maintenant").click()
    assert is_muted(host, anne.name)
    host.act("Demander d’activer le microphone", anne.name)
    anne.page.get_by_role("alert").get_by_role("button", name="Activer le microphone").click()
    paul.hears(anne)


def test_a_camera_and_a_share_are_stopped(arrive: Arrive, house: House) -> None:
    host, anne, paul = three(arrive, house)
    anne.page.locator("#share").click()
    paul.until("the screen", paul.page.locator("li.tile.screen").is_visible)
    host.act("Arrêter le partage", anne.name)
    notice(anne, "a arrêté votre partage")
    host.act("Couper la caméra", anne.name)
    notice(anne, "a coupé votre caméra")
    for person in (host, paul):
        tile = person.page.locator("li.tile.camera").filter(has_text=anne.name)
        person.until("initials", tile.locator(".avatar").is_visible)
        person.until("no screen", lambda p=person: p.page.locator("li.tile.screen").count() == 0)  # type: ignore[misc]
    assert anne.page.locator("#camera").get_attribute("aria-pressed") == "false"
    anne.page.locator("#camera").click()
    paul.sees(anne)


def test_a_co_host_lets_people_in_and_the_host_role_is_handed_over(arrive: Arrive, house: House) -> None:
    host = host_alone(arrive, house)
    anne = arrive(1, house.guest_name(0))
    house.open_guest(anne, 0)
    anne.join()
    host.admit(anne.name)
    anne.until("the room", anne.inside)
    host.act("Nommer co-organisateur", anne.name)
    notice(anne, "le rôle de co-organisateur")
    host.leave()
    host.until("the end page", lambda: host.out() == "left")
    paul = arrive(2, house.guest_name(1))
    house.open_guest(paul, 1)
    paul.join()
    anne.admit(paul.name)
    paul.until("the room", paul.inside)
    host.page.locator("#again").click()
    host.join_inside()
    host.act("Confier le rôle d’organisateur", anne.name)
    host.page.locator("#question button[value=yes]").click()
    notice(anne, "le rôle d’organisateur")
    anne.page.locator("#leave").click()
    anne.page.locator("#leave-end").click()
    for person in (host, anne, paul):
        person.until("the end", lambda p=person: p.out() == "ended")  # type: ignore[misc]


def test_a_guest_knows_where_they_stand_and_keeps_the_place_over_a_reload(arrive: Arrive, house: House) -> None:
    guest = arrive(1, house.guest_name(0))
    house.open_guest(guest, 0)
    guest.join()
    guest.until("the waiting room", guest.waits)
    lead = guest.page.locator("#preview-lead")
    guest.until("that the host is away", lambda: "n’est pas encore là" in lead.inner_text())
    guest.page.reload()
    guest.until("the waiting room again, without a click", guest.waits)
    host = host_alone(arrive, house)
    guest.until("that the host is there", lambda: "sait que vous attendez" in lead.inner_text())
    host.until("the name", lambda: guest.name in host.page.locator("#door").inner_text())
    host.page.locator(f"button[aria-label='Refuser l’entrée à {guest.name}']:visible").first.click()
    host.page.locator("#question-word").fill("Je vous rappelle demain")
    host.page.locator("#question button[value=yes]").click()
    guest.until("the refusal", lambda: guest.out() == "refused")
    assert "Je vous rappelle demain" in guest.words()


def test_all_are_let_in_at_once_and_a_locked_room_lets_nobody_in(arrive: Arrive, house: House) -> None:
    host = host_alone(arrive, house)
    guests = [arrive(number, house.guest_name(number - 1)) for number in (1, 2)]
    for number, guest in enumerate(guests):
        house.open_guest(guest, number)
        guest.join()
        guest.until("the waiting room", guest.waits)
    host.open_panel("people")
    host.page.locator("#admit-all").click()
    for guest in guests:
        guest.until("the room", guest.inside)
    host.page.locator("#door-locked").check()
    notice(guests[0], "est verrouillée")
    host.remove(guests[1].name)
    guests[1].until("the removal", lambda: guests[1].out() == "removed")
    host.page.locator("#door-invited").check()
    guests[0].page.reload()
    guests[0].join_inside()


def test_hands_stand_in_order_and_reactions_are_seen(arrive: Arrive, house: House) -> None:
    host, anne, paul = three(arrive, house)
    for person in (paul, anne):
        person.page.locator("#hand").click()
        person.page.locator("#hand-toggle").click()
        notice(host, f"{person.name} lève la main")
    marks = [host.tile(person.name).locator(".hand-mark") for person in (paul, anne)]
    for turn, mark in enumerate(marks, 1):
        host.until("the number", lambda m=mark, t=turn: m.is_visible() and m.inner_text().strip() == str(t))  # type: ignore[misc]
    host.open_panel("people")
    first = host.page.locator("#persons .person").first
    assert paul.name in first.inner_text()
    host.act("Baisser la main", paul.name)
    notice(paul, f"{host.name} a baissé votre main")
    host.until("one mark less", lambda: not marks[0].is_visible())
    paul.page.locator("#hand").click()
    paul.page.get_by_role("button", name="Bravo").click()
    host.until("the reaction", host.tile(paul.name).locator(".reaction").is_visible)
    assert "Bravo" in host.page.locator("#whispers").inner_text()


def test_a_hand_is_still_up_after_the_way_back(arrive: Arrive, house: House) -> None:
    host, anne, _ = three(arrive, house)
    anne.page.locator("#hand").click()
    anne.page.locator("#hand-toggle").click()
    host.until("the hand", host.tile(anne.name).locator(".hand-mark").is_visible)
    anne.page.reload()
    anne.join_inside()
    host.until("the hand again", host.tile(anne.name).locator(".hand-mark").is_visible)
    assert "active" in (anne.page.locator("#hand").get_attribute("class") or "")


def test_lines_have_links_breaks_and_answers(arrive: Arrive, house: House) -> None:
    host, anne, _ = three(arrive, house)
    anne.say("Voir https://iboo.example/plan, <b>demain</b>")
    anne.page.locator("#compose-body").press("Shift+Enter")
    anne.page.locator("#compose-body").fill("un\ndeux")
    anne.page.locator("#compose-body").press("Enter")
    host.until("the unread count", lambda: host.page.locator("#chat .count").inner_text() == "2")
    host.open_panel("chat")
    link = host.page.locator("#lines a")
    host.until("the link", link.is_visible)
    assert (link.get_attribute("href"), link.inner_text()) == ("https://iboo.example/plan",) * 2
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    assert host.lines()[1] == "un\ndeux"
    host.page.locator("#lines li[data-seq]").first.locator(".reply").click()
    host.say("D’accord")
    quote = anne.page.locator("#lines .quote")
    anne.until("the quote", quote.is_visible)
    assert "Voir https://iboo.example/plan" in quote.inner_text()


def test_what_is_kept_nowhere_is_read_by_who_is_there_and_by_who_comes_later(arrive: Arrive, house: House) -> None:
    planner = arrive(0, house.host_name)
    planner.page.goto(f"{house.url}/meetings/{house.occurrence.rpartition('-')[0]}/edit")
    planner.page.locator("[name=keep]").select_option("none")
    planner.page.locator("main form button[type=submit]").click()
    planner.page.wait_for_url("**?done=changed")
    host = host_alone(arrive, house)
    guest = arrive(1, house.guest_name(0))
    house.open_guest(guest, 0)
    guest.join()
    host.admit(guest.name)
    guest.until("the room", guest.inside)
    host.say("Entre nous")
    guest.open_panel("chat")
    guest.reads("Entre nous")
    assert "Gardés nulle part" in guest.page.locator("#chat-panel").inner_text()
    late = arrive(2, house.guest_name(1))
    house.open_guest(late, 1)
    late.join()
    host.admit(late.name)
    late.until("the room", late.inside)
    late.open_panel("chat")
    late.reads("Entre nous")
    guest.page.reload()
    guest.join_inside()
    guest.open_panel("chat")
    guest.reads("Entre nous")
    posted = [url for person in (host, guest, late) for url in person.requests if url.endswith("/chat")]
    assert posted == [], "nothing of it went to the functions"
