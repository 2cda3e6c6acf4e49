"""A person's copy of their data: complete, theirs alone, sealed, gone in time."""

import hashlib
import io
import json
import zipfile
from typing import Any

import boto3
import pytest

from chalicelib import clock, sessions, storage
from chalicelib.accounts.models import Account, MemberInvitation
from chalicelib.privacy import export, own_data
from chalicelib.privacy.models import Package
from chalicelib.privacy.sweep import sweep
from chalicelib.register import ROWS, row_of
from chalicelib.register.events import Event
from chalicelib.register.stores import EXPORTS, KEYS
from chalicelib.storage import objects
from chalicelib.storage.items import table_name
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock

from .things import a_customer, keys_of

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def browser() -> Browser:
    """Signed in as Anne."""
    found = Browser()
    found.cookies[sessions.SESSION] = a_customer().value
    return found


def anne() -> Account:
    account = storage.get(Account, "account#a1", "account")
    assert account is not None
    return account


def download(browser: Browser) -> bytes:
    """Presses the first download button of the page."""
    browser.open("/account/data")
    action = next(action for action in browser.page.actions if action.startswith("/account/data/"))
    page = browser.send(action)
    assert page.status == 200, page.text
    assert page.headers["Content-Type"] == "application/zip"
    assert page.headers["Content-Disposition"] == 'attachment; filename="iboo.zip"'
    return page.body


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> dict[str, Any]:
    return {row["row"]: row for row in json.loads(opened(content)["data.json"])["rows"]}


def items(content: bytes, row: str) -> list[dict[str, Any]]:
    return [item["data"] for item in rows(content)[row]["items"]]


def test_a_copy_asked_for_is_downloaded_and_holds_what_the_manifest_says(browser: Browser) -> None:
    browser.open("/account/data")
    browser.send("/account/export")
    files = opened(download(browser))
    manifest = json.loads(files["manifest.json"])
    assert {entry["name"] for entry in manifest["files"]} == files.keys() - {"manifest.json"}
    for entry in manifest["files"]:
        assert entry["sha256"] == hashlib.sha256(files[entry["name"]]).hexdigest()
        assert entry["bytes"] == len(files[entry["name"]])
    assert "Anne Dupont" in files["README.txt"].decode()


def test_every_row_of_the_register_is_in_it_with_purpose_basis_and_dates(browser: Browser) -> None:
    export.make(anne())
    found = rows(download(browser))
    assert list(found) == [row.key for row in ROWS]
    for row in ROWS:
        told = found[row.key]
        assert [purpose["basis"] for purpose in told["purposes"]] == [clock.basis for clock in row.clocks]
        assert told["none"] == (not told["items"])
    account = found["account"]["items"][0]
    assert account["data"]["email"] == "anne@example.fr"
    assert account["deleted_by"] > account["data"]["created_at"]


def test_every_kind_is_searched_or_it_is_said_why_not() -> None:
    kinds = {kind for row in ROWS for kind in row.kinds}
    assert own_data.FIND.keys() | own_data.ELSEWHERE.keys() == kinds
    assert own_data.FIND.keys() & own_data.ELSEWHERE.keys() == set()
    for kind, fields in own_data.WITHHELD.items():
        assert fields <= row_of(kind).kinds[kind]


def test_secrets_and_others_stay_out(browser: Browser) -> None:
    a_customer(company="c2", account="a2", email="bruno@example.fr")
    invited = MemberInvitation(
        "link#x",
        "once",
        company="c1",
        company_name="Dupont SA",
        email="lea@example.fr",
        role="member",
        invited_by="a1",
    )
    invited.list_pk, invited.list_sk = "invited#c1", "1"
    storage.create(invited, {Event.COLLECTED: clock.now()})
    export.make(anne())
    content = download(browser)
    text = opened(content)["data.json"].decode()
    assert "argon2" not in text and "bruno" not in text and "lea@" not in text
    assert items(content, "member_invitation") == [
        {"company": "c1", "company_name": "Dupont SA", "invited_by": "a1", "role": "member"}
    ]


def test_the_copy_lies_sealed_in_the_bucket(browser: Browser) -> None:
    package = export.make(anne())
    stored = boto3.client("s3").get_object(Bucket=table_name(EXPORTS), Key=f"packages/{package.object}")["Body"].read()
    content = download(browser)
    assert package.digest == hashlib.sha256(content).hexdigest()
    assert content not in stored and b"data.json" not in stored


def test_after_three_downloads_nothing_of_it_is_left(browser: Browser) -> None:
    export.make(anne())
    assert len({download(browser) for _ in range(export.DOWNLOADS)}) == 1
    assert browser.open("/account/data").text.count("Télécharger") == 0
    assert export.ready(anne()) == []
    assert objects.names(row_of("package")) == []
    assert keys_of(KEYS) == set()


def test_after_six_days_it_is_hidden_and_the_sweep_takes_item_object_and_key(
    browser: Browser, clock_file: MovedClock
) -> None:
    package = export.make(anne())
    clock_file.move(days=6, seconds=1)
    assert export.ready(anne()) == []
    assert len(objects.names(row_of("package"))) == 1
    sweep()
    assert objects.names(row_of("package")) == []
    assert (package.pk, package.sk) not in keys_of(Package.store)
    assert keys_of(KEYS) == set()


def test_nobody_downloads_the_copy_of_another(browser: Browser) -> None:
    package = export.make(anne())
    other = Browser()
    other.cookies[sessions.SESSION] = a_customer(company="c2", account="a2", email="bruno@example.fr").value
    page = other.open("/account/data")
    form = {"csrf": next(form.fields["csrf"] for form in page.forms if "csrf" in form.fields)}
    assert other.post(f"/account/data/{package.id}", form).status == 404
    assert Browser().open("/account/data").path.startswith("/signin")


def test_a_fourth_copy_on_one_day_is_refused(browser: Browser) -> None:
    for _ in range(export.PER_DAY):
        browser.open("/account/data")
        assert browser.send("/account/export").status == 200
    assert browser.send("/account/export").status == 429
