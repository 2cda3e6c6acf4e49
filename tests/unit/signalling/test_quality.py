"""The counts of a connection as they come over the wire."""

from dataclasses import asdict

import pytest

from chalicelib.signalling import quality
from chalicelib.signalling.quality import Quality

COUNTED = Quality(100, 2, 300, 9, 1.5, 0.4, 0.6)


def test_it_is_read_as_it_was_written_with_or_without_media() -> None:
    assert quality.load(asdict(COUNTED)) == COUNTED
    silent = asdict(COUNTED)
    del silent["media_after"]
    assert quality.load(silent).media_after is None


@pytest.mark.parametrize("value", [-0.1, float("inf"), float("nan")])
def test_nothing_lasts_less_than_nothing_or_for_ever(value: float) -> None:
    with pytest.raises(ValueError):
        quality.load(asdict(COUNTED) | {"media_after": value})
