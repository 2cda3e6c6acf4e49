"""What each door may do: its Chalice stage and its IAM policy, from one table.

    python -m infra.doors          writes .chalice/config.json and .chalice/policy-<door>.json
    python -m infra.doors --check  fails when a committed file is not what this says

A door is a Chalice stage: the same code, registering its own blueprints, under a role of its own.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.register.stores import (
    CONTRACTS,
    EPHEMERAL,
    EXPORTS,
    HOLDS,
    INVOICES,
    KEYS,
    PAYMENTS,
    PEOPLE,
    PROOF,
    RECORDINGS,
    RIGHTS,
    SECURITY,
    STORES,
    USAGE,
    Store,
)

FOLDER = Path(__file__).parent.parent / ".chalice"
PREFIX = "iboo"
REGION = "eu-west-3"

READ = ("BatchGetItem", "ConditionCheckItem", "DescribeTable", "GetItem", "Query")
WRITE = ("BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem")

LISTING = ("dynamodb:ListTables", "logs:DescribeLogGroups", "s3:ListAllMyBuckets")
"""AWS knows no narrower form of these. The census needs them to find a store or a log that no row names."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Door:
    """``stores`` it reads and writes, ``added`` those it may only add to, ``read`` those it may only read;
    ``scans``: it counts what is in them all; ``mails``: it sends e-mail. ``memory`` in MB, ``timeout`` in seconds."""

    name: str
    stores: tuple[Store, ...]
    added: tuple[Store, ...] = ()
    read: tuple[Store, ...] = ()
    scans: bool = False
    mails: bool = False
    memory: int = 512
    timeout: int = 15


DOORS: tuple[Door, ...] = (
    Door(
        "public",
        (EPHEMERAL, USAGE, KEYS, PEOPLE, RIGHTS, PROOF, EXPORTS, RECORDINGS),
        added=(CONTRACTS, SECURITY, HOLDS),
        read=(INVOICES,),
        mails=True,
    ),
    Door("callback", (EPHEMERAL, USAGE, KEYS, PEOPLE), added=(PROOF, PAYMENTS), timeout=10),
    Door(
        "console",
        (EPHEMERAL, USAGE, KEYS, PEOPLE, RIGHTS, PROOF, SECURITY, EXPORTS, HOLDS, RECORDINGS),
        added=(PAYMENTS,),  # of a transfer that an operator has matched
        read=(INVOICES, PAYMENTS, CONTRACTS),  # the archives too, for a reason that is written down
        scans=True,  # every customer hears of a new subprocessor
        mails=True,
        timeout=30,
    ),
    Door("schedule", STORES, scans=True, mails=True, timeout=300),
)


def config() -> Json:
    """.chalice/config.json. The stage ``dev`` has every door and is for `chalice local` alone."""
    return {
        "version": "2.0",
        "app_name": "iboo",
        "autogen_policy": False,
        "api_gateway_endpoint_type": "REGIONAL",
        "stages": {"dev": {"api_gateway_stage": "api"}} | {door.name: _stage(door) for door in DOORS},
    }


def policy(door: Door) -> Json:
    """The rights of a door's functions: tables and buckets by name; over everything only `LISTING`."""
    return {"Version": "2012-10-17", "Statement": list(_statements(door))}


def dump(content: Json) -> str:
    """The text of a committed file."""
    return json.dumps(content, indent=2) + "\n"


def files() -> dict[Path, str]:
    """What is committed, by file."""
    policies = {FOLDER / f"policy-{door.name}.json": dump(policy(door)) for door in DOORS}
    return {FOLDER / "config.json": dump(config())} | policies


def main(arguments: Sequence[str]) -> int:
    """0, or 1 when ``--check`` finds a committed file out of date."""
    parser = argparse.ArgumentParser(prog="infra.doors")
    parser.add_argument("--check", action="store_true")
    if not parser.parse_args(arguments).check:
        for file, content in files().items():
            file.write_text(content)
        return 0
    stale = [file.name for file, content in files().items() if not file.exists() or file.read_text() != content]
    if stale:
        sys.stderr.write(f".chalice: {', '.join(stale)} out of date: run `python -m infra.doors`.\n")
    return 1 if stale else 0


def _stage(door: Door) -> Json:
    return {
        "api_gateway_stage": "api",
        "iam_policy_file": f"policy-{door.name}.json",
        "lambda_memory_size": door.memory,
        "lambda_timeout": door.timeout,
        "environment_variables": {"IBOO_DOORS": door.name, "IBOO_STAGE": "prod", "IBOO_TABLE_PREFIX": PREFIX},
    }


def _statements(door: Door) -> Iterator[Json]:
    tables = [store for store in door.stores if store.kind == "table"]
    buckets = [store for store in door.stores if store.kind == "bucket"]
    actions = READ + WRITE + (("Scan",) if door.scans else ())
    yield _allow("Tables", [f"dynamodb:{action}" for action in actions], [arn for one in tables for arn in _arns(one)])
    if door.added:
        added = [arn for store in door.added if store.kind == "table" for arn in _arns(store)]
        yield _allow("AddedTo", ["dynamodb:DescribeTable", "dynamodb:PutItem"], added)
        if apart := [f"arn:aws:s3:::{PREFIX}-{store.key}-*/*" for store in door.added if store.kind == "bucket"]:
            yield _allow("PutApart", ["s3:PutObject"], apart)
    if door.read:
        arns = [arn for store in door.read for arn in _arns(store)]
        yield _allow("Read", [f"dynamodb:{action}" for action in READ], arns)
    if buckets:
        inside = [f"arn:aws:s3:::{PREFIX}-{store.key}-*/*" for store in buckets]
        yield _allow("Objects", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], inside)
        yield _allow("Buckets", ["s3:ListBucket"], [f"arn:aws:s3:::{PREFIX}-{store.key}-*" for store in buckets])
    if door.mails:
        used = [f"arn:aws:ses:{REGION}:*:{one}" for one in ("identity/iboo.live", "configuration-set/iboo-mail")]
        yield _allow("Mail", ["ses:SendEmail", "ses:SendRawEmail"], used)
    if door.scans:
        yield _allow("ListStores", LISTING, ["*"])
    logs = f"arn:aws:logs:{REGION}:*:log-group:/aws/lambda/iboo-{door.name}*"
    yield _allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], [logs])


def _arns(store: Store) -> list[str]:
    table = f"arn:aws:dynamodb:{REGION}:*:table/{PREFIX}-{store.key}"
    return [table, f"{table}/index/*"]


def _allow(sid: str, actions: Sequence[str], resources: Sequence[str]) -> Json:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": list(resources)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
