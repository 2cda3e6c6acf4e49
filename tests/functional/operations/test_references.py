"""Customers who let themselves be named: on the home page while they permit it, and not a moment longer."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib import clock, storage
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import PEOPLE
from chalicelib.rights import officers
from chalicelib.site import references
from chalicelib.storage import expiry
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host
from tests.functional.rights.people import an_officer, enter_console
from tests.unit.site.test_logos import png, svg

pytestmark = pytest.mark.usefixtures("stores")

ROOM = "/console/references"
LOGO = base64.b64encode(svg("<path d='M0 0h9v9z'/>")).decode()


@pytest.fixture
def operator(mailbox: Mailbox) -> Host:
    """Somebody at the operators' pages, with the second factor given."""
    person = a_host("chloe@iboo.live")
    officers.grant(person.account.id, officers.OPERATOR)
    enter_console(person, "/console/billing")
    return person


def today() -> str:
    return f"{datetime.fromtimestamp(clock.now(), UTC):%Y-%m-%d}"


def typed(**other: str) -> dict[str, Any]:
    return {
        "company": "Cabinet Lefèvre",
        "words_fr": "Nos clients entrent d’un clic.",
        "words_en": "Our clients come in with one click.",
        "permitted_by": "Anne Dupont, associée",
        "permitted_on": today(),
        "proof": "courriel du 20 novembre",
        "logo": LOGO,
        **other,
    }


def named(operator: Host, **other: str) -> None:
    operator.browser.open(ROOM)
    page = operator.browser.send(ROOM, **typed(**other))
    assert page.status == 200 and "est cité" in page.text, page.text


def test_nobody_but_an_operator_gets_in(operator: Host) -> None:
    dpo = an_officer()
    for browser in (dpo.browser, Browser()):
        assert browser.open(ROOM, follow=False).status == 404
    assert dpo.browser.open("/account").status == 200
    assert dpo.browser.post(ROOM, {"csrf": dpo.browser.csrf, **typed()}).status == 404
    assert references.every() == []


def test_while_nobody_is_named_the_home_page_speaks_of_no_customer() -> None:
    assert "font confiance" not in Browser().open("/").text


def test_a_customer_is_named_in_the_readers_language_with_the_logo_in_the_page(operator: Host) -> None:
    named(operator)
    page = Browser().open("/")
    assert "Ils nous font confiance" in page.text and "Nos clients entrent d’un clic." in page.text
    assert 'src="data:image/svg+xml;base64,' in page.html
    assert "Anne Dupont" not in page.html, "who permitted it is nobody else's business"
    assert "Our clients come in with one click." in Browser("en").open("/").text
    assert "Permis par Anne Dupont, associée" in operator.browser.open(ROOM).text


def test_a_permission_withdrawn_takes_everything_off_at_once(operator: Host) -> None:
    named(operator)
    one = references.every()[0]
    operator.browser.open(ROOM)
    page = operator.browser.send(f"{ROOM}/{one.id}/withdraw")
    assert "il n’en reste rien" in page.text
    assert "Lefèvre" not in Browser().open("/").text
    left = list(expiry.scan(PEOPLE))
    assert "reference" not in {item["kind"] for item in left} and "Anne Dupont, associée" not in str(left)
    assert operator.browser.post(f"{ROOM}/{one.id}/withdraw", {"csrf": operator.browser.csrf}).status == 404


def test_after_three_years_without_a_new_permission_it_goes_by_itself(operator: Host, clock_file: MovedClock) -> None:
    named(operator)
    clock_file.move(days=3 * 365 - 9)
    assert "Cabinet Lefèvre" in Browser().open("/").text
    clock_file.move(days=10)
    assert "Cabinet Lefèvre" not in Browser().open("/").text
    sweep()
    assert "reference" not in {item["kind"] for item in expiry.scan(PEOPLE)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("company", ""),
        ("words_fr", ""),
        ("words_en", "x" * 161),
        ("permitted_by", ""),
        ("permitted_on", ""),
        ("permitted_on", "2999-01-01"),
        ("permitted_on", "2020-01-01"),
        ("permitted_on", "hier"),
        ("proof", ""),
        ("logo", ""),
        ("logo", "%%%"),
        ("logo", base64.b64encode(b"GIF89a").decode()),
        ("logo", base64.b64encode(svg("<script>alert(1)</script>")).decode()),
    ],
)
def test_without_a_permission_or_with_an_unsafe_logo_nobody_is_named(operator: Host, field: str, value: str) -> None:
    operator.browser.open(ROOM)
    page = operator.browser.send(ROOM, **typed(**{field: value}))
    assert page.status == 400 and references.every() == []
    assert 'class="summary"' in page.html
    assert "courriel du 20 novembre" in page.html or field == "proof"


def test_a_picture_is_shown_as_it_was_painted_anew(operator: Host) -> None:
    named(operator, logo=base64.b64encode(png(Author="Anne")).decode())
    kept = references.every()[0]
    assert kept.logo_type == "image/png" and b"Anne" not in kept.logo
    assert f'src="{references.picture(kept)}"' in Browser().open("/").html


def test_the_home_page_needs_no_store(operator: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    named(operator)

    def away(*_: object, **__: object) -> None:
        raise ConnectionError("the store is away")

    monkeypatch.setattr(storage, "listed", away)
    page = Browser().open("/")
    assert page.status == 200 and "Réunissez vos clients" in page.text and "Lefèvre" not in page.text
