"""The product as people reach it: the local cloud, a host with an account, a meeting with guests by mail."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyotp
from playwright.sync_api import Browser, Page

from dev.cloud import Cloud
from tests.browser.person import PATIENCE, Person
from tests.browser.recorded import forget_tries

ROOT = Path(__file__).parents[2]
PASSWORD = "une phrase que personne ne devine 42"
HOST = ("Anne", "Dupont", "anne@morel.example")
Guest = tuple[str, str, str]
"""First name, name, address."""
GUESTS: tuple[Guest, ...] = (
    ("Léa", "Martin", "lea@client.example"),
    ("Karim", "Benali", "karim+loire@client.example"),
)
ZONE = "Europe/Paris"


class House:
    """One meeting of a signed-in host with invited guests, who have to wait."""

    host_name = f"{HOST[0]} {HOST[1]}"

    def __init__(self, cloud: Cloud, host_state: Any, page: Page, guests: tuple[Guest, ...] = GUESTS) -> None:
        """``page`` belongs to the host and plans the meeting; it may be closed afterwards."""
        self.cloud = cloud
        self._guests = guests
        self.url = cloud.url
        self.host_state = host_state
        self.links: list[str] = []
        self._room = self._plan(page)

    def guest_name(self, number: int) -> str:
        """First name and name of the guest of that number, from 0."""
        return f"{self._guests[number][0]} {self._guests[number][1]}"

    @property
    def occurrence(self) -> str:
        """The id of the meeting's one date."""
        return self._room.rpartition("/")[2]

    def open_host(self, person: Person) -> None:
        """Brings the host to the preview."""
        person.page.goto(self._room)

    def open_guest(self, person: Person, number: int) -> None:
        """Brings a guest to the preview: personal link, first name, name."""
        first_name, name, _ = self._guests[number]
        person.page.goto(self.links[number])
        person.page.locator("[name=first_name]").fill(first_name)
        person.page.locator("[name=name]").fill(name)
        person.page.locator("main form button[type=submit]").click()
        person.until("the preview", person.page.locator("#join").is_visible)

    def pause_media(self) -> None:
        """The worker stops dead: no packet leaves it, nothing is answered."""
        os.kill(self.cloud.pids["worker"], signal.SIGSTOP)

    def resume_media(self) -> None:
        """The worker goes on where it stopped."""
        os.kill(self.cloud.pids["worker"], signal.SIGCONT)

    def _plan(self, page: Page) -> str:
        """Plans a meeting that begins in five minutes. Returns the address of its room."""
        known = {guest: {mail["id"] for mail in self.cloud.mail(to=guest[2])} for guest in self._guests}
        start = datetime.now(ZoneInfo(ZONE)) + timedelta(minutes=5)
        page.goto(f"{self.url}/meetings/new")
        page.locator("[name=title]").fill("Point d’avancement du projet Loire")
        page.locator("[name=date]").fill(start.strftime("%Y-%m-%d"))
        page.locator("[name=time]").fill(start.strftime("%H:%M"))
        page.locator("[name=timezone]").select_option(ZONE)
        invitees = "; ".join(f"{name}, {first} <{email}>" for first, name, email in self._guests)
        page.locator("[name=invitees]").fill(invitees)
        page.locator("main form button[type=submit]").click()
        self.links = [link_in_mail(self.cloud, guest[2], r"/i/[\w.~-]+", known[guest]) for guest in self._guests]
        address = page.locator("main a[href^='/m/']").first.get_attribute("href")
        return f"{self.url}{address}"


def sign_up(cloud: Cloud, browser: Browser) -> Any:
    """Opens the host's account by the pages and the mail, as anybody would. Returns the browser's cookies."""
    context = browser.new_context(locale="fr-FR")
    open_account(cloud, context.new_page(), HOST)
    state = context.storage_state()
    context.close()
    return state


def open_account(cloud: Cloud, page: Page, who: Guest) -> None:
    """Registers and confirms: signed in afterwards. ``who``: first name, name, e-mail address."""
    forget_tries(cloud)
    page.goto(f"{cloud.url}/signup")
    first_name, name, email = who
    fields = {"first_name": first_name, "name": name, "company": "Atelier Morel", "email": email, "password": PASSWORD}
    for field, value in fields.items():
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=terms]").check()
    page.locator("[name=dpa]").check()
    page.locator("main form button[type=submit]").click()
    page.goto(link_in_mail(cloud, email, r"/verify/[\w.~-]+", set()))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/verify/" not in url)
    if "/signin" in page.url:
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(lambda url: "/signin" not in url)


def enter_console(cloud: Cloud, page: Page, email: str, role: str) -> None:
    """Gives somebody signed in a role, and the second factor; ends in the role's room. ``role``: dpo or operator."""
    told(cloud, "-m", "chalicelib.rights.officers", "grant", email, role)
    page.goto(f"{cloud.url}/console/enter")
    secret = re.findall(r"secret=(\w+)", page.locator("code").inner_text())[0]
    page.locator("[name=code]").fill(pyotp.TOTP(secret).now())
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/enter" not in url)


def told(product: Cloud, *arguments: str) -> str:
    """What an operator's command says."""
    done = subprocess.run(
        [sys.executable, *arguments], env=product.functions, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def link_in_mail(cloud: Cloud, address: str, path: str, known: set[str]) -> str:
    """Waits for a message that is not ``known`` and holds a link of that path; the product's own address before it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for mail in cloud.mail(to=address):
            if mail["id"] not in known and (found := re.search(path, mail["text"])):
                return f"{cloud.url}{found[0]}"
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address} with {path}: {[mail['subject'] for mail in cloud.mail(to=address)]}")
