"""Who receives what, and who answers for it."""

import io
import json
import zipfile
from datetime import datetime, timedelta

import pytest

from chalicelib import clock, ledger
from chalicelib.accounts import actions as accounts
from chalicelib.privacy import export
from chalicelib.register.stores import EPHEMERAL
from chalicelib.storage import expiry
from tests.functional.browser import Browser
from tests.functional.mailbox import Mailbox
from tests.functional.people import sign_up

pytestmark = pytest.mark.usefixtures("stores")

ANNE = "anne@lefevre.fr"
GUEST = "bruno@client.example"


def test_the_outbox_forgets_address_and_words_once_they_are_sent(mailbox: Mailbox) -> None:
    sign_up(mailbox, ANNE)
    sent = [item for item in expiry.scan(EPHEMERAL) if item["kind"] == "outgoing_mail"]
    assert sent
    for item in sent:
        assert item["state"] == "sent" and not {"recipient", "message"} & item.keys()


def test_a_mail_leaves_a_line_in_the_ledger_that_is_in_the_persons_copy(mailbox: Mailbox) -> None:
    sign_up(mailbox, ANNE)
    assert {line.recipient for line in ledger.of(ANNE)} == {"mail provider"}
    account = accounts.by_email(ANNE)
    assert account is not None
    package = export.make(account)
    with zipfile.ZipFile(io.BytesIO(export.download(account, package.id))) as archive:
        rows = {row["row"]: row for row in json.loads(archive.read("data.json"))["rows"]}
    assert len(rows["disclosure"]["items"]) == len(ledger.of(ANNE))


def test_a_guest_is_told_which_company_answers_and_where(mailbox: Mailbox) -> None:
    host = sign_up(mailbox, ANNE)
    day = datetime.fromtimestamp(clock.now()) + timedelta(days=2)
    host.browser.open("/meetings/new")
    host.browser.send("/meetings/new", title="Point", date=f"{day:%Y-%m-%d}", time="10:00", invitees=GUEST)
    page = Browser().open(mailbox.last(GUEST).link("/my-data/"))
    assert page.status == 200
    assert "Cabinet Lefèvre" in page.text and f"mailto:{ANNE}" in page.html and GUEST in page.text
