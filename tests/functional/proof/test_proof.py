"""What is erased leaves a proof that anybody can check, and no content."""

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from chalicelib import clock, storage
from chalicelib.privacy import certificates, proof
from chalicelib.privacy.models import Certificate
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import PROOF, USAGE
from chalicelib.storage import expiry, suspension
from chalicelib.storage.tombstones import Tombstone, day_of, group_of
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.people import PASSWORD, sign_in, sign_up
from tests.functional.privacy.test_forgetting import GUEST, Held
from tests.functional.privacy.things import a_line, a_meeting
from tools.check_certificate import check

pytestmark = pytest.mark.usefixtures("stores")


def swept_meeting(clock_file: MovedClock) -> str:
    """A meeting whose time is up; returns the day of its erasure, closed and signed."""
    a_meeting("m", said="bonjour à tous")
    clock_file.move(days=28, seconds=1)
    sweep()
    day = day_of(clock.now())
    clock_file.move(days=1)
    assert proof.close_days()[-1] == day
    return day


def a_certificate() -> dict[str, Any]:
    identifier = certificates.issue("meeting", "m", ["meeting#m", "occurrence#m", "key#occurrence#m"])
    return certificates.content(certificates.find(identifier))


def checked(paper: dict[str, Any]) -> int:
    days = {day: proof.published(day) for day in paper["days"]}
    key = next(iter(days.values()))["public_key"]
    return check(json.loads(json.dumps(paper)), key, days)


def test_a_certificate_is_proved_by_the_published_day_alone(clock_file: MovedClock) -> None:
    swept_meeting(clock_file)
    paper = a_certificate()
    assert checked(paper) == 2
    assert {(line["row"], line["status"]) for line in paper["lines"]} == {
        ("data_key", "unreadable (key destroyed)"),
        ("talk", "deleted"),
    }


@pytest.mark.parametrize("broken", ["tombstone", "line", "group", "signature"])
def test_a_certificate_that_says_anything_else_fails_the_check(clock_file: MovedClock, broken: str) -> None:
    day = swept_meeting(clock_file)
    paper, published = a_certificate(), proof.published(day)
    key = published["public_key"]
    if broken == "tombstone":
        stone = paper["groups"][0]["tombstones"][0]
        paper["groups"][0]["tombstones"][0] = stone.replace('"why":"due"', '"why":"asked"')
    elif broken == "line":
        paper["lines"][0]["count"] += 1
    elif broken == "group":
        published["groups"] = published["groups"][1:]
    else:
        published["signature"] = "00" * 64
    with pytest.raises((ValueError, InvalidSignature)):
        check(paper, key, {day: published})


def test_days_are_chained_and_a_day_without_erasures_has_its_place(clock_file: MovedClock) -> None:
    first = swept_meeting(clock_file)
    clock_file.move(days=2)
    closed = proof.close_days()
    assert len(closed) == 2
    chain = [proof.published(day) for day in (first, *closed)]
    assert chain[0]["previous"] == proof.FIRST
    assert [one["previous"] for one in chain[1:]] == [one["head"] for one in chain[:-1]]
    assert [one["erasures"] for one in chain] == [chain[0]["erasures"], 0, 0] and chain[0]["erasures"] > 0


def test_a_day_is_closed_once_and_not_before_it_is_over(clock_file: MovedClock) -> None:
    day = swept_meeting(clock_file)
    head = proof.published(day)
    assert proof.close_days() == []
    assert proof.published(day) == head
    assert Browser().open(f"/proof/{day_of(clock.now())}").status == 404


def test_tombstones_hold_no_content_and_no_key_of_the_item(clock_file: MovedClock, held: Held) -> None:
    clock_file.move(seconds=held.ends_at + 29 * 86_400 - clock.now())
    sweep()
    stones = str([item for item in expiry.scan(PROOF) if item["kind"] == "tombstone"])
    assert stones != "[]"
    for told in (GUEST, held.host.email, "Bruno", "Martin", "Point mensuel", held.meeting):
        assert told not in stones, told


def test_working_rows_leave_no_tombstone(clock_file: MovedClock) -> None:
    a_line("1")  # of the recipients ledger
    clock_file.move(days=29)
    assert sweep().outcomes["deleted"] == 1
    assert list(expiry.scan(PROOF)) == []


def test_what_a_hold_keeps_leaves_no_tombstone(clock_file: MovedClock) -> None:
    a_meeting("m", said="bonjour")
    suspension.hold(expiry.Place(USAGE, "occurrence#m", "chat#1"), "LH-7")
    clock_file.move(days=29)
    sweep()
    assert list(storage.listed(Tombstone, f"group#{group_of('occurrence#m')}")) == []


def test_proofs_go_a_year_after_the_erasure(clock_file: MovedClock) -> None:
    swept_meeting(clock_file)
    a_certificate()
    clock_file.move(days=370)
    sweep()
    assert list(expiry.scan(PROOF)) == []


def test_who_closes_an_account_gets_a_certificate_that_says_what_stays_and_why(
    mailbox: Mailbox, clock_file: MovedClock
) -> None:
    anne = sign_up(mailbox)
    anne.browser.open("/account/close")
    page = anne.browser.send("/account/close", password=PASSWORD)
    assert page.path.startswith("/certificates/") and page.status == 200
    paper = anne.browser.open(f"{page.path}/json").json
    assert {line["row"] for line in paper["lines"] if line["status"] == "deleted"} == {"account"}
    kept = {line["row"]: line for line in paper["lines"] if line["status"] == "kept until"}
    assert kept["contract"]["ground"] == "GDPR art. 6.1.f; policy §7"
    assert all(line["until"] for line in kept.values())
    assert anne.email not in json.dumps(paper)
    clock_file.move(days=1, hours=1)
    proof.close_days()
    assert checked(Browser().open(f"{page.path}/json").json) == 2


def test_the_customer_finds_a_certificate_of_each_meeting(held: Held, clock_file: MovedClock) -> None:
    clock_file.move(seconds=held.ends_at + 28 * 86_400 + 1 - clock.now())
    sweep()
    sign_in(held.host.browser, held.host.email)
    listed = held.host.browser.open("/company/certificates")
    assert f"Réunion {held.room}" in listed.text
    certificate = next(iter(storage.listed(Certificate, "certificates#" + company_of(held))))
    paper = held.host.browser.open(f"/certificates/{certificate.id}/json").json
    rows = {line["row"]: line["status"] for line in paper["lines"]}
    assert rows["talk"] == rows["invite"] == rows["guest"] == "deleted"
    assert rows["data_key"] == "unreadable (key destroyed)"


def company_of(held: Held) -> str:
    from chalicelib.accounts.actions import by_email

    account = by_email(held.host.email)
    assert account is not None
    return str(account.company)


def test_the_paper_is_one_page(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox)
    anne.browser.open("/account/close")
    page = anne.browser.send("/account/close", password=PASSWORD)
    answer = anne.browser.send(f"{page.path}/pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.body.startswith(b"%PDF-") and answer.body.count(b"/Type /Page\n") == 1


def test_a_certificate_nobody_issued_is_not_found() -> None:
    assert Browser().open("/certificates/abcdef").status == 404
