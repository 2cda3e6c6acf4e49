"""What production deploys for data is what the register promises."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.register import ROWS, STORES, Row, Store
from chalicelib.register.period import period
from chalicelib.register.rights import SUSPENSION
from chalicelib.register.stores import HOLDS, RECORDINGS
from infra.data import GENERATED, bucket, dump, expiry_days, table, template

TABLES = [store for store in STORES if store.kind == "table"]
BUCKETS = [store for store in STORES if store.kind == "bucket"]


def properties(resource: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resource["Properties"]
    return found


def test_the_committed_description_is_current() -> None:
    assert GENERATED.read_text() == dump(template(STORES, ROWS)), "run `python -m infra.data`"


def test_the_description_is_sound_cloudformation() -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "eu-west-3", "--template", str(GENERATED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_store_is_described_once() -> None:
    described = template(STORES, ROWS)["Resources"].values()
    names = [properties(one).get("TableName") or properties(one).get("BucketName") for one in described]
    assert sorted(json.dumps(name) for name in names if name) == sorted(
        json.dumps({"Fn::Sub": f"${{Prefix}}-{store.key}" + ("" if store.kind == "table" else "${BucketSuffix}")})
        for store in STORES
    )


@pytest.mark.parametrize("store", TABLES, ids=lambda store: store.key)
def test_a_table_can_be_restored_as_far_back_as_the_register_says_and_no_further(store: Store) -> None:
    recovery = properties(table(store))["PointInTimeRecoverySpecification"]
    assert recovery["PointInTimeRecoveryEnabled"] == (store.recovery_days > 0)
    assert recovery.get("RecoveryPeriodInDays", 0) == store.recovery_days


def test_keys_can_never_be_restored() -> None:
    described = template(STORES, ROWS)["Resources"]["KeysTable"]
    assert properties(described)["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}


@pytest.mark.parametrize("store", TABLES, ids=lambda store: store.key)
def test_every_table_expires_items_encrypts_them_and_resists_deletion(store: Store) -> None:
    described = table(store)
    assert properties(described)["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert properties(described)["SSESpecification"] == {"SSEEnabled": True}
    assert properties(described)["DeletionProtectionEnabled"] == store.retained
    assert described["DeletionPolicy"] == ("Retain" if store.retained else "Delete")


@pytest.mark.parametrize("store", BUCKETS, ids=lambda store: store.key)
def test_every_bucket_is_private_unversioned_and_over_tls_only(store: Store) -> None:
    resources = template(STORES, ROWS)["Resources"]
    name = store.key.capitalize()
    described = properties(resources[f"{name}Bucket"])
    assert all(described["PublicAccessBlockConfiguration"].values())
    assert len(described["PublicAccessBlockConfiguration"]) == 4
    assert "VersioningConfiguration" not in described
    [statement] = properties(resources[f"{name}BucketPolicy"])["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_pages_of_the_product_alone_may_read_recordings_and_no_other_bucket() -> None:
    read = {store.key: properties(bucket(store, [])).get("CorsConfiguration") for store in BUCKETS}
    rules = read.pop(RECORDINGS.key)
    assert set(read.values()) == {None}
    assert rules is not None
    [rule] = rules["CorsRules"]
    assert (rule["AllowedMethods"], rule["AllowedOrigins"]) == (["GET"], [{"Ref": "Site"}])
    assert "AllowedHeaders" not in rule and "ExposedHeaders" not in rule


def test_what_is_held_or_frozen_has_no_end_to_count_from_and_no_rule_that_would_delete_it() -> None:
    rules = properties(bucket(HOLDS, [SUSPENSION]))["LifecycleConfiguration"]["Rules"]
    assert not any("ExpirationInDays" in rule for rule in rules)


@pytest.mark.parametrize("row", [row for row in ROWS if row.objects and row is not SUSPENSION], ids=lambda row: row.key)
def test_a_bucket_deletes_by_itself_a_day_before_the_promise_ends(row: Row) -> None:
    assert row.objects is not None
    rules = properties(bucket(row.objects, [row]))["LifecycleConfiguration"]["Rules"]
    assert {"DaysAfterInitiation": 1} in [rule.get("AbortIncompleteMultipartUpload") for rule in rules]
    [expiry] = [rule for rule in rules if "ExpirationInDays" in rule]
    assert expiry["Prefix"] == row.prefix and expiry["Prefix"].endswith("/")
    assert "TagFilters" not in expiry, "an object without the tag would live for ever"
    for clock in row.clocks:
        assert period(f"{expiry['ExpirationInDays'] + 1}d").within(clock.promise, period("0d"))


def test_a_row_whose_backstop_would_come_before_its_time_is_refused() -> None:
    row = next(row for row in ROWS if row.objects)
    tight = replace(row, clocks=(replace(row.clocks[0], keep=period("7d"), promise=period("7d")),))
    with pytest.raises(ValueError, match=row.key):
        expiry_days(tight)
