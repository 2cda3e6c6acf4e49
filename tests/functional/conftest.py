"""The functions on a real local engine, with a clock that a test can move."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chalicelib.gateways import mail
from dev.engine import Engine
from tests.functional.mailbox import Mailbox

PREFIX = "iboo-test"


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    """Settings and secrets of a throw-away installation."""
    patch = pytest.MonkeyPatch()
    directory = tmp_path_factory.mktemp("installation")
    (directory / "clock").write_text("0")
    private_key = Ed25519PrivateKey.generate()
    for name, value in {
        "STAGE": "dev",
        "TABLE_PREFIX": PREFIX,
        "WORKER_PATIENCE": "3",  # a starved machine is no dead worker
        "CLOCK_FILE": str(directory / "clock"),
        "KEY_ENCRYPTION_KEY": base64.b64encode(os.urandom(32)).decode(),
        "LOOKUP_KEY": base64.b64encode(os.urandom(32)).decode(),
        "CSRF_KEY": base64.b64encode(os.urandom(32)).decode(),
        "POOL_SECRET": base64.b64encode(os.urandom(32)).decode(),
        "PROOF_PRIVATE_KEY": Ed25519PrivateKey.generate()
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode(),
        "TICKET_PRIVATE_KEY": private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    }.items():
        patch.setenv(f"IBOO_{name}", value)
    yield patch
    patch.undo()


@pytest.fixture(scope="session")
def engine(environment: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for all functional tests, with the stores of the register."""
    with Engine(tmp_path_factory.mktemp("engine")) as running:
        for name, value in running.environment().items():
            environment.setenv(name, value)
        running.create_stores(PREFIX)
        yield running


class MovedClock:
    """The product's clock; `move` puts it forward."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.offset = 0

    def move(self, *, days: int = 0, hours: int = 0, seconds: int = 0) -> None:
        """Forward by so much more."""
        self.offset += days * 86_400 + hours * 3_600 + seconds
        self._path.write_text(str(self.offset))


@pytest.fixture
def clock_file(engine: Engine) -> Iterator[MovedClock]:
    """A clock at the real time, put back after the test."""
    moved = MovedClock(Path(os.environ["IBOO_CLOCK_FILE"]))
    yield moved
    moved.move(seconds=-moved.offset)


@pytest.fixture
def stores(engine: Engine, clock_file: MovedClock) -> Engine:
    """Empty stores."""
    engine.empty_stores(PREFIX)
    return engine


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """Every mail the functions hand over in this test."""
    box = Mailbox()
    monkeypatch.setattr(mail, "send", box.send)
    return box
