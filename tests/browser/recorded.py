"""A recording as it was stored: fetched with the functions' keys, decoded, put on its timeline."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import numpy

from dev.cloud import Cloud
from dev.cloud.environment import TABLE_PREFIX
from tests import decoded
from tests.browser.person import Person
from tests.decoded import RATE, Wave

PATIENCE = 90.0
ENDED = ("ready", "incomplete", "empty")


def run(cloud: Cloud, *arguments: str) -> str:
    """``python -m chalicelib.recordings`` with those arguments. Raises `CalledProcessError`."""
    command = [sys.executable, "-m", "chalicelib.recordings", *arguments]
    return subprocess.run(command, env=cloud.functions, check=True, capture_output=True, text=True).stdout


def listed(cloud: Cloud, occurrence: str) -> list[dict[str, Any]]:
    """The recordings of a meeting."""
    found: list[dict[str, Any]] = json.loads(run(cloud, "list", occurrence))
    return found


def until(what: str, state: Callable[[], Any]) -> Any:
    """Waits until ``state()`` is true and returns it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := state()):
        assert time.monotonic() < deadline, f"{what} never came"
        time.sleep(0.5)
    return found


def entitle(cloud: Cloud) -> None:
    """Every company of this installation has the plan that records."""
    table = _client("dynamodb", cloud)
    name = f"{TABLE_PREFIX}-people"
    for item in table.scan(TableName=name)["Items"]:
        if item["kind"]["S"] == "subscription":
            table.update_item(
                TableName=name,
                Key={"pk": item["pk"], "sk": item["sk"]},
                UpdateExpression="SET #plan = :plan",
                ExpressionAttributeNames={"#plan": "plan"},
                ExpressionAttributeValues={":plan": {"S": "professional"}},
            )


def forget_tries(cloud: Cloud) -> None:
    """All people of these tests come from one address, which may register twenty times an hour and no more."""
    table, name = _client("dynamodb", cloud), f"{TABLE_PREFIX}-ephemeral"
    for page in table.get_paginator("scan").paginate(TableName=name):
        for item in page["Items"]:
            if item["kind"]["S"] == "throttle":
                table.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})


def stored(cloud: Cloud) -> dict[str, bytes]:
    """Every object in the bucket of recordings."""
    s3, bucket = _client("s3", cloud), f"{TABLE_PREFIX}-recordings"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def answer(person: Person, value: str) -> None:
    """Answers the question when it comes: "yes" or "no"."""
    dialog = person.page.locator("#recording-question[open]")
    person.until("the question", dialog.is_visible)
    dialog.locator(f"button[value={value}]").click()


def line(person: Person) -> str:
    """What the line about the recording says; empty when there is none."""
    shown = person.page.locator("#recording")
    return shown.inner_text() if shown.is_visible() else ""


def press_record(host: Person) -> None:
    """Opens the menu, presses record (or stop), and confirms."""
    host.open_panel("more")
    host.page.locator("#record").click()
    host.page.locator("#question button[value=yes]").click()


def finished(cloud: Cloud, occurrence: str) -> dict[str, Any]:
    """The meeting's one recording, once it is closed: waits for what its last worker still stores, then moves the clock
    on by the minute after which a silent worker is given up."""

    def stored_all() -> bool:
        return str(listed(cloud, occurrence)[0]["parts"][-1]["state"]) == "closed"

    until("the end of the last part", stored_all)
    cloud.move_clock(61)
    try:
        found = until("the end", lambda: [one for one in listed(cloud, occurrence) if one["state"] in ENDED])
    finally:
        cloud.move_clock(0)
    return dict(found[0])


@dataclass
class Track:
    """A track on its timeline. ``began``: seconds since 1970, zero of it."""

    said: dict[str, Any]
    folder: Path
    began: float

    @property
    def source(self) -> str:
        return str(self.said["source"])

    @property
    def name(self) -> str:
        return str(self.said["name"])

    @property
    def span(self) -> tuple[float, float]:
        """From when to when, seconds since 1970."""
        first, last = self.said["segments"][0], self.said["segments"][-1]
        return self.began + first[0] / 1000, self.began + (last[0] + last[1]) / 1000

    def wave(self) -> Wave:
        """The sound, from zero of the timeline on; nothing where there is none."""
        whole = numpy.zeros(max(start + length for start, length in self.said["segments"]) * RATE // 1000 + RATE)
        for file in sorted(self.folder.iterdir()):
            sound = decoded.sound(file.read_bytes())
            at = int(file.stem) * RATE // 1000
            whole[at : at + len(sound)] = sound
        return whole.astype(numpy.float32)

    def brightness(self) -> list[tuple[float, float]]:
        """Time (seconds of the timeline) and mean brightness (0 to 255) of each frame."""
        return [
            (int(file.stem) / 1000 + at, light)
            for file in sorted(self.folder.iterdir())
            for at, light in decoded.light(file.read_bytes())
        ]


def saved(cloud: Cloud, recording: str, folder: Path) -> list[Track]:
    """The recording's tracks, decrypted."""
    run(cloud, "save", recording, str(folder))
    said = json.loads((folder / "timeline.json").read_text())
    return [Track(track, folder / track["track"], said["began_at"]) for track in said["tracks"]]


def _client(service: str, cloud: Cloud) -> Any:
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=cloud.engine_url,
        region_name="eu-west-3",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
