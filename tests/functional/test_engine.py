"""The local engine keeps what it is given."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from dev.engine import REGION, Engine, EngineError
from dev.engine_server import SAVE_EVERY

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

PREFIX = "iboo-kept"
TABLE = f"{PREFIX}-usage"
BUCKET = f"{PREFIX}-exports"
WHO: Any = {"region_name": REGION, "aws_access_key_id": "local", "aws_secret_access_key": "local"}


def dynamodb(engine: Engine) -> "DynamoDBClient":
    return boto3.client("dynamodb", endpoint_url=engine.url, **WHO)


def s3(engine: Engine) -> "S3Client":
    return boto3.client("s3", endpoint_url=engine.url, **WHO)


def count(engine: Engine, table: str = TABLE) -> int:
    pages = dynamodb(engine).get_paginator("scan").paginate(TableName=table, Select="COUNT")
    return sum(page["Count"] for page in pages)


def put(engine: Engine, sort_key: str) -> None:
    dynamodb(engine).put_item(TableName=TABLE, Item={"pk": {"S": "a"}, "sk": {"S": sort_key}, "raw": {"B": b"\0\xff"}})


def wait_until_saved(data: Path, sort_key: str) -> None:
    """Until the item with this sort key is in the file that a restart reads."""
    file = data / "state" / "dynamodb.json"
    deadline = time.monotonic() + 60
    while not file.exists() or f'"{sort_key}"' not in file.read_text():
        assert time.monotonic() < deadline, "nothing was saved"
        time.sleep(0.05)


def test_items_and_objects_are_there_after_a_clean_stop(tmp_path: Path) -> None:
    with Engine(tmp_path) as engine:
        engine.create_stores(PREFIX)
        put(engine, "1")
        s3(engine).put_object(Bucket=BUCKET, Key="packages/1", Body=b"content")
    with Engine(tmp_path) as engine:
        item = dynamodb(engine).get_item(TableName=TABLE, Key={"pk": {"S": "a"}, "sk": {"S": "1"}})["Item"]
        assert item["raw"]["B"] == b"\0\xff"
        assert s3(engine).get_object(Bucket=BUCKET, Key="packages/1")["Body"].read() == b"content"


def test_what_was_saved_is_there_after_a_kill(tmp_path: Path) -> None:
    assert SAVE_EVERY * 2 <= 5, "two rounds, or more than 5 s of writes may be lost"
    engine = Engine(tmp_path)
    engine.start()
    engine.create_stores(PREFIX)
    for number in range(200):
        put(engine, str(number))
    put(engine, "the last")
    wait_until_saved(tmp_path, "the last")
    engine.kill()
    with Engine(tmp_path) as again:
        assert count(again) == 201


def test_objects_are_there_after_a_kill_at_once(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.start()
    engine.create_stores(PREFIX)
    s3(engine).put_object(Bucket=BUCKET, Key="packages/1", Body=b"content")
    engine.kill()
    with Engine(tmp_path) as again:
        assert s3(again).get_object(Bucket=BUCKET, Key="packages/1")["Body"].read() == b"content"


def test_an_engine_refuses_to_start_on_a_state_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "dynamodb.json").write_text('{"torn": ')
    with pytest.raises(EngineError):
        Engine(tmp_path).start()


def test_a_taken_port_is_named(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=str(engine.port)):
        Engine(tmp_path, engine.port).start()


def test_creating_stores_twice_keeps_what_is_in_them(engine: Engine) -> None:
    engine.create_stores(PREFIX)
    put(engine, "kept")
    engine.create_stores(PREFIX)
    assert count(engine) == 1
    engine.empty_stores(PREFIX)
    assert count(engine) == 0


def test_the_products_pages_alone_may_fetch_and_from_the_recordings_alone(engine: Engine) -> None:
    engine.create_stores(PREFIX, "http://127.0.0.1:8080")
    [rule] = s3(engine).get_bucket_cors(Bucket=f"{PREFIX}-recordings")["CORSRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (["http://127.0.0.1:8080"], ["GET"])
    with pytest.raises(ClientError):
        s3(engine).get_bucket_cors(Bucket=BUCKET)


def test_a_link_is_believed_as_long_as_it_says(engine: Engine) -> None:
    engine.create_stores(PREFIX)
    s3(engine).put_object(Bucket=BUCKET, Key="packages/1", Body=b"content")
    place = {"Bucket": BUCKET, "Key": "packages/1"}
    assert requests.get(s3(engine).generate_presigned_url("get_object", place), timeout=10).content == b"content"
    over = s3(engine).generate_presigned_url("get_object", place, ExpiresIn=0)
    assert requests.get(over, timeout=10).status_code == 403


def test_a_transaction_is_whole_or_nothing(engine: Engine) -> None:
    engine.create_stores(PREFIX)
    put(engine, "taken")
    client = dynamodb(engine)
    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": TABLE, "Item": {"pk": {"S": "a"}, "sk": {"S": "new"}}}},
                {
                    "Put": {
                        "TableName": TABLE,
                        "Item": {"pk": {"S": "a"}, "sk": {"S": "taken"}},
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
            ]
        )
    assert "Item" not in client.get_item(TableName=TABLE, Key={"pk": {"S": "a"}, "sk": {"S": "new"}})
    engine.empty_stores(PREFIX)
