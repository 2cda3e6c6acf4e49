"""What is shipped is listed whole; what must not be shipped is seen."""

import json
from pathlib import Path

import pytest

from dev import supply

KEY = "AKIA" + "IOSFODNN7" + "EXAMPLF"
PEM = "-----BEGIN " + "RSA PRIVATE KEY-----"


@pytest.mark.parametrize("where", ["chalicelib/x.py", "tests/unit/x.py", "docs/x.md"])
@pytest.mark.parametrize("line", [f'key = "{KEY}"', PEM])
def test_a_key_is_seen_wherever_it_is(where: str, line: str, tmp_path: Path) -> None:
    (tmp_path / where).parent.mkdir(parents=True)
    (tmp_path / where).write_text(f"first line\n{line}\n")
    found = supply.secrets([where], tmp_path)
    assert [one.split(":")[:2] for one in found] == [[where, "2"]]


def test_a_password_is_seen_where_none_is_invented(tmp_path: Path) -> None:
    for where in ("chalicelib/x.py", "tests/x.py"):
        (tmp_path / where).parent.mkdir(parents=True)
        (tmp_path / where).write_text('password = "' + "correct-horse-7" + '"\n')
    assert [one.split(":")[0] for one in supply.secrets(["chalicelib/x.py", "tests/x.py"], tmp_path)] == [
        "chalicelib/x.py"
    ]


def test_a_known_place_is_still_there_and_still_looks_like_one() -> None:
    for file, _kind in supply.KNOWN:
        assert (supply.ROOT / file).is_file(), file


@pytest.mark.parametrize(
    ("part", "named", "needed"), [("functions", "boto3", "s3transfer"), ("worker", "aiortc", "pyee")]
)
def test_a_part_is_listed_with_all_it_needs(part: str, named: str, needed: str) -> None:
    written = supply.written(supply.listing(part))
    assert supply.fault(written) == ""
    names = {one["name"] for one in json.loads(written)["components"]}
    assert {named, needed} <= names and "pytest" not in names
    needs = {one["ref"]: one.get("dependsOn", []) for one in json.loads(written)["dependencies"]}
    (of_named,) = [found for ref, found in needs.items() if ref.startswith(f"pkg:pypi/{named}@")]
    assert any(ref.startswith(f"pkg:pypi/{needed}@") for ref in of_named)


def test_what_browsers_get_is_listed_too() -> None:
    names = {one.name for one in supply.listing(supply.VENDORED).components}
    assert "yjs" in names


def test_the_same_parts_are_written_the_same_way() -> None:
    assert supply.written(supply.listing("composer")) == supply.written(supply.listing("composer"))


def test_a_document_that_is_none_is_refused() -> None:
    assert supply.fault('{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "joke"}]}')


def test_a_known_weakness_is_told_and_an_unknown_part_too(monkeypatch: pytest.MonkeyPatch) -> None:
    report = {
        "dependencies": [
            {"name": "good", "version": "1", "vulns": []},
            {"name": "bad", "version": "2", "vulns": [{"id": "GHSA-1"}, {"id": "GHSA-2"}]},
            {"name": "new", "skip_reason": "not found"},
        ]
    }
    monkeypatch.setattr(supply, "ACCEPTED", {"GHSA-2": "not reached by us"})
    assert supply.weaknesses(report) == (["bad 2: GHSA-1"], ["new"])
