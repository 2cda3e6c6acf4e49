"""Sealed files in buckets: under the prefix of their register row, encrypted, never public.

An object is named after the item it belongs to, and the item is written before it. So an object whose item is gone has
nothing to wait for.
"""

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib import settings
from chalicelib.register import Row, Store

from .items import Refused, table_name
from .sealing import DataKey, seal, unseal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def name_for(pk: str, sk: str, part: str) -> str:
    """The name of an object that belongs to the item ``pk`` / ``sk``. ``part``: which of its objects."""
    return "/".join(quote(word, safe="") for word in (pk, sk, part))


def owner_of(name: str) -> tuple[str, str] | None:
    """Primary key of the item an object belongs to; `None` for a name nobody gave."""
    words = name.split("/")
    return (unquote(words[0]), unquote(words[1])) if len(words) == 3 else None


def put(row: Row, name: str, content: bytes, key: DataKey) -> str:
    """Writes ``content`` sealed; returns the object's full name. Raises `Refused` for a row without objects."""
    bucket, path = _place(row, name)
    _client().put_object(Bucket=bucket, Key=path, Body=seal(key, path, "object", content))
    return path


def get(row: Row, name: str, key: DataKey) -> bytes | None:
    """What was put; `None` when it is gone. Raises `Unreadable`."""
    body = raw(row, name)
    return None if body is None else unseal(key, row.prefix + name, "object", body)


def raw(row: Row, name: str) -> bytes | None:
    """The object as it lies there, sealed; `None` when it is gone."""
    bucket, path = _place(row, name)
    try:
        return _client().get_object(Bucket=bucket, Key=path)["Body"].read()
    except ClientError as fault:
        if fault.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise


def copy(row: Row, name: str, to: Row, new: str) -> None:
    """Copies an object as it is, inside the store: its bytes do not come here. Nothing happens when it is gone."""
    bucket, path = _place(row, name)
    target, new_path = _place(to, new)
    try:
        _client().copy_object(Bucket=target, Key=new_path, CopySource={"Bucket": bucket, "Key": path})
    except ClientError as fault:
        if fault.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise


def put_raw(row: Row, name: str, content: bytes) -> None:
    """Writes what is sealed already, as a manifest of a recording is. Raises `Refused`."""
    bucket, path = _place(row, name)
    _client().put_object(Bucket=bucket, Key=path, Body=content)


def link(row: Row, name: str, seconds: int) -> str:
    """A link under which the object can be had, as it lies there, for so long."""
    bucket, path = _place(row, name)
    return _client().generate_presigned_url("get_object", {"Bucket": bucket, "Key": path}, ExpiresIn=seconds)


def link_to_put(row: Row, name: str, seconds: int) -> str:
    """A link under which the object may be written once or again, for so long: for a job that has no other right."""
    bucket, path = _place(row, name)
    return _client().generate_presigned_url("put_object", {"Bucket": bucket, "Key": path}, ExpiresIn=seconds)


def place(row: Row) -> str:
    """Where `link` leads for any object of the row: what a page's policy must allow, and nothing beside it."""
    path = link(row, "", 1).partition("?")[0]
    return path if path.endswith("/") else f"{path}/"


def sizes(row: Row, start: str) -> dict[str, int]:
    """The bytes of every object of the row whose name starts so, by name without the prefix, in order."""
    bucket, path = _place(row, start)
    pages = _client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=path)
    return {entry["Key"][len(row.prefix) :]: entry["Size"] for page in pages for entry in page.get("Contents", [])}


def delete(row: Row, name: str) -> None:
    """Deletes an object; nothing happens when it is gone already."""
    bucket, path = _place(row, name)
    _client().delete_object(Bucket=bucket, Key=path)


def delete_all(row: Row, start: str) -> None:
    """Deletes every object of the row whose name starts so, by the thousand: a recording has one per four seconds."""
    bucket, path = _place(row, start)
    for page in _client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=path):
        doomed = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
        if doomed:
            answer = _client().delete_objects(Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})  # type: ignore[typeddict-item]
            if answer.get("Errors"):
                raise ClientError({"Error": {"Code": answer["Errors"][0].get("Code", "")}}, "DeleteObjects")


def names(row: Row, start: str = "") -> list[str]:
    """Every object of the row (whose name starts so), without the prefix."""
    return list(sizes(row, start))


def everything(store: Store) -> list[str]:
    """Every object of a bucket, by full name."""
    pages = _client().get_paginator("list_objects_v2").paginate(Bucket=table_name(store))
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def buckets() -> list[str]:
    """Every bucket that exists under this installation's prefix."""
    prefix = settings.get("TABLE_PREFIX") + "-"
    found = [bucket["Name"] for bucket in _client().list_buckets()["Buckets"]]
    return [name for name in found if name.startswith(prefix)]


def _place(row: Row, name: str) -> tuple[str, str]:
    if row.objects is None:
        raise Refused(f"{row.key}: the register gives it no objects")
    return table_name(row.objects), row.prefix + name


@lru_cache(maxsize=1)
def _client() -> "S3Client":
    return boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
