"""The cookie banner in a real browser: refusing is as big and as near as accepting."""

import pytest

from tests.browser.conftest import Arrive
from tests.browser.house import House


@pytest.mark.parametrize("width", [390, 1280])
def test_f17_accept_and_refuse_have_one_size_one_look_and_one_line(arrive: Arrive, house: House, width: int) -> None:
    stranger = arrive(1, "Personne")
    stranger.page.set_viewport_size({"width": width, "height": 844})
    stranger.page.goto(f"{house.url}/signin")
    refuse, accept = (
        stranger.page.locator(f'.choices-buttons button[value="{value}"]').first for value in ("refuse", "accept")
    )
    one, other = refuse.bounding_box(), accept.bounding_box()
    assert one is not None and other is not None
    assert (one["width"], one["height"], one["y"]) == (other["width"], other["height"], other["y"])
    look = "one => { const s = getComputedStyle(one); return [s.color, s.backgroundColor, s.fontSize, s.fontWeight] }"
    assert refuse.evaluate(look) == accept.evaluate(look)


def test_f17_the_first_page_asks_nobody_else_and_one_click_ends_the_question(arrive: Arrive, house: House) -> None:
    stranger = arrive(1, "Personne")
    stranger.page.goto(f"{house.url}/signin")
    stranger.page.locator('.choices-buttons button[value="refuse"]').first.click()
    stranger.page.wait_for_url(f"{house.url}/signin")
    assert stranger.page.locator(".choices").count() == 0
    choice = next(one for one in stranger.page.context.cookies() if one.get("name") == "__Host-choice")
    assert "payment" not in choice.get("value", "payment")
    stranger.no_foreign_requests(house.url)
