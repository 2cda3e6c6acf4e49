"""The scenarios of privacy that have a page, in a real browser on the whole product: as guest, customer and officer."""

import json
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dev.cloud import Cloud
from tests.browser import recorded
from tests.browser.conftest import Arrive, Somebody
from tests.browser.house import GUESTS, HOST, House, enter_console, link_in_mail, open_account, told
from tests.browser.person import PATIENCE
from tests.browser.recorded import answer, line, press_record

ROOT = Path(__file__).parents[2]
CONTRACT = "c" * 64


@pytest.fixture(scope="session")
def officer(product: Cloud, browsers: list[Browser]) -> Iterator[Page]:
    """The data protection officer at the console, second factor given."""
    context = browsers[0].new_context(locale="fr-FR", accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1_000)
    open_account(product, page, ("Odile", "Robert", "dpo@morel.example"))
    enter_console(product, page, "dpo@morel.example", "dpo")
    page.wait_for_url("**/console")
    yield page
    context.close()


def fill(page: Page, **typed: str) -> None:
    """Types into the fields of the page's main form."""
    for name, value in typed.items():
        field = page.locator(f"main [name={name}]").last
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def press(page: Page, words: str) -> None:
    """The button with these words; waits for the page after it."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).first.click()


def says(page: Page, *words: str) -> None:
    text = " ".join(page.locator("main").inner_text().split())
    for word in words:
        assert word in text, text[:2_000]


def code_of(product: Cloud, email: str, known: int) -> str:
    """The code in a mail that came after ``known`` of them."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        codes = [found[1] for mail in product.mail(to=email) if (found := re.search(r"\b(\d{8})\b", mail["text"]))]
        if len(codes) > known:
            return codes[0]
        time.sleep(0.1)
    raise AssertionError(f"no code to {email}")


def codes(product: Cloud, email: str) -> int:
    return sum(bool(re.search(r"\b\d{8}\b", mail["text"])) for mail in product.mail(to=email))


def ask(page: Page, url: str, right: str, **more: str) -> None:
    page.goto(f"{url}/rights")
    fill(page, right=right, **more)
    press(page, "Envoyer la demande")


def test_f01_a_guest_asks_the_customer_decides_with_one_click_and_both_see_the_clock(
    product: Cloud, house: House, somebody: Somebody
) -> None:
    guest, customer = somebody(""), somebody("")
    known = {mail["id"] for mail in product.mail(to=HOST[2])}
    guest.goto(house.links[0].replace("/i/", "/my-data/"))
    guest.locator("[name=right]").select_option("erasure")
    press(guest, "Envoyer la demande")
    says(guest, "Transmise à Atelier Morel, responsable", "sa réponse est due le")
    customer.goto(link_in_mail(product, HOST[2], r"/instructions/[\w.~-]+", known))
    press(customer, "Accepter et exécuter")
    says(customer, "satisfaite")
    guest.reload()
    says(guest, "Votre demande est satisfaite", "effacé")
    guest.get_by_role("link", name="Certificat d’effacement").click()
    says(guest, "Demande d’effacement")


def test_f02_a_customer_sees_the_plan_before_and_what_stays_afterwards(product: Cloud, somebody: Somebody) -> None:
    email = "f02@morel.example"
    page = somebody(email)
    ask(page, product.url, "erasure")
    says(page, "Voici ce qui se passe si vous confirmez", "conservé")
    before = codes(product, email)
    press(page, "Recevoir un code")
    page.locator("[name=terminate]").check()
    fill(page, code=code_of(product, email, before))
    press(page, "Effacer")
    says(page, "satisfaite en partie", "effacé", "conservé jusqu’au")


def test_f03_a_customer_who_is_a_guest_elsewhere_has_two_parts(
    product: Cloud, house: House, somebody: Somebody
) -> None:
    page = somebody(GUESTS[0][2])
    ask(page, product.url, "access")
    says(page, "Ce dont Iboo répond", "Atelier Morel", "Transmise à")


def test_f05_what_is_late_stands_on_the_public_page(product: Cloud, somebody: Somebody) -> None:
    told(product, "-c", "from chalicelib.privacy.census import census; census()")
    page = somebody("")
    page.goto(f"{product.url}/retention")
    says(page, "Ce qui est conservé", "Le plus ancien", "Compte", "Hors de nos bases")
    assert page.locator(".badge.danger").count() == 0, "nothing is late"


