"""The 30 days kept, with the sweep at work, with it off, and with a backup restored (scenarios 4 to 6)."""

from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer

from chalicelib import clock, ledger, storage
from chalicelib.accounts.models import Account, Contract
from chalicelib.consents import newsletter, objections
from chalicelib.meetings.models import ChatMessage
from chalicelib.privacy import certificates, proof
from chalicelib.privacy.census import census
from chalicelib.privacy.restoring import replay
from chalicelib.privacy.sweep import sweep
from chalicelib.register.events import Event
from chalicelib.register.stores import CONTRACTS, KEYS, PEOPLE, STORES, USAGE
from chalicelib.storage import expiry, keys
from chalicelib.storage.items import table_name
from chalicelib.storage.tombstones import day_of
from tests.functional.browser import Browser
from tests.functional.conftest import PREFIX, MovedClock
from tests.functional.newsletter.sending import send
from tests.functional.privacy.things import DAY, a_customer, a_meeting, keys_of

pytestmark = pytest.mark.usefixtures("stores")

MESSAGE = ("occurrence#m", "chat#1")


@pytest.fixture
def scratch() -> Iterator[str]:
    """A table outside the installation, into which a copy is restored."""
    name = f"scratch-{PREFIX}-usage"
    client = boto3.client("dynamodb")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    yield name
    client.delete_table(TableName=name)


def restore(copy: list[expiry.Raw], table: str) -> None:
    for item in copy:
        stored = {name: TypeSerializer().serialize(value) for name, value in item.items()}
        boto3.client("dynamodb").put_item(TableName=table, Item=stored)


def test_f04_what_is_said_is_hidden_at_28_days_to_the_second_and_gone_with_its_key_within_the_hour(
    clock_file: MovedClock,
) -> None:
    a_meeting("m", said="bonjour")
    said = storage.get(ChatMessage, *MESSAGE)
    assert said is not None and said.ttl == said.delete_by == said.said_at + 28 * DAY
    clock_file.move(seconds=int(said.delete_by) - clock.now() + 1)
    assert storage.get(ChatMessage, *MESSAGE) is None
    assert MESSAGE in keys_of(USAGE), "hidden, though the sweep has yet to come"
    clock_file.move(hours=1)
    sweep()
    assert keys_of(USAGE) == keys_of(KEYS) == set()
    clock_file.move(days=2)
    assert sum(count.late for count in census().values()) == 0
    proof.close_days()
    paper = certificates.content(certificates.find(certificates.issue("meeting", "m", [MESSAGE[0]])))
    assert [(line["row"], line["status"], line["count"]) for line in paper["lines"]] == [("talk", "deleted", 1)]
    assert all(told["head"] for told in paper["days"].values())


def test_f05_with_sweep_and_time_to_live_off_nothing_is_served_and_the_page_says_it_is_late(
    clock_file: MovedClock,
) -> None:
    a_meeting("m", said="bonjour")
    clock_file.move(days=28, seconds=1)
    assert storage.get(ChatMessage, *MESSAGE) is None
    with pytest.raises(keys.KeyDestroyed):
        keys.open_key("occurrence#m")
    assert census()[table_name(USAGE)].late == 0
    clock_file.move(days=1)
    found = census()[table_name(USAGE)]
    assert found.late == found.items == 2
    assert 'badge danger">' in Browser().open("/retention").html


def test_f06_of_a_backup_restored_at_day_40_nothing_comes_back_and_nothing_can_be_read(
    clock_file: MovedClock, scratch: str
) -> None:
    a_meeting("m", said="bonjour")
    clock_file.move(days=20)
    copied_at, copy = clock.now(), list(expiry.scan(USAGE))
    assert {(item["pk"], item["sk"]) for item in copy} >= {MESSAGE}
    clock_file.move(days=20)
    sweep()
    restore(copy, scratch)
    assert replay(scratch, copied_at) == (len(copy), 0)
    assert list(expiry.scan_table(scratch)) == []
    with pytest.raises(keys.KeyDestroyed):
        keys.open_key("occurrence#m")


