"""Passkeys in a real browser: Chromium's own authenticator, without hardware (WebAuthn level 3, 11)."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from dev.cloud import Cloud
from tests.browser.house import PASSWORD, open_account
from tests.browser.person import PATIENCE
from tests.browser.test_accessibility import AXE, RULES

WHO = ("Paul", "Durand", "paul@passkeys.example")
LATEST = 1_000 * PATIENCE
"""Milliseconds."""
CODE = re.compile(r"^[a-z2-7]{5}-[a-z2-7]{5}$")


class Device:
    """A browser with an authenticator of its own. ``url``: of the product by a name, as a passkey needs one."""

    def __init__(self, cloud: Cloud, page: Page) -> None:
        self.page = page
        self.url = f"http://localhost:{urlsplit(cloud.url).port}"
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        self.authenticator = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def credentials(self) -> list[Any]:
        """What it holds."""
        found: list[Any] = self.cdp.send("WebAuthn.getCredentials", self.authenticator)["credentials"]
        return found

    def sign_in(self) -> None:
        """Name and password: the page for the second factor is shown."""
        self.page.goto(f"{self.url}/signin")
        self.page.locator("[name=email]").fill(WHO[2])
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("main form button[type=submit]").click()
        self.page.wait_for_url("**/signin/second/*")

    def faults(self) -> list[str]:
        """What axe finds wrong on the page as it stands."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        return [f"{one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]

    def add(self, name: str) -> None:
        self.page.goto(f"{self.url}/account/security")
        self.page.locator("[name=passkey_name]").fill(name)
        self.page.get_by_role("button", name="Ajouter une clé d’accès").click()


@pytest.fixture
def device(product: Cloud, browsers: list[Browser]) -> Iterator[Device]:
    """Of somebody who has just registered, by that name."""
    context = browsers[0].new_context(locale="fr-FR")
    context.set_default_timeout(PATIENCE * 1_000)
    page = context.new_page()
    device = Device(product, page)
    open_account(product, page, WHO)
    page.goto(f"{product.url}/meetings")
    yield device
    context.close()


def test_a_passkey_is_made_opens_the_door_proves_and_is_removed(device: Device) -> None:
    page = device.page
    move_to_the_name(device)
    device.add("Portable de Paul")
    page.get_by_role("heading", name="Vos codes de secours").wait_for()
    codes = page.locator("main code").all_inner_texts()
    assert len(codes) == 10 and all(CODE.match(code) for code in codes)
    assert len(device.credentials()) == 1 and device.faults() == []
    page.get_by_role("button", name="Se déconnecter").click()

    device.sign_in()
    assert device.faults() == []
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/meetings")
    assert device.credentials()[0]["signCount"] >= 1

    device.add("Le même appareil")
    expect(page.get_by_role("alert").filter(has_text="Aucune clé d’accès n’a été créée.")).to_be_visible(timeout=LATEST)
    assert device.faults() == []

    page.goto(f"{device.url}/account/close")
    page.locator("[name=password]").fill("pas le bon mot de passe")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.locator("#wrong-password")).to_be_visible(timeout=LATEST)

    page.goto(f"{device.url}/account/security")
    expect(page.get_by_text("Portable de Paul")).to_be_visible(timeout=LATEST)
    page.get_by_role("button", name="Retirer la clé d’accès « Portable de Paul »").click()
    expect(page.get_by_role("status").filter(has_text="La clé d’accès est retirée.")).to_be_visible(timeout=LATEST)
    expect(page.get_by_text("Portable de Paul")).to_have_count(0, timeout=LATEST)


def move_to_the_name(device: Device) -> None:
    """The same person under the product's name: a passkey belongs to a name, not to an address of numbers."""
    page = device.page
    page.goto(f"{device.url}/signin")
    page.locator("[name=email]").fill(WHO[2])
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/meetings")
