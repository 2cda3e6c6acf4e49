"""The pages of rights themselves: well formed, usable by keyboard and screen reader, in both languages."""

import pytest

from chalicelib import automated
from chalicelib.rights import breaches
from tests.functional.browser import Browser, Seen
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host
from tests.unit.test_pages import Outline

from .people import CONTACT, an_officer, ask, ask_as_guest, only_request
from .test_officer import BOOKS, BREACH

pytestmark = pytest.mark.usefixtures("stores")

ZOE = "zoe@example.fr"
CNIL = "3 place de Fontenoy"


def check(page: Seen) -> Seen:
    """One heading of the first level, ids once, every field with its label, every form with its token."""
    assert page.status == 200, page.text
    outline = Outline(page.html)
    assert len(list(outline.attributes("h1"))) == 1
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids)), ids
    labelled = {attributes.get("for") for attributes in outline.attributes("label")}
    for tag in ("input", "select", "textarea"):
        for attributes in outline.attributes(tag):
            assert attributes.get("type") == "hidden" or attributes.get("id") in labelled, attributes
    for form in page.forms:
        assert form.method == "get" or form.fields.get("csrf"), form.action
    assert not any("style" in attributes or "onclick" in attributes for _, attributes in outline.tags)
    return page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_guests_way_is_well_formed_and_names_the_cnil(host: Host, mailbox: Mailbox, language: str) -> None:
    host.plan(ZOE)
    assert CNIL in check(Browser(language).open(mailbox.last(ZOE).link("/my-data/"))).text
    assert CNIL in check(Browser(language).open("/rights")).text
    ask_as_guest(mailbox, ZOE, "erasure")
    link = mailbox.last(ZOE).link("/rights/")
    assert CNIL in check(Browser(language).open(link)).text
    instructions = mailbox.last(CONTACT).link("/instructions/")
    check(Browser(language).open(instructions))
    browser = Browser(language)
    browser.open(instructions)
    check(browser.send(instructions, decision="grant"))
    assert CNIL in check(Browser(language).open(link)).text
    assert CNIL in mailbox.last(ZOE).text


@pytest.mark.parametrize("right", ["access", "rectification", "erasure", "restriction", "portability", "objection"])
def test_a_customers_way_is_well_formed(host: Host, mailbox: Mailbox, right: str) -> None:
    check(ask(host.browser, right=right))
    assert "Vos demandes" in check(host.browser.open("/rights")).text
    dpo = an_officer()
    check(dpo.browser.open(f"/console/requests/{only_request().id}"))
    for path in ("/company/privacy", "/subprocessors", "/account/directives"):
        check(host.browser.open(path))


def test_a_doubt_shows_its_reason_and_asks_for_no_paper(host: Host, mailbox: Mailbox) -> None:
    browser = Browser("en")
    page = check(ask(browser, right="access", email="other@example.fr", about=host.account.email))
    assert "comes from another address" in page.text and "No identity document" in page.text


def test_the_console_is_well_formed(host: Host, mailbox: Mailbox) -> None:
    dpo = an_officer()
    breach = breaches.open_breach(BREACH, 1, [host.account.company])
    check(dpo.browser.open("/console/enter"))
    for path in ("", *(f"/{book}" for book in BOOKS), f"/breaches/{breach.id}"):
        check(dpo.browser.open(f"/console{path}"))


def test_whoever_was_refused_finds_a_person_to_ask(stores: object, mailbox: Mailbox) -> None:
    decision = automated.refused("abuse_block", "192.0.2.1")
    browser = Browser()
    page = check(browser.open(automated.path(decision)))
    assert CNIL in page.text and "trop d’essais" in page.text
    check(browser.send(page.path, email="zoe@example.fr"))
    assert Browser().open(f"/decisions/{decision.id}.aaaa").status == 404
