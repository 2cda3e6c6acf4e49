"""A person's copy as a file."""

import io
import json
import zipfile

from chalicelib.privacy.packing import Finding, moment, pack, plain
from chalicelib.register import Words, row_of

MADE_AT = 1_795_428_000
ACCOUNT = row_of("account")
WORDS = "Tout ce qu'Iboo conserve de vous"


def a_finding(*names: str) -> Finding:
    items = tuple({"kind": "account", "data": {"name": name}} for name in names)
    return Finding(ACCOUNT, items, (Words("une note", "a note"),))


def data(content: bytes) -> dict[str, object]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        row: dict[str, object] = json.loads(archive.read("data.json"))["rows"][0]
        return row


def test_the_same_content_at_the_same_time_gives_the_same_bytes() -> None:
    assert pack([a_finding("Anne")], WORDS, MADE_AT) == pack([a_finding("Anne")], WORDS, MADE_AT)


def test_a_row_without_anything_says_so() -> None:
    empty = data(pack([a_finding()], WORDS, MADE_AT))
    assert (empty["none"], empty["items"]) == (True, [])
    assert data(pack([a_finding("Anne")], WORDS, MADE_AT))["none"] is False


def test_letters_beyond_ascii_stay_readable() -> None:
    with zipfile.ZipFile(io.BytesIO(pack([a_finding("Zoë Lefèvre")], WORDS, MADE_AT))) as archive:
        assert "Zoë Lefèvre" in archive.read("data.json").decode()


def test_moments_are_written_as_dates_and_numbers_as_numbers() -> None:
    assert plain("created_at", MADE_AT) == plain("since", MADE_AT) == moment(MADE_AT) == "2026-11-23T10:00:00Z"
    assert plain("decided_at", MADE_AT * 1_000 + 7) == "2026-11-23T10:00:00Z", "in milliseconds too"
    assert plain("downloads", 2) == 2
    assert plain("open", True) is True
    assert plain("name", "Anne") == "Anne"
