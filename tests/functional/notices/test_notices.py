"""What customers are told without asking: a new version of the policy, an account that sleeps."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.accounts import actions, documents
from chalicelib.accounts.documents import PolicyVersion, policy_versions
from chalicelib.privacy import notices, versions
from chalicelib.register import Words
from chalicelib.register.stores import PEOPLE
from chalicelib.storage import expiry, suspension
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import Customer, sign_in, sign_up

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def anne(mailbox: Mailbox) -> Customer:
    return sign_up(mailbox)


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> PolicyVersion:
    """A second version, announced today; its words are the first's with one line more."""
    first = policy_versions()[0]
    today = datetime.fromtimestamp(clock.now(), UTC).date().isoformat()
    version = PolicyVersion("2", today, Words("Un ajout.", "An addition."), {}, first.periods)
    for language in ("fr", "en"):
        words = (documents.INDEX.parent / f"policy-1.{language}.txt").read_text()
        (tmp_path / f"policy-1.{language}.txt").write_text(words)
        (tmp_path / f"policy-2.{language}.txt").write_text(words + "Une ligne de plus\n")
    for module in (documents, versions):
        monkeypatch.setattr(module, "policy_versions", lambda: (first, version))
    monkeypatch.setattr("chalicelib.privacy.version_routes.policy_versions", lambda: (first, version))
    monkeypatch.setattr(versions, "INDEX", tmp_path / "policy.json")
    return version


def test_f24_a_new_version_is_told_to_every_customer_once(
    anne: Customer, second: PolicyVersion, mailbox: Mailbox
) -> None:
    mailbox.empty()
    assert notices.tell() == 1
    assert "/privacy/versions/2" in mailbox.last(anne.email).text
    assert notices.tell() == 0


def test_f24_every_page_points_to_the_comparison_for_thirty_days(second: PolicyVersion, clock_file: MovedClock) -> None:
    banner = 'href="/privacy/versions/2"'
    assert banner in Browser().open("/").html
    page = Browser().open("/privacy/versions/2")
    assert "<ins>Une ligne de plus</ins>" in page.html
    clock_file.move(days=31)
    assert banner not in Browser().open("/").html


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_version_can_be_read(language: str) -> None:
    browser = Browser(language)
    assert browser.open("/privacy/versions").status == 200
    for version in policy_versions():
        page = browser.open(f"/privacy/versions/{version.version}")
        assert page.status == 200 and "CNIL" in page.text


@pytest.mark.parametrize("version", ["99", "..", "x"])
def test_a_version_there_is_not_is_not_found(version: str) -> None:
    assert Browser().open(f"/privacy/versions/{version}").status == 404


def test_the_persons_file_says_which_version_was_shown(anne: Customer) -> None:
    account = actions.by_email(anne.email)
    assert account is not None and account.policy_version == policy_versions()[-1].version


def test_who_has_not_come_for_two_years_is_warned_once_with_the_date(
    anne: Customer, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    mailbox.empty()
    clock_file.move(days=729)
    assert notices.tell() == 0
    clock_file.move(days=3)
    assert notices.tell() == 1
    assert "sera supprimé" in mailbox.last(anne.email).subject
    clock_file.move(days=1)
    assert notices.tell() == 0


def test_who_comes_back_keeps_the_account(anne: Customer, mailbox: Mailbox, clock_file: MovedClock) -> None:
    clock_file.move(days=735)
    notices.tell()
    sign_in(anne.browser, anne.email)
    anne.browser.open("/account")
    clock_file.move(days=700)
    mailbox.empty()
    assert notices.tell() == 0 and actions.by_email(anne.email) is not None


def test_who_is_restricted_is_not_written_to(anne: Customer, mailbox: Mailbox, clock_file: MovedClock) -> None:
    account = actions.by_email(anne.email)
    assert account is not None
    suspension.freeze(expiry.Place(PEOPLE, account.pk, account.sk))
    clock_file.move(days=735)
    mailbox.empty()
    assert notices.tell() == 0 and mailbox.mails == []
