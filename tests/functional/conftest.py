"""What the functional tests share: one engine for all of them."""

from collections.abc import Iterator

import pytest

from dev.engine import Engine

PREFIX = "iboo-test"


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A running engine with the stores of the register, named ``iboo-test-…``.

    Tests that need it empty call ``engine.empty_stores(PREFIX)``; ``engine.environment()`` points boto3 to it.
    """
    with Engine(tmp_path_factory.mktemp("engine")) as running:
        running.create_stores(PREFIX)
        yield running
