"""The portable copy: what is in it, and that other programs read it safely."""

import csv
import io
import json
import zipfile

from icalendar import Calendar

from chalicelib.privacy.packing import Finding
from chalicelib.register import ROWS, row_of
from chalicelib.register.model import Basis
from chalicelib.rights.portability import pack, portable

NOW = 1_795_424_400


def files(*items: dict[str, object], kind: str = "account") -> dict[str, bytes]:
    found = tuple({"kind": kind, "data": item} for item in items)
    with zipfile.ZipFile(io.BytesIO(pack([Finding(row_of(kind), found, ())], "Bonjour", NOW))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_data_kept_for_a_duty_or_an_interest_only_is_not_portable() -> None:
    for row in ROWS:
        bases = {clock.basis for clock in row.clocks}
        if portable(row) and row.key != "meeting":
            assert bases & {Basis.CONSENT, Basis.CONTRACT}, row.key
    assert not portable(row_of("right_request")) and not portable(row_of("chat_message"))


def test_the_same_data_at_the_same_time_gives_the_same_bytes() -> None:
    assert files({"email": "a@example.fr"}) == files({"email": "a@example.fr"})


def test_a_cell_that_looks_like_a_formula_is_text() -> None:
    content = files({"name": "=HYPERLINK(1)", "email": "+33", "first_name": "@x"})["account.csv"].decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content))
    assert all(value.startswith("'") for value in row.values())


def test_names_with_special_signs_stay_one_value_in_the_card() -> None:
    card = files({"first_name": "Zoë; la", "name": "Le, Roux\nX", "email": "z@example.fr"})["contact.vcf"].decode()
    assert "N:Le\\, Roux\\nX;Zoë\\; la;;;\r\n" in card
    assert card.count("\r\n") == 6


def test_meetings_become_events() -> None:
    meeting: dict[str, object] = {
        "meeting": "m1",
        "title": "Point",
        "starts_at": "2026-11-23T10:00:00Z",
        "ends_at": "2026-11-23T11:00:00Z",
    }
    calendar = Calendar.from_ical(files(meeting, kind="occurrence")["meetings.ics"])
    (event,) = calendar.walk("VEVENT")
    assert str(event["SUMMARY"]) == "Point" and not event.get("ATTENDEE")


def test_what_is_empty_is_left_out() -> None:
    assert json.loads(files()["data.json"])["rows"] == {}
