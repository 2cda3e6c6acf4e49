"""Which forwarder a worker has."""

from typing import Any

import pytest

from media_workers.forwarders import native_forwarder
from media_workers.native_forwarder import NativeForwarder
from media_workers.settings import SettingError


class Library:
    """Stands for the one that is built."""

    Engine = object


def absent() -> Any:
    return None


@pytest.mark.parametrize("wanted", ["auto", "native"])
def test_what_is_built_is_taken_where_it_is_wanted(wanted: str) -> None:
    assert isinstance(native_forwarder(wanted, lambda: 0.0, Library), NativeForwarder)


def test_python_forwards_where_that_is_wanted() -> None:
    assert native_forwarder("python", lambda: 0.0, Library) is None


def test_without_the_library_python_forwards() -> None:
    assert native_forwarder("auto", lambda: 0.0, absent) is None


def test_a_worker_that_must_have_the_library_does_not_start_without() -> None:
    with pytest.raises(SettingError, match="FORWARDER"):
        native_forwarder("native", lambda: 0.0, absent)
