"""Buying in a real browser: the product's pages, the bank's pages, and back."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from dev.cloud import Cloud, running
from tests.browser.house import link_in_mail
from tests.browser.person import PATIENCE
from tests.browser.recorded import forget_tries

PASSWORD = "une phrase que personne ne devine 42"
INVOICED_WITHIN = 180
"""Seconds: the schedule writes invoices every minute, on a busy machine a little later."""
FIELDS = {
    "address": "12 rue de la République",
    "postal_code": "69002",
    "city": "Lyon",
    "siren": "732829320",
}


def a_buyer(cloud: Cloud, context: BrowserContext, name: str) -> Page:
    """Somebody new who administers a company."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1_000)
    email = f"{name}@morel.example"
    forget_tries(cloud)
    page.goto(f"{cloud.url}/signup")
    given = {"first_name": "Anne", "name": "Dupont", "company": "Atelier Morel", "email": email, "password": PASSWORD}
    for field, value in given.items():
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=terms]").check()
    page.locator("[name=dpa]").check()
    page.locator("main form button[type=submit]").click()
    page.goto(link_in_mail(cloud, email, r"/verify/[\w.~-]+", set()))
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "/verify/" not in url)
    return page


@pytest.fixture
def buyer(product: Cloud, browsers: list[Browser], request: pytest.FixtureRequest) -> Iterator[Page]:
    """Somebody new, in a browser of their own."""
    context = browsers[0].new_context(locale="fr-FR")
    yield a_buyer(product, context, re.sub("[^a-z]", "", request.node.name))
    context.close()


def order(page: Page, url: str, keep_card: bool = False, period: str = "12") -> None:
    """From the order form to the bank's page."""
    page.goto(f"{url}/subscription/order")
    page.locator("[name=period]").select_option(period)
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


def test_the_kept_card_pays_the_next_term_without_being_typed_again(
    browsers: list[Browser], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In a product of its own: its clock is moved to some days before the term."""
    with running(tmp_path_factory.mktemp("renewal")) as cloud:
        context = browsers[0].new_context(locale="fr-FR")
        page = a_buyer(cloud, context, "renewal")
        order(page, cloud.url, keep_card=True, period="1")
        pay(page, "accepted")
        back(page, cloud.url)
        cloud.move_clock(20 * 86_400)
        page.goto(f"{cloud.url}/subscription")
        page.locator("[name=email]").fill("renewal@morel.example")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/signin" not in url)
        page.goto(f"{cloud.url}/subscription/order?renew=1")
        page.locator("[name=terms]").check()
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/subscription/pay/*")
        page.get_by_role("button", name="Payer par carte à la banque").click()
        page.wait_for_url("**/paiement.cgi")
        assert page.get_by_label("Carte enregistrée").is_checked()
        page.get_by_role("button", name="Payer").click()
        assert "Merci, c’est payé" in back(page, cloud.url)
        page.goto(f"{cloud.url}/subscription")
        assert "est déjà payé" in page.locator("main").inner_text()
        context.close()


def test_an_invoice_is_downloaded_whole(buyer: Page, product: Cloud) -> None:
    order(buyer, product.url)
    pay(buyer, "accepted")
    back(buyer, product.url)
    link = buyer.get_by_role("link", name=re.compile("^Télécharger"))
    deadline = time.monotonic() + INVOICED_WITHIN
    buyer.goto(f"{product.url}/subscription")
    while not link.count():
        assert time.monotonic() < deadline, "no invoice"
        buyer.wait_for_timeout(1_000)
        buyer.goto(f"{product.url}/subscription")
    with buyer.expect_download() as download:
        link.first.click()
    assert download.value.failure() is None
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
