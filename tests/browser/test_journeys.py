"""Whole journeys through the product, each as one person makes it."""

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from dev.cloud import Cloud
from tests.browser.conftest import Arrive, Somebody
from tests.browser.house import PASSWORD, ZONE, House, enter_console, link_in_mail
from tests.browser.recorded import forget_tries
from tests.browser.test_invitees import SIX, decline, seen
from tests.browser.test_paying import FIELDS, back, pay

COLLEAGUES = [f"collegue{number}@equipe.example" for number in range(1, 12)]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def colleague(product: Cloud, admin: Page, somebody: Somebody, email: str) -> Page:
    """Invited on the company's page, and joins by the mail."""
    forget_tries(product)
    admin.goto(f"{product.url}/company")
    form = admin.locator("form[action='/company/members']")
    form.locator("[name=email]").fill(email)
    form.locator("button[type=submit]").click()
    admin.wait_for_url("**/company?done=invited")
    page = somebody("")
    page.goto(link_in_mail(product, email, r"/join/[\w.~-]+", set()))
    for field, value in {"first_name": "Camille", "name": "Roy", "password": PASSWORD}.items():
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=terms]").check()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/meetings")
    return page


def calendar(file: Mapping[str, Any]) -> str:
    """The text of an attachment that is a calendar's; empty for any other."""
    return base64.b64decode(file["content"]).decode() if "calendar" in file["type"] or "ics" in file["name"] else ""


def test_a_director_buys_and_eleven_colleagues_join(product: Cloud, somebody: Somebody) -> None:
    director = somebody("directrice@equipe.example")
    director.goto(f"{product.url}/subscription/order")
    for field, value in {**FIELDS, "seats": "12"}.items():
        director.locator(f"[name={field}]").fill(value)
    director.locator("[name=terms]").check()
    director.locator("main form button[type=submit]").click()
    director.wait_for_url("**/subscription/pay/*")
    press(director, "Payer par carte à la banque")
    director.wait_for_url("**/paiement.cgi")
    pay(director, "accepted")
    assert "Merci, c’est payé" in back(director, product.url)

    for email in COLLEAGUES:
        colleague(product, director, somebody, email).context.close()
    director.goto(f"{product.url}/company")
    for email in COLLEAGUES:
        expect(director.get_by_text(email, exact=True)).to_be_visible()
    form = director.locator("form[action='/company/members']")
    form.locator("[name=email]").fill("treizieme@equipe.example")
    form.locator("button[type=submit]").click()
    expect(director.locator("#errors")).to_contain_text("Toutes les places sont prises")


def test_an_assistant_plans_every_week_for_the_director(product: Cloud, somebody: Somebody) -> None:
    director = somebody("patronne@comite.example")
    assistant = colleague(product, director, somebody, "assistant@comite.example")
    start = datetime.now(ZoneInfo(ZONE)) + timedelta(days=3)
    assistant.goto(f"{product.url}/meetings/new")
    typed = {"title": "Comité de direction", "date": start.strftime("%Y-%m-%d"), "time": "10:00", "count": "4"}
    assistant.locator("[name=repeat]").select_option("weekly")
    assistant.locator("[name=host]").select_option(label="Zoé Été")
    for field, value in typed.items():
        assistant.locator(f"[name={field}]").fill(value)
    assistant.locator("[name=invitees]").fill("; ".join(f"{name} <{email}>" for name, email in SIX.items()))
    assistant.locator("main form button[type=submit]").click()
    assistant.wait_for_url(re.compile(r"/meetings/[\w-]+\?done=planned"))
    page = assistant.url.partition("?")[0]

    entry = next(
        mail for mail in product.mail(to="patronne@comite.example") if "Comité de direction" in mail["subject"]
    )
    assert any("RRULE:FREQ=WEEKLY" in calendar(file) for file in entry["attachments"]), "it is in her calendar"
    director.goto(f"{product.url}/meetings")
    expect(director.locator("main")).to_contain_text("Comité de direction")

    guest = somebody("")
    decline(product, guest, SIX["Eva Cinq"])
    assistant.goto(page)
    seen(assistant, "Eva Cinq", "Décline")
    seen(assistant, "Ben Dos", "Non distribuée")


def test_an_operator_handles_a_report_made_out_of_a_meeting(
    product: Cloud, house: House, arrive: Arrive, somebody: Somebody
) -> None:
    host, guest = arrive(0, house.host_name), arrive(1, house.guest_name(0))
    house.open_host(host)
    host.join_inside()
    house.open_guest(guest, 0)
    guest.page.locator("#join").click()
    host.admit(guest.name)
    guest.until("the room", guest.inside)

    guest.page.locator("#more").click()
    with guest.page.context.expect_page() as opened:
        guest.page.get_by_role("link", name="Signaler un abus").click()
    report = opened.value
    report.wait_for_load_state()
    assert report.locator("[name=place]").input_value() == house.occurrence
    report.locator("[name=category]").select_option("harassment")
    report.locator("[name=body]").fill("Des menaces, à plusieurs reprises.")
    report.locator("[name=name]").fill("Léa Martin")
    report.locator("[name=email]").fill("lea@client.example")
    report.locator("[name=faith]").check()
    press(report, "Envoyer le signalement")
    words = report.locator("main").inner_text()
    reference = re.findall(r"[a-z0-9]{4}-[a-z0-9]{8}", words)[0]
    report.close()

    operator = somebody("operatrice@morel.example")
    enter_console(product, operator, "operatrice@morel.example", "operator")
    operator.goto(f"{product.url}/console/billing/requests")
    operator.get_by_role("link", name=reference).click()
    seen = operator.locator("main").inner_text()
    assert "Des menaces" in seen and "Projet Loire" not in seen and "projet Loire" not in seen
    operator.locator("[name=reason]").fill("menaces signalées par une participante")
    press(operator, "Terminer la réunion pour tous")
    for person in (host, guest):
        person.until("the end", lambda person=person: not person.inside())  # type: ignore[misc]
    operator.locator("[name=body]").fill("Nous avons terminé la réunion et prévenu l’entreprise.")
    press(operator, "Envoyer la réponse")
    expect(operator.locator("main")).to_contain_text("Close")
    mails = [mail["text"] for mail in product.mail(to="lea@client.example")]
    assert any("terminé la réunion" in mail for mail in mails)
