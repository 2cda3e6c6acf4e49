"""The relay itself, coturn as it runs here, with the limits production has: whom it serves, and whom it sends to."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.fleet import relays
from dev.cloud.relay import Relay, missing, own_address

CLIENT = "turnutils_uclient"
SECRET = "shared with the relays"
WHY_NOT = missing() or ("" if shutil.which(CLIENT) else f"{CLIENT} is not installed")
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=f"no relay: {WHY_NOT}")


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    folder = tmp_path_factory.mktemp("relay")
    secret = folder / "secret"
    secret.write_text(SECRET)
    made = Relay(own_address(), free_port(), free_port(), folder)
    with subprocess.Popen(made.command(secret), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 30
        while not listens(made) and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.05)
        yield made
        process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(relay: Relay) -> bool:
    try:
        socket.create_connection((relay.address, relay.port), 1).close()
    except OSError:
        return False
    return True


def credentials(monkeypatch: pytest.MonkeyPatch, now: float) -> tuple[str, str]:
    """What the functions issue at that moment."""
    monkeypatch.setenv("IBOO_TURN_URLS", "turn:relay.example:3478")
    monkeypatch.setenv("IBOO_TURN_SECRET", SECRET)
    monkeypatch.setattr("chalicelib.clock.wall_clock", lambda: int(now))
    given = relays.of_check()
    assert given is not None
    return given["servers"][0]["username"], given["servers"][0]["credential"]


def send(relay: Relay, peer: str, user: str, password: str) -> str:
    """What the client says of one packet to a peer: nothing of an error, when the relay agrees to send it."""
    words = ("-u", user, "-w", password, "-e", peer, "-n", "1", "-m", "1", "-p", str(relay.port), relay.address)
    done = subprocess.run([CLIENT, *words], capture_output=True, text=True, timeout=60, check=False)
    return "\n".join(line for line in (done.stdout + done.stderr).splitlines() if "error" in line.casefold())


def test_credentials_of_the_functions_reach_the_workers_address(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    assert send(relay, relay.address, *credentials(monkeypatch, time.time())) == ""


@pytest.mark.parametrize("peer", ["169.254.169.254", "10.0.0.1", "127.0.0.1", "192.168.1.1", "203.0.113.9"])
def test_no_other_peer_is_reached(relay: Relay, monkeypatch: pytest.MonkeyPatch, peer: str) -> None:
    assert "403" in send(relay, peer, *credentials(monkeypatch, time.time()))


def test_credentials_that_have_ended_or_were_never_given_open_nothing(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = credentials(monkeypatch, time.time() - relays.CHECKING - 5)
    user, _ = credentials(monkeypatch, time.time())
    for given in (ended, (user, "guessed")):
        assert "Cannot complete Allocation" in send(relay, relay.address, *given)


def test_the_settings_are_no_ones_but_the_owners(relay: Relay) -> None:
    settings = Path(relay.folder / "turnserver.conf")
    assert settings.stat().st_mode & 0o077 == 0
    assert SECRET in settings.read_text()
