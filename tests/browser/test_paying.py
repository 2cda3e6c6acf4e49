"""Buying in a real browser: the product's pages, the bank's pages, and back."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from dev.cloud import Cloud
from tests.browser.house import link_in_mail
from tests.browser.person import PATIENCE

PASSWORD = "une phrase que personne ne devine 42"
FIELDS = {
    "address": "12 rue de la République",
    "postal_code": "69002",
    "city": "Lyon",
    "siren": "732829320",
}


@pytest.fixture
def buyer(product: Cloud, browsers: list[Browser], request: pytest.FixtureRequest) -> Iterator[Page]:
    """Somebody new who administers a company, in a browser of their own."""
    context = browsers[0].new_context(locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1_000)
    email = f"{re.sub('[^a-z]', '', request.node.name)}@morel.example"
    page.goto(f"{product.url}/signup")
    given = {"first_name": "Anne", "name": "Dupont", "company": "Atelier Morel", "email": email, "password": PASSWORD}
    for field, value in given.items():
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=terms]").check()
    page.locator("[name=dpa]").check()
    page.locator("main form button[type=submit]").click()
    page.goto(link_in_mail(product, email, r"/verify/[\w.~-]+", set()))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/verify/" not in url)
    yield page
    context.close()


def order(page: Page, url: str, keep_card: bool = False, offer: str = "essential") -> None:
    """From the order form to the bank's page."""
    page.goto(f"{url}/subscription/order")
    page.locator("[name=offer]").select_option(offer)
    for field, value in FIELDS.items():
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=terms]").check()
    if keep_card:
        page.locator("[name=keep_card]").check()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/subscription/pay/*")
    page.get_by_role("button", name="Payer par carte à la banque").click()
    page.wait_for_url("**/paiement.cgi")


def pay(page: Page, card: str) -> None:
    """Chooses a card on the bank's page."""
    page.locator(f"input[name=card][value={card}]").check()
    page.get_by_role("button", name="Payer").click()


def back(page: Page, url: str) -> str:
    """Follows the bank's link to the shop. Returns the words of the page there."""
    page.locator("a[href$='/retour']").first.click()
    page.wait_for_url(f"{url}/subscription/return/**")
    return page.locator("main").inner_text()


def test_a_buyer_pays_and_comes_back_to_a_running_subscription(buyer: Page, product: Cloud) -> None:
    order(buyer, product.url)
    pay(buyer, "accepted")
    assert "Merci, c’est payé" in back(buyer, product.url)
    buyer.goto(f"{product.url}/subscription")
    assert "Essentiel" in buyer.locator("main").inner_text()


def test_a_refused_card_changes_nothing_and_another_can_be_tried(buyer: Page, product: Cloud) -> None:
    order(buyer, product.url)
    pay(buyer, "refused")
    assert "Le paiement n’est pas fait" in back(buyer, product.url)
    buyer.get_by_role("link", name="Reprendre le paiement").click()
    buyer.get_by_role("button", name="Payer par carte à la banque").click()
    buyer.wait_for_url("**/paiement.cgi")
    pay(buyer, "accepted")
    assert "Merci, c’est payé" in back(buyer, product.url)


def test_who_gives_up_at_the_bank_has_paid_nothing(buyer: Page, product: Cloud) -> None:
    order(buyer, product.url)
    assert "Le paiement n’est pas fait" in back(buyer, product.url)
    buyer.goto(f"{product.url}/subscription")
    assert "Essai" in buyer.locator("main").inner_text()


def test_a_challenged_buyer_confirms(buyer: Page, product: Cloud) -> None:
    order(buyer, product.url)
    pay(buyer, "challenged")
    buyer.locator("button[name=confirmed][value=yes]").click()
    assert "Merci, c’est payé" in back(buyer, product.url)


def test_a_kept_card_is_shown_and_removed(buyer: Page, product: Cloud) -> None:
    order(buyer, product.url, keep_card=True)
    pay(buyer, "accepted")
    back(buyer, product.url)
    buyer.goto(f"{product.url}/subscription")
    assert "se terminant par 02" in buyer.locator("main").inner_text()
    buyer.get_by_role("button", name="Retirer la carte").click()
    buyer.wait_for_url("**/subscription?done=card")
    assert "se terminant par" not in buyer.locator("main").inner_text()