def test_f06_what_a_person_had_erased_does_not_come_back_before_its_time_either(
    clock_file: MovedClock, scratch: str
) -> None:
    a_customer()
    clock_file.move(hours=1)
    copied_at, copy = clock.now(), list(expiry.scan(PEOPLE))
    erased = next(item for item in copy if item["kind"] == "account")
    clock_file.move(hours=1)
    account = storage.get(Account, erased["pk"], erased["sk"])
    assert account is not None
    storage.delete(account)
    restore(copy, scratch)
    went, stayed = replay(scratch, copied_at)
    assert (went, stayed) == (1, len(copy) - 1)
    assert erased["pk"] not in {item["pk"] for item in expiry.scan_table(scratch)}
    assert replay(scratch, copied_at) == (0, len(copy) - 1)


def at(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def test_f11_prospecting_ends_after_three_years_and_the_proof_of_the_contract_after_five(
    clock_file: MovedClock,
) -> None:
    """The dates of the scenario, moved by as many whole leap cycles as the clock, which only goes forward, needs."""
    email, years = "anne@example.fr", 4
    clock_file.move(seconds=at(f"{2024 + years}-02-20") - clock.now())
    newsletter.became_customer(email, "fr", refused=False)
    a_customer(email=email)
    clock_file.move(days=9)
    contract = next(storage.query(Contract, "company#c1", "contract#"))
    storage.happened(contract, Event.TERMINATED, clock.now())
    assert day_of(clock.now()) == f"{2024 + years}-02-29"
    sweep()
    assert [item["kind"] for item in expiry.scan(CONTRACTS)] == ["contract"]
    clock_file.move(seconds=at(f"{2027 + years}-02-12") - clock.now())
    assert objections.refusal(email) is None
    clock_file.move(days=1, hours=1)
    assert objections.refusal(email) == "no live purpose"
    assert send() == 0
    sweep()
    assert [item["kind"] for item in expiry.scan(CONTRACTS)] == ["contract"]
    assert email not in str(list(expiry.scan(PEOPLE)))
    clock_file.move(seconds=at(f"{2029 + years}-02-20") - clock.now())
    sweep()
    assert list(expiry.scan(CONTRACTS)) != []
    clock_file.move(days=2)
    sweep()
    assert list(expiry.scan(CONTRACTS)) == []


COPIED = [store for store in STORES if store.kind == "table" and store.recovery_days]
"""The tables of which there is a backup at all."""


def test_f06_the_drill_of_every_table_nothing_expired_comes_back_and_content_stays_unreadable(
    clock_file: MovedClock, scratch: str
) -> None:
    a_customer()
    a_meeting("m", said="bonjour")
    account = storage.get(Account, "account#a1", "account")
    assert account is not None
    ledger.record("account", account.email, "prestataire", "mail")
    clock_file.move(days=20)
    copied_at = clock.now()
    copies = {store: list(expiry.scan(store)) for store in COPIED}
    storage.delete(account)
    clock_file.move(days=20)
    sweep()
    for store, copy in copies.items():
        restore(copy, scratch)
        went, stayed = replay(scratch, copied_at)
        assert went + stayed == len(copy)
        left = list(expiry.scan_table(scratch))
        assert all(item.get("delete_by") is None or item["delete_by"] > clock.now() for item in left), store.key
        assert "account#a1" not in {item["pk"] for item in left if item["kind"] == "account"}
        assert replay(scratch, copied_at) == (0, stayed), "doing it twice changes nothing"
        for item in left:
            expiry.remove(scratch, item["pk"], item["sk"])
    (message,) = [item for item in copies[USAGE] if item["kind"] == "chat_message"]
    with pytest.raises(keys.KeyDestroyed):
        keys.open_key(str(message["data_key"]))