def test_f07_a_hold_is_opened_with_case_and_review_and_lifted(product: Cloud, house: House, officer: Page) -> None:
    meeting = house.occurrence.rpartition("-")[0]
    officer.goto(f"{product.url}/console/holds")
    fill(officer, number="LH-7", meeting=meeting, reason="Ordonnance", case="TJ Paris 26/1234")
    press(officer, "Ouvrir")
    says(officer, "La date de réexamen est nécessaire")
    fill(officer, review=time.strftime("%Y-%m-%d", time.localtime(time.time() + 90 * 86_400)))
    press(officer, "Ouvrir")
    says(officer, "LH-7")
    with officer.expect_download() as download:
        officer.get_by_role("button", name="Remettre : LH-7").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        kinds = {item["kind"] for item in json.loads(archive.read("items.json"))["items"]}
    assert {"meeting", "invitation"} <= kinds
    officer.get_by_role("button", name="Lever : LH-7").click()
    officer.wait_for_url("**/console/holds")
    assert "LH-7" not in officer.locator("main").inner_text()


def test_f09_a_freeze_is_asked_seen_by_the_officer_and_announced_before_it_ends(
    product: Cloud, somebody: Somebody, officer: Page
) -> None:
    page = somebody("f09@morel.example")
    page.goto(f"{product.url}/rights")
    fill(page, right="rectification", words="Le nom de l’entreprise est faux.")
    page.locator("[name=freeze]").check()
    press(page, "Envoyer la demande")
    page.goto(f"{product.url}/account")
    assert page.locator("[name=first_name]").count() == 1, "their own use goes on"
    officer.goto(f"{product.url}/console")
    officer.locator("main table a").last.click()
    says(officer, "Gelé")
    fill(officer, outcome="granted", field="company.name", value="Été et Fille")
    press(officer, "Décider et répondre")
    link_in_mail(product, "f09@morel.example", r"/rights/[\w.~-]+", set())
    assert any("levée" in mail["text"] for mail in product.mail(to="f09@morel.example"))


def test_f13_the_box_to_keep_a_card_is_not_ticked(product: Cloud, somebody: Somebody) -> None:
    page = somebody("f13@morel.example")
    page.goto(f"{product.url}/subscription/order")
    assert not page.locator("[name=keep_card]").is_checked()


def test_f15_looking_at_the_link_changes_nothing_one_press_leaves(product: Cloud, somebody: Somebody) -> None:
    email = "f15@morel.example"
    page = somebody(email)
    page.goto(f"{product.url}/account/choices")
    press(page, "M’abonner")
    says(page, "Ne plus la recevoir")
    program = "from chalicelib.consents import newsletter; from chalicelib import keyed; "
    token = told(product, "-c", f"{program}print(newsletter.unsubscribe_token(keyed.email_hash('{email}')))")
    visitor = somebody("")
    visitor.goto(f"{product.url}/u/{token}")
    page.reload()
    says(page, "Ne plus la recevoir")
    visitor.locator("main form button[type=submit]").click()
    visitor.wait_for_function("() => !document.querySelector('main form[action^=\"/u/\"]')")
    page.reload()
    assert "Ne plus la recevoir" not in page.locator("main").inner_text()


def test_f16_a_visitor_ticks_and_confirms(product: Cloud, somebody: Somebody) -> None:
    page = somebody("")
    page.goto(f"{product.url}/newsletter")
    fill(page, email="f16@visiteur.example")
    assert not page.locator("[name=agree]").is_checked()
    page.locator("[name=agree]").check()
    press(page, "M’abonner")
    page.goto(link_in_mail(product, "f16@visiteur.example", r"/newsletter/[\w.~-]+", set()))
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    says(page, "abonn")


def test_f18_a_doubt_asks_for_a_code_and_three_wrong_ones_end_it(product: Cloud, somebody: Somebody) -> None:
    somebody("f18@morel.example")
    stranger = somebody("")
    ask(stranger, product.url, "access", email="ailleurs@example.fr", about="f18@morel.example")
    says(stranger, "autre adresse", "Aucune pièce d’identité n’est demandée")
    for _ in range(3):
        fill(stranger, code="00000000")
        press(stranger, "Valider")
    says(stranger, "nous n’avons pas pu vérifier", "CNIL")


def test_f19_the_officer_extends_with_a_reason_the_person_reads(
    product: Cloud, somebody: Somebody, officer: Page
) -> None:
    page = somebody("f19@morel.example")
    ask(page, product.url, "objection", words="Statistiques")
    officer.goto(f"{product.url}/console")
    officer.locator("main table a").last.click()
    officer.locator("#extend-reason").fill("Demande complexe")
    press(officer, "Prolonger")
    page.reload()
    says(page, "Délai prolongé : Demande complexe")


def test_f21_a_portable_copy_is_downloaded(product: Cloud, somebody: Somebody) -> None:
    page = somebody("f21@morel.example")
    ask(page, product.url, "portability")
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert {"data.json", "manifest.json", "contact.vcf"} <= set(archive.namelist())


