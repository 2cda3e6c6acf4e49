"""Planning a series, and adding people to a meeting that is on, in real browsers."""

import re

from tests.browser.conftest import Arrive
from tests.browser.house import House, link_in_mail
from tests.browser.test_people import host_alone


def test_the_form_says_which_dates_a_series_has_while_it_is_filled_in(arrive: Arrive, house: House) -> None:
    host = arrive(0, house.host_name)
    page = host.page
    page.goto(f"{house.url}/meetings/new")
    words, days = page.locator("[data-series-words]"), page.locator(".series-days")
    assert not words.is_visible() and not days.is_visible()
    page.locator("[name=repeat]").select_option("weekly")
    host.until("the days", days.is_visible)
    page.locator("[name=day_2]").check()
    page.locator("[name=count]").fill("4")
    host.until("the sentence", lambda: re.match(r"Chaque semaine, le mercredi à .*4\sdates", words.inner_text()))
    page.locator("[name=repeat]").select_option("monthly_weekday")
    host.until("the days gone", lambda: not days.is_visible())
    page.locator("[name=repeat]").select_option("")
    host.until("the series gone", lambda: not words.is_visible())


def test_a_host_adds_people_from_the_room_by_mail_and_by_a_link(arrive: Arrive, house: House) -> None:
    host = host_alone(arrive, house)
    page = host.page
    host.open_panel("people")
    page.locator("#adding summary").click()
    page.locator("#adding-addresses").fill("nouveau@client.example")
    page.locator("#adding-form button[type=submit]").click()
    host.until("the word", lambda: "L’invitation est partie" in page.locator("#adding-said").inner_text())
    assert link_in_mail(house.cloud, "nouveau@client.example", r"/i/[\w.~-]+", set())
    page.locator("#adding-link").click()
    text = page.locator("#adding-text")
    link = host.until("the link", lambda: re.search(r"https?://\S+/r/\S+", text.input_value()))
    guest = arrive(1, "Paul Roux")
    guest.page.goto(link[0])
    guest.page.locator("[name=first_name]").fill("Paul")
    guest.page.locator("[name=name]").fill("Roux")
    guest.page.locator("main form button[type=submit]").click()
    guest.join()
    guest.until("the waiting room", guest.waits)
    host.admit("Paul Roux")
    guest.until("the room", guest.inside)
