"""Content is gone with its key, wherever a copy of the tables lies."""

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer

from chalicelib import clock, storage
from chalicelib.meetings.models import ChatMessage
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import KEYS, USAGE
from chalicelib.storage import expiry, keys
from chalicelib.storage.items import table_name
from chalicelib.storage.sealing import Unreadable
from tests.functional.conftest import MovedClock

from .things import DAY, a_meeting, keys_of

pytestmark = pytest.mark.usefixtures("stores")


def put_back(copy: list[expiry.Raw]) -> None:
    for item in copy:
        stored = {name: TypeSerializer().serialize(value) for name, value in item.items()}
        boto3.client("dynamodb").put_item(TableName=table_name(USAGE), Item=stored)


def test_a_saved_copy_of_the_tables_does_not_give_back_what_was_said(clock_file: MovedClock) -> None:
    a_meeting("m", said="bonjour à tous")
    copy = list(expiry.scan(USAGE))  # what a backup of the usage table holds; the key table has none
    clock_file.move(days=28, seconds=1)
    sweep()
    assert keys_of(KEYS) == set()
    clock_file.move(days=-28)
    put_back(copy)
    restored = storage.get(ChatMessage, "occurrence#m", "chat#1")
    assert restored is not None and "bonjour" not in str(copy)
    with pytest.raises(keys.KeyDestroyed):
        keys.open_key("occurrence#m")
    fresh = keys.key_for("occurrence#m", clock.now() + DAY, "c1")  # the same name does not make the same key
    with pytest.raises(Unreadable):
        storage.get(ChatMessage, "occurrence#m", "chat#1", key=fresh)


def test_a_key_goes_before_what_it_protected(clock_file: MovedClock) -> None:
    a_meeting("m", said="bonjour")
    clock_file.move(days=28, seconds=1)
    sweep(most=1)
    assert keys_of(KEYS) == set()
    assert ("occurrence#m", "chat#1") in keys_of(USAGE)