def test_f22_everybody_sees_the_question_and_who_refuses_is_not_recorded(
    arrive: Arrive, house: House, product: Cloud
) -> None:
    recorded.entitle(product)
    host, lea = arrive(0, house.host_name), arrive(1, house.guest_name(0))
    house.open_host(host)
    host.join_inside()
    house.open_guest(lea, 0)
    lea.page.locator("#join").click()
    lea.until("the waiting room", lea.waits)
    host.admit(lea.name)
    lea.until("the room", lea.inside)
    press_record(host)
    answer(lea, "no")
    answer(host, "yes")
    host.until("being recorded", lambda: "vous aussi" in line(host))
    lea.until("not being recorded", lambda: "sans vous" in line(lea))
    assert lea.inside()


def test_f23_a_breach_runs_72_hours_and_tells_its_customers(product: Cloud, house: House, officer: Page) -> None:
    officer.goto(f"{product.url}/console/breaches")
    fill(
        officer,
        title="Fuite d’un journal",
        aware="2026-11-20T17:30",
        nature="Un journal lisible",
        categories="Adresses",
    )
    fill(officer, people="14", records="40", consequences="Courriels", measures="Fermé", risk="risk")
    press(officer, "Ouvrir")
    officer.get_by_role("link", name="Fuite d’un journal").last.click()
    says(officer, "23 novembre 2026 à 17 h 30", "Contenir")
    if time.time() > 1_795_451_400:  # 2026-11-23 17:30 in Paris
        press(officer, "Noter l’envoi à la CNIL")
        says(officer, "Le délai de 72 heures est passé")
        fill(officer, late_reason="Analyse en cours")
    press(officer, "Noter l’envoi à la CNIL")
    says(officer, "Phase 1")


def test_f24_every_version_of_the_policy_can_be_read(product: Cloud, somebody: Somebody) -> None:
    page = somebody("")
    page.goto(f"{product.url}/privacy/versions")
    page.locator("main a[href^='/privacy/versions/']").first.click()
    says(page, "Version 1")


def test_f26_directives_are_given_and_revoked(product: Cloud, somebody: Somebody) -> None:
    page = somebody("f26@morel.example")
    page.goto(f"{product.url}/account/directives")
    fill(page, wish="erase", person="Bruno")
    press(page, "Enregistrer")
    says(page, "Votre accord est nécessaire")
    page.locator("[name=consent]").check()
    fill(page, person="Bruno")
    press(page, "Enregistrer")
    says(page, "En vigueur depuis")
    press(page, "Révoquer")
    assert "En vigueur depuis" not in page.locator("main").inner_text()


def test_f27_who_is_shut_out_for_long_asks_a_person(product: Cloud, somebody: Somebody, officer: Page) -> None:
    page = somebody("")
    for _ in range(6):
        page.goto(f"{product.url}/forgot")
        fill(page, email="f27@morel.example")
        with page.expect_navigation():
            page.locator("main form button[type=submit]").click()
    page.get_by_role("link", name="Demander à une personne").click()
    says(page, "trop d’essais")
    fill(page, email="f27@morel.example")
    press(page, "Demander à une personne")
    says(page, "Une personne vous répond au plus tard")
    officer.goto(f"{product.url}/console/decisions")
    fill(officer, outcome="overturned", answer="Ce n’était pas un abus.")
    press(officer, "Répondre")
    page.reload()
    says(page, "La décision est annulée", "Ce n’était pas un abus.")


def test_f29_an_order_is_handed_out_through_the_register(product: Cloud, house: House, officer: Page) -> None:
    officer.goto(f"{product.url}/console/authorities")
    fill(officer, authority="Tribunal", reference="26/1", ground="art. 145 CPC", asked="Présence", given="Présence")
    fill(officer, meeting=house.occurrence.rpartition("-")[0], email=GUESTS[0][2])
    with officer.expect_download() as download:
        officer.get_by_role("button", name="Remettre", exact=True).click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
    officer.goto(f"{product.url}/console/authorities")
    says(officer, "Tribunal", "26/1")


def test_f30_no_contract_no_subprocessor_and_then_a_public_line(
    product: Cloud, somebody: Somebody, officer: Page
) -> None:
    officer.goto(f"{product.url}/console/subprocessors")
    fill(officer, name="Courriels SAS", seat="FR", parent="FR", place="France", task="envoi des courriels")
    press(officer, "Ajouter")
    officer.get_by_role("button", name="Annoncer : Courriels SAS").click()
    officer.wait_for_url("**/announce")
    says(officer, "Sans contrat")
    fill(officer, name="Postes SAS", seat="FR", parent="FR", place="France", task="envoi", contract_digest=CONTRACT)
    press(officer, "Ajouter")
    officer.get_by_role("button", name="Annoncer : Postes SAS").click()
    officer.wait_for_url("**/console/subprocessors")
    page = somebody("")
    page.goto(f"{product.url}/subprocessors")
    says(page, "Postes SAS")
