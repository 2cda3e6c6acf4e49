"""The daily census finds what is late, whatever the sweep believes."""

from collections.abc import Callable, Iterator

import boto3
import pytest

from chalicelib import clock, log, storage
from chalicelib.privacy.census import by_category, census, results
from chalicelib.privacy.models import CensusResult
from chalicelib.privacy.sweep import sweep
from chalicelib.register.events import Event
from chalicelib.register.stores import EXPORTS, KEYS, STORES, USAGE
from chalicelib.storage import expiry, keys, suspension
from chalicelib.storage.items import table_name
from tests.functional.conftest import PREFIX, MovedClock

from .things import DAY, a_line, a_meeting

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, object]]:
    """The alarms raised: event and store."""
    raised: list[tuple[str, object]] = []
    monkeypatch.setattr(log, "warning", lambda event, **fields: raised.append((event, fields["store"])))
    return raised


@pytest.fixture
def foreign_table() -> Iterator[str]:
    """A table under our prefix that no row of the register names."""
    name = f"{PREFIX}-debug_events"
    client = boto3.client("dynamodb")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield name
    client.delete_table(TableName=name)


def test_the_census_counts_every_store_of_the_register() -> None:
    names = {table_name(store) for store in STORES}
    indexes = {
        f"{table_name(store)}/index/{one}" for store in STORES if store.kind == "table" for one in ("due", "list")
    }
    assert set(census()) == names | indexes


def test_with_the_sweep_at_work_nothing_is_late(clock_file: MovedClock, alarms: list[tuple[str, object]]) -> None:
    a_meeting("m", said="bonjour")
    clock_file.move(days=28, seconds=1)
    sweep()
    assert [count.late for count in census().values()] == [0] * len(census())
    assert alarms == []


def test_with_the_sweep_off_what_is_a_day_late_raises_the_alarm(
    clock_file: MovedClock, alarms: list[tuple[str, object]]
) -> None:
    line = a_line("1")
    keys.key_for("occurrence#m", clock.now() + 28 * DAY, "c1")
    clock_file.move(days=28, seconds=60)
    assert census()[table_name(USAGE)].late == 0
    clock_file.move(days=1, seconds=60)
    item = expiry.read(line)
    found = census()[table_name(USAGE)]
    assert item is not None and (found.items, found.late, found.next) == (1, 1, item["delete_by"])
    late = {store for event, store in alarms if event == "census_late"}
    assert late == {f"{table_name(store)}{part}" for store in (USAGE, KEYS) for part in ("", "/index/due")}
    noted = {result.sk: (int(result.counted), int(result.late)) for result in results()}
    assert noted[table_name(USAGE)] == (1, 1)


def test_a_table_no_row_names_raises_the_alarm_until_it_is_gone(
    foreign_table: str, alarms: list[tuple[str, object]]
) -> None:
    assert census()[foreign_table].late == 1
    assert alarms == [("census_late", foreign_table)]
    boto3.client("dynamodb").put_item(TableName=foreign_table, Item={"pk": {"S": "1"}, "mail": {"S": "a@b.fr"}})
    assert census()[foreign_table].late == 1
    assert foreign_table in {result.sk for result in results()}


def test_a_table_that_is_gone_leaves_the_results() -> None:
    gone = CensusResult("census", f"{PREFIX}-gone", counted=1, late=1, at=clock.now())
    storage.create(gone, {Event.RENEWED: clock.now()})
    census()
    assert gone.sk not in {result.sk for result in results()}


def test_an_item_of_a_kind_no_row_names_is_late_at_once(alarms: list[tuple[str, object]]) -> None:
    boto3.client("dynamodb").put_item(
        TableName=table_name(USAGE), Item={"pk": {"S": "x"}, "sk": {"S": "y"}, "kind": {"S": "debug_event"}}
    )
    assert census()[table_name(USAGE)].late == 1


def test_an_object_without_its_item_is_late_and_the_sweep_takes_it(alarms: list[tuple[str, object]]) -> None:
    s3 = boto3.client("s3")
    for name in ("packages/packages%23a1/gone/copy.zip", "elsewhere/what", "packages/odd"):
        s3.put_object(Bucket=table_name(EXPORTS), Key=name, Body=b"x")
    assert census()[table_name(EXPORTS)].late == 3
    assert sweep().outcomes["orphans"] == 2
    assert census()[table_name(EXPORTS)].late == 1, "no row has this prefix: a person must look"


def test_a_second_census_takes_the_place_of_the_first(clock_file: MovedClock) -> None:
    a_line("1")
    census()
    a_line("2")
    clock_file.move(days=1)
    census()
    noted = {result.sk: result for result in results()}
    assert len(noted) == len(census())
    assert noted[table_name(USAGE)].counted == 2
    assert abs(noted[table_name(USAGE)].at - clock.now()) < 60


def test_an_index_nobody_declared_is_late(foreign_table: str, alarms: list[tuple[str, object]]) -> None:
    boto3.client("dynamodb").update_table(
        TableName=foreign_table,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "by_mail",
                    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            }
        ],
    )
    assert census()[f"{foreign_table}/index/by_mail"].late == 1


@pytest.fixture
def log_groups() -> Iterator[Callable[[str, int | None], None]]:
    """Makes log groups, and takes them away again."""
    client, made = boto3.client("logs"), []

    def make(name: str, days: int | None) -> None:
        client.create_log_group(logGroupName=f"/{PREFIX}/{name}")
        made.append(f"/{PREFIX}/{name}")
        if days is not None:
            client.put_retention_policy(logGroupName=f"/{PREFIX}/{name}", retentionInDays=days)

    yield make
    for name in made:
        client.delete_log_group(logGroupName=name)


def test_a_log_that_no_row_names_or_that_keeps_its_lines_too_long_is_late(
    log_groups: Callable[[str, int | None], None], alarms: list[tuple[str, object]]
) -> None:
    for name, days in (("functions/public", 14), ("workers", 30), ("relays", None), ("debug", 1)):
        log_groups(name, days)
    found = {name: count.late for name, count in census().items() if name.startswith("/")}
    late = {f"/{PREFIX}/workers": 1, f"/{PREFIX}/relays": 1, f"/{PREFIX}/debug": 1}
    assert found == {f"/{PREFIX}/functions/public": 0, **late}


def test_the_census_counts_by_category_with_the_oldest_and_what_is_held(clock_file: MovedClock) -> None:
    written = clock.now()
    suspension.hold(a_line("1"), "LH-1")
    clock_file.move(days=3)
    a_line("2")
    census()
    noted = by_category()["disclosure"]
    assert (noted.counted, noted.late, noted.suspended) == (2, 0, 1)
    assert abs(int(noted.oldest or 0) - written) < 60
