"""What a host sees of the people invited: who was reached, who comes; putting an address right."""

import re
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page

from dev.cloud import Cloud
from tests.browser.conftest import Arrive
from tests.browser.house import ZONE, House, link_in_mail
from tests.browser.person import Person

A_READING = 150.0
"""Seconds in which the schedule has surely read the mailbox."""
SIX = {
    "Ana Um": "ana@six.example",
    "Ben Dos": "ben@bounce.example",
    "Cem Drei": "cem@six.example",
    "Dia Quatre": "dia@six.example",
    "Eva Cinq": "eva@six.example",
    "Fay Six": "fay@slow.example",
}


def plan(host: Person, house: House) -> None:
    """A meeting of six externals, by the form."""
    page, start = host.page, datetime.now(ZoneInfo(ZONE)) + timedelta(days=2)
    page.goto(f"{house.url}/meetings/new")
    page.locator("[name=title]").fill("Comité des six")
    page.locator("[name=date]").fill(start.strftime("%Y-%m-%d"))
    page.locator("[name=time]").fill("10:00")
    page.locator("[name=invitees]").fill("; ".join(f"{name} <{email}>" for name, email in SIX.items()))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/meetings/\w+\?done=planned"))


def line(page: Page, name: str) -> Locator:
    return page.locator("section[aria-labelledby=invitees] .list > li", has_text=name)


def seen(page: Page, name: str, words: str) -> None:
    """The host looks again until a line says it: the mailbox is read once a minute."""
    deadline = time.monotonic() + A_READING
    while words not in line(page, name).inner_text():
        assert time.monotonic() < deadline, f"{words} never stood beside {name}: {line(page, name).inner_text()}"
        page.wait_for_timeout(500)
        page.reload()


def decline(cloud: Cloud, page: Page, email: str) -> None:
    """Answers the last invitation as a calendar would."""
    letter = next(mail for mail in cloud.mail(to=email))
    page.goto(f"{cloud.url}/_mailbox/{letter['id']}")
    page.get_by_role("button", name="Decline").click()
    page.get_by_role("status").wait_for()


def test_a_host_sees_who_was_not_reached_and_who_declines_and_puts_an_address_right(
    arrive: Arrive, house: House
) -> None:
    host = arrive(0, house.host_name)
    plan(host, house)
    page, address = host.page, host.page.url.partition("?")[0]
    dead = link_in_mail(house.cloud, SIX["Ben Dos"], r"/i/[\w.~-]+", set())
    eva = arrive(1, "Eva Cinq")
    decline(house.cloud, eva.page, SIX["Eva Cinq"])

    page.goto(address)
    seen(page, "Eva Cinq", "Décline")
    seen(page, "Ben Dos", "Non distribuée")
    seen(page, "Fay Six", "Retardée")
    assert "Personne n’a cette adresse" in line(page, "Ben Dos").inner_text()
    assert "1 décline" in page.locator("section[aria-labelledby=invitees]").inner_text()
    assert page.get_by_role("button", name="Corriger et renvoyer").count() == 1

    page.get_by_label("Adresse corrigée").fill("ben@six.example")
    page.get_by_role("button", name="Corriger et renvoyer").click()
    host.until("what was done", lambda: "L’adresse est corrigée" in page.get_by_role("status").first.inner_text())
    assert "ben@six.example" in line(page, "Ben Dos").inner_text()
    assert "bounce.example" not in page.content() and line(page, "Ben Dos").count() == 1
    found = link_in_mail(house.cloud, "ben@six.example", r"/i/[\w.~-]+", set())
    for link, status in ((dead, 404), (found, 200)):
        answer = eva.page.request.get(link)
        assert answer.status == status
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "on a phone nothing stands out of the page"
