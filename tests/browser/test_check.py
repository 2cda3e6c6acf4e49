"""The check before a meeting: what it finds, in a sentence, and what it comes to."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from dev.cloud import Cloud
from tests.browser.captures import LOOKS
from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.person import Person
from tests.browser.test_accessibility import faults

NO_DEVICE = "navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('{text}', '{name}'); }};"


@pytest.fixture
def visitor(browsers: list[Browser], product: Cloud) -> Iterator[Person]:
    """Somebody without account or invitation."""
    context = browsers[0].new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    person = Person(context.new_page(), "Visiteur", LOOKS[0])
    yield person
    context.close()
    assert person.complaints == []
    person.no_foreign_requests(product.url)


def check(person: Person, product: Cloud) -> None:
    """Opens the page and starts."""
    person.page.goto(f"{product.url}/check")
    person.page.locator("#check-start").click()


def state(person: Person, thing: str) -> str:
    return str(person.page.locator(f"#check-{thing}").get_attribute("data-state"))


def finds(person: Person, **states: str) -> None:
    """Waits until each thing is found so."""
    for thing, wanted in states.items():
        person.until(f"{thing} {wanted}", lambda t=thing, w=wanted: state(person, t) == w)  # type: ignore[misc]


def hear_the_tone(person: Person, heard: bool) -> None:
    person.page.locator("#check-play").click()
    answer = person.page.locator("#check-yes" if heard else "#check-no")
    person.until("the question", answer.is_visible)
    answer.click()


def test_when_all_is_well_the_verdict_says_so(visitor: Person, product: Cloud) -> None:
    check(visitor, product)
    finds(visitor, network="good", microphone="good", camera="good")
    visitor.frames_advance(visitor.page.locator("#check-mirror"), "oneself")
    hear_the_tone(visitor, True)
    finds(visitor, speaker="good")
    assert visitor.page.locator("#check").get_attribute("data-outcome") == "ready"
    assert faults(visitor) == []
    assert visitor.page.locator("#check-title").inner_text() == "Tout est prêt"
    assert "directement" in visitor.page.locator("#check-network").inner_text()


def test_who_hears_nothing_is_told_what_to_try_and_can_listen_again(visitor: Person, product: Cloud) -> None:
    check(visitor, product)
    hear_the_tone(visitor, False)
    finds(visitor, speaker="reserve", network="good")
    assert "casque" in visitor.page.locator("#check-speaker").inner_text()
    hear_the_tone(visitor, True)
    finds(visitor, speaker="good")


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [("NotAllowedError", "no", "à gauche de l’adresse"), ("NotFoundError", "none", "Branchez-en un")],
)
def test_a_device_that_is_not_to_be_had_is_explained_and_leaves_a_reserve(
    visitor: Person, product: Cloud, name: str, text: str, shown: str
) -> None:
    visitor.page.add_init_script(NO_DEVICE.format(name=name, text=text))
    check(visitor, product)
    finds(visitor, network="good", microphone="reserve", camera="reserve")
    assert shown in visitor.words()
    assert faults(visitor) == []
    hear_the_tone(visitor, True)
    assert visitor.page.locator("#check").get_attribute("data-outcome") == "partly"


def test_a_silent_microphone_is_noticed(visitor: Person, product: Cloud) -> None:
    visitor.page.add_init_script(
        """AudioContext.prototype.createMediaStreamSource = function () { return new ConstantSourceNode(this); };"""
    )
    check(visitor, product)
    finds(visitor, microphone="reserve")
    assert "Nous n’entendons rien" in visitor.words()


def test_servers_that_do_not_answer_are_no_verdict_on_the_network(visitor: Person, product: Cloud) -> None:
    visitor.page.route("**/api/check", lambda route: route.abort())
    check(visitor, product)
    finds(visitor, network="reserve")
    assert visitor.page.locator("#check-network").get_attribute("data-passage") == "untried"


def test_invitation_and_guests_door_lead_to_the_check(arrive: Arrive, house: House) -> None:
    guest = arrive(1, house.guest_name(0))
    guest.page.goto(house.links[0])
    guest.page.locator("a[href='/check']").click()
    guest.until("the check", guest.page.locator("#check-start").is_visible)
