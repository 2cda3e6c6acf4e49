"""Each door has a role of its own, and no role more than its door needs."""

from typing import Any

import pytest

from chalicelib.register import STORES
from infra.doors import DOORS, LISTING, Door, config, files, policy


@pytest.mark.parametrize("file", files(), ids=lambda file: file.name)
def test_the_committed_files_are_current(file: Any) -> None:
    assert file.read_text() == files()[file], "run `python -m infra.doors`"


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_no_right_is_given_over_everything(door: Door) -> None:
    for statement in policy(door)["Statement"]:
        assert all("*" not in action for action in statement["Action"])
        if statement["Sid"] == "ListStores":
            assert door.scans and set(statement["Action"]) == set(LISTING)
            continue
        for resource in statement["Resource"]:
            assert "iboo" in resource.rsplit(":", 1)[1], resource


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_door_names_exactly_its_tables(door: Door) -> None:
    named = {
        resource.rsplit("/iboo-", 1)[1]
        for statement in policy(door)["Statement"]
        for resource in statement["Resource"]
        if ":table/" in resource and not resource.endswith("/index/*")
    }
    assert named == {store.key for store in (*door.stores, *door.added, *door.read) if store.kind == "table"}


def test_what_is_held_apart_is_read_by_console_and_schedules_and_only_added_to_by_the_public() -> None:
    rights: dict[str, set[str]] = {}
    for door in DOORS:
        for statement in policy(door)["Statement"]:
            if any("iboo-holds-" in resource for resource in statement["Resource"]):
                rights.setdefault(door.name, set()).update(statement["Action"])
    all_of_it = {"s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"}
    assert rights == {"public": {"s3:PutObject"}, "console": all_of_it, "schedule": all_of_it}


def test_only_the_schedules_read_the_archive() -> None:
    archives = {store for store in STORES if store.archive}
    assert archives
    assert {door.name for door in DOORS if archives & set(door.stores)} == {"schedule"}


def test_nothing_is_guessed_from_code_and_nothing_leaves_the_region() -> None:
    assert config()["autogen_policy"] is False
    assert config()["api_gateway_endpoint_type"] == "REGIONAL"
    assert set(config()["stages"]) == {"dev", *(door.name for door in DOORS)}
