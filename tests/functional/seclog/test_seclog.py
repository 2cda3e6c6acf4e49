"""The security log: apart, under ids that cannot be undone, for six months."""

from datetime import UTC, datetime

import pytest

from chalicelib import clock, seclog, storage
from chalicelib.accounts.actions import by_email
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import EPHEMERAL, KEYS, PEOPLE, SECURITY, USAGE
from chalicelib.storage import expiry
from infra.doors import DOORS, policy
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import OTHER_PASSWORD, PASSWORD, join, sign_in, sign_up

pytestmark = pytest.mark.usefixtures("stores")

ADDRESS = "192.0.2.44"


def lines() -> list[tuple[str, str]]:
    """Action and outcome of each line, in order."""
    found = sorted(expiry.scan(SECURITY), key=lambda item: item["sk"])
    return [(item["action"], item["outcome"]) for item in found]


def test_signing_in_failing_and_out_leave_a_line_each_with_the_address(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox, browser=Browser(address=ADDRESS))
    anne.browser.open("/account")
    anne.browser.send("/signout")
    sign_in(anne.browser, anne.email, OTHER_PASSWORD)
    sign_in(anne.browser, anne.email, PASSWORD)
    assert sorted(lines()) == sorted(
        [("account_opened", "done"), ("sign_out", "done"), ("sign_in", "refused"), ("sign_in", "done")]
    )
    items = list(expiry.scan(SECURITY))
    assert {item["address"] for item in items} == {ADDRESS}
    assert len({item["actor"] for item in items}) == 1


def test_acts_of_administration_say_to_whom_they_were_done(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox)
    karim = join(anne, mailbox, "karim@lefevre.fr")
    member = by_email(karim.email)
    assert member is not None
    page = anne.browser.open(f"/company/members/{member.id}/leave")
    anne.browser.send(next(action for action in page.actions if action.endswith("/remove")))
    invited, removed = (
        next(item for item in expiry.scan(SECURITY) if item["action"] == action)
        for action in ("member_invited", "member_removed")
    )
    assert invited["target"] == removed["target"] == seclog.opaque(karim.email)
    assert removed["actor"] == seclog.opaque(anne.email)


def test_no_line_holds_a_name_or_an_address_of_mail(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox)
    sign_in(Browser(), "personne@nulle-part.example", PASSWORD)
    told = str(list(expiry.scan(SECURITY)))
    for word in (anne.email, "lefevre", "Anne", "Dupont", "nulle-part"):
        assert word not in told


def test_the_addresses_of_visitors_are_in_no_other_store(mailbox: Mailbox) -> None:
    browser = Browser(address=ADDRESS)
    anne = sign_up(mailbox, browser=browser)
    sign_in(Browser(address=ADDRESS), anne.email, OTHER_PASSWORD)
    browser.open("/privacy-choices")
    browser.send("/privacy-choices", choice="accept")
    for store in (EPHEMERAL, USAGE, PEOPLE, KEYS):
        assert ADDRESS not in str(list(expiry.scan(store))), store.key


def test_the_key_of_the_ids_is_another_each_half_year_and_destroyed_at_its_end(clock_file: MovedClock) -> None:
    before = seclog.opaque("anne@lefevre.fr")
    assert seclog.opaque(" ANNE@lefevre.fr ") == before
    owner, until = seclog.period_of(clock.now())
    clock_file.move(seconds=until - clock.now())
    sweep()
    assert f"key#{owner}" not in {item["pk"] for item in expiry.scan(KEYS)}
    assert seclog.opaque("anne@lefevre.fr") != before


@pytest.mark.parametrize(
    ("day", "name", "end"),
    [
        ("2026-11-23", "seclog#2026-2", "2027-01-01"),
        ("2027-01-01", "seclog#2027-1", "2027-07-01"),
        ("2027-06-30", "seclog#2027-1", "2027-07-01"),
        ("2027-07-01", "seclog#2027-2", "2028-01-01"),
    ],
)
def test_half_years_begin_in_january_and_july(day: str, name: str, end: str) -> None:
    def seconds(text: str) -> int:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())

    assert seclog.period_of(seconds(day)) == (name, seconds(end))


def test_a_line_goes_after_six_months(clock_file: MovedClock) -> None:
    seclog.record("sign_in", "done", "anne@lefevre.fr", ADDRESS)
    clock_file.move(days=180)
    sweep()
    assert lines()
    clock_file.move(days=5)
    sweep()
    assert lines() == []


def test_the_doors_people_use_may_add_to_the_log_and_not_read_it() -> None:
    for door in DOORS:
        if door.name in ("public", "callback"):
            for statement in policy(door)["Statement"]:
                if any("iboo-security" in arn for arn in statement["Resource"]):
                    assert set(statement["Action"]) == {"dynamodb:DescribeTable", "dynamodb:PutItem"}


def test_a_log_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> None:
    anne = sign_up(mailbox)

    def away(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(storage, "create", away)
    seclog.record("sign_in", "done", anne.email, ADDRESS)
    monkeypatch.undo()
    assert ("sign_in", "done") not in lines()
