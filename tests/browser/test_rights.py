"""Rights in a real browser: without account, by keyboard alone, with nothing axe would complain of."""

from tests.browser.conftest import Arrive
from tests.browser.house import House
from tests.browser.test_accessibility import faults


def test_a_stranger_asks_by_keyboard_and_follows_the_request(arrive: Arrive, house: House) -> None:
    stranger = arrive(1, "Personne")
    page = stranger.page
    page.goto(f"{house.url}/rights")
    assert faults(stranger) == []
    page.locator("#field-right").focus()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    page.keyboard.type("zoe@example.fr")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rights/*.*")
    assert "CNIL" in stranger.words()
    assert page.locator("#field-code").is_visible()
    assert faults(stranger) == []
    stranger.no_foreign_requests(house.url)
