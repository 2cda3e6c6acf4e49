"""Lines of the log: what they carry, and what they measure."""

import json
from typing import Any

import pytest

from chalicelib import log


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_carries_the_request_and_the_meeting_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    with log.bound(request="r1", occurrence=None), log.bound(occurrence="m-1"):
        log.info("said", count=2)
    log.info("said")
    assert lines(capsys) == [{"event": "said", "count": 2, "request": "r1", "occurrence": "m-1"}, {"event": "said"}]


def test_an_error_tells_its_kind_and_place_but_never_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("anne@example.fr")
    except ValueError as error:
        log.fault("broken", error)
    (line,) = lines(capsys)
    assert line["error"] == "ValueError" and line["where"].rpartition(":")[0] == __file__
    assert "anne" not in json.dumps(line)


def test_a_figure_is_in_the_form_cloudwatch_takes_out_of_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    log.measure("JoinTime", 12.345, "Milliseconds")
    (line,) = lines(capsys)
    (place,) = line["_aws"]["CloudWatchMetrics"]
    assert place["Namespace"].startswith("Iboo/") and place["Dimensions"] == [[]]
    assert place["Metrics"] == [{"Name": "JoinTime", "Unit": "Milliseconds"}]
    assert line["JoinTime"] == 12.3
    assert isinstance(line["_aws"]["Timestamp"], int)
