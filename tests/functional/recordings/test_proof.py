"""What is left of a recording when its time is up: a certificate that anybody can check, and copies nobody can play."""

import json
from pathlib import Path

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer

from chalicelib import clock, storage
from chalicelib.privacy import certificates, proof, sweep
from chalicelib.privacy.models import Certificate
from chalicelib.recordings import __main__ as command
from chalicelib.recordings import actions, reading
from chalicelib.register.stores import EPHEMERAL, KEYS, RECORDINGS, USAGE
from chalicelib.storage import expiry, keys, objects
from chalicelib.storage.items import table_name
from tests.functional.conftest import MovedClock
from tests.functional.recordings.scene import Scene
from tests.functional.recordings.writing import MEDIA, record_somebody
from tools.check_certificate import check

DAY = 86_400


class Thief:
    """Who copied the bucket and the tables in time, and puts everything back with dates that have not passed."""

    def __init__(self) -> None:
        self.objects = {name: objects.raw(reading.ROW, name) or b"" for name in objects.names(reading.ROW)}
        self.items = [(table_name(store), item) for store in (USAGE, EPHEMERAL) for item in expiry.scan(store)]

    def put_back(self) -> None:
        for name, content in self.objects.items():
            objects.put_raw(reading.ROW, name, content)
        for table, item in self.items:
            events = {event: at + 28 * DAY for event, at in item["events"].items()}
            late = {name: item[name] + 28 * DAY for name in ("ttl", "delete_by") if name in item} | {"events": events}
            stored = {name: TypeSerializer().serialize(value) for name, value in (item | late).items()}
            boto3.client("dynamodb").put_item(TableName=table, Item=stored)


@pytest.mark.parametrize("swept", [False, True], ids=["before the sweep", "after it"])
def test_a_second_too_late_a_copy_put_back_whole_does_not_play(
    scene: Scene, clock_file: MovedClock, tmp_path: Path, swept: bool
) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    thief = Thief()
    clock_file.move(seconds=int(scene.recording().began_at) + 28 * DAY - clock.now() - 5)
    assert command.main(["save", wanted.recording, str(tmp_path / "in-time")]) == 0
    assert [file.read_bytes() for file in sorted((tmp_path / "in-time").glob("*/*.webm"))] == [MEDIA, MEDIA]
    clock_file.move(seconds=6)
    if swept:
        sweep.sweep()
    thief.put_back()
    again = actions.find(wanted.recording)
    assert again is not None and objects.everything(RECORDINGS), "the copy is all there"
    with pytest.raises(keys.KeyDestroyed):
        reading.timeline(again)
    assert command.main(["save", wanted.recording, str(tmp_path / "late")]) == 1
    assert not list(tmp_path.glob("late/*/*"))


def test_the_keys_have_neither_recovery_nor_a_copy_that_could_be_put_back() -> None:
    assert KEYS.recovery_days == 0 and RECORDINGS.recovery_days == 0


def test_the_customer_gets_a_certificate_of_a_recording_which_the_published_days_prove(
    scene: Scene, clock_file: MovedClock
) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    clock_file.move(days=28, seconds=1)
    sweep.sweep()
    clock_file.move(days=1)
    sweep.sweep()  # decisions were made some seconds later than the first that counts
    clock_file.move(days=1)
    proof.close_days()
    held = storage.listed(Certificate, f"certificates#{scene.host.account.company}")
    (certificate,) = [one for one in held if one.asked == "recording"]
    assert certificate.about == scene.plan.occurrence
    paper = certificates.content(certificate)
    rows = {line["row"]: (line["status"], line["count"]) for line in paper["lines"]}
    assert rows["data_key"] == ("unreadable (key destroyed)", 1)
    assert rows["recording"][0] == "deleted" and rows["recording"][1] >= 6, "it, its part, four tracks, the decision"
    days = {day: proof.published(day) for day in paper["days"]}
    assert check(json.loads(json.dumps(paper)), next(iter(days.values()))["public_key"], days) >= 7
    assert "Zoé" not in json.dumps(paper, ensure_ascii=False) and wanted.recording not in json.dumps(paper)
