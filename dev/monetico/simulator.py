"""The simulator as its users see it: start, play, stop.

with Simulator(Path("/tmp/somewhere"), callback="http://127.0.0.1:8080/payments/callback") as bank:
    bank.play(form_fields, card="refused")
"""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dev import leash

ROOT = Path(__file__).parent.parent.parent
TPE, SOCIETE = "1234567", "iboo"
KEY = "12345678901234567890123456789012345678P0"
"""The example key of the official kits; it belongs to nobody."""
START_WITHIN = 20.0
STOP_WITHIN = 10.0
ANSWER_WITHIN = 60.0


class SimulatorError(Exception):
    """The simulator does not start, or refused what it was told."""


class Simulator:
    """One process on 127.0.0.1; what it knows is in ``data`` and there again after a restart.

    ``callback``: where notices go. ``port`` 0 takes any free one; after `start`, ``url`` is known. ``settings``:
    further variables of its environment (dev/monetico/README.md).
    """

    def __init__(self, data: Path, callback: str, port: int = 0, settings: Mapping[str, str] | None = None) -> None:
        self._data = data
        self._callback = callback
        self._settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise SimulatorError("The simulator was not started.")
        return self._process

    def environment(self) -> dict[str, str]:
        """What the functions need in their environment to pay here (names as in chalicelib/settings.py)."""
        return {
            "IBOO_MONETICO_TPE": TPE,
            "IBOO_MONETICO_SOCIETE": SOCIETE,
            "IBOO_MONETICO_KEY": KEY,
            "IBOO_MONETICO_TEST": "1",
            "IBOO_MONETICO_PAGES": self.url,
            "IBOO_MONETICO_SERVICES": self.url,
        }

    def start(self) -> None:
        """Raises `SimulatorError` when the port is taken or nothing answers within 20 s."""
        self._data.mkdir(parents=True, exist_ok=True)
        try:
            listener = socket.create_server(("127.0.0.1", self.port))
        except OSError as fault:
            raise SimulatorError(f"Port {self.port} is taken.") from fault
        with listener:
            self.port = listener.getsockname()[1]
            self._process = subprocess.Popen(
                leash.command(sys.executable, "-m", "dev.monetico"),
                cwd=ROOT,
                env=self._own_environment(listener.fileno()),
                pass_fds=[listener.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Ends it; its state was saved at each change."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def play(self, fields: Mapping[str, str], card: str = "", **wish: object) -> dict[str, Any]:
        """Pays a form's fields with a card of `dev.monetico.cards`; ``how``, ``confirmed``, ``test`` as in
        `Control.play`.

        Returns the attempt with its deliveries. Raises `SimulatorError` with the gateway's reason.
        """
        found: dict[str, Any] = self._control("play", {"fields": dict(fields), "card": card} | wish)
        return found

    def deliver(self, reference: str, **wish: object) -> list[dict[str, Any]]:
        """Sends the callback of an order (again); ``attempt``, ``how``, ``together`` as in `Control.deliver`."""
        sent: list[dict[str, Any]] = self._control("deliver", {"reference": reference} | wish)
        return sent

    def answer(self, service: str, answers: Sequence[Mapping[str, object]]) -> None:
        """Orders what a service answers next, as in `Control.answers`."""
        self._control("answers", {"service": service, "answers": [dict(one) for one in answers]})

    def state(self) -> dict[str, Any]:
        """All it knows: ``orders`` by reference, ``cards`` by alias."""
        with urllib.request.urlopen(f"{self.url}/_control/state", timeout=ANSWER_WITHIN) as answer:
            state: dict[str, Any] = json.load(answer)
        return state

    def reset(self) -> None:
        """Forgets all orders and cards."""
        self._control("reset", {})

    def _control(self, verb: str, wish: Mapping[str, object]) -> Any:
        request = urllib.request.Request(
            f"{self.url}/_control/{verb}", json.dumps(wish).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_WITHIN) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as fault:
            said = fault.read().decode(errors="replace")
            reason = json.loads(said)["why"] if fault.headers.get_content_type() == "application/json" else said
            raise SimulatorError(f"{fault.code} {reason}") from fault

    def _own_environment(self, descriptor: int) -> dict[str, str]:
        return {
            **self.environment(),
            "IBOO_MONETICO_CALLBACK": self._callback,
            "IBOO_MONETICO_STATE": str((self._data / "monetico.json").absolute()),
            "IBOO_MONETICO_FD": str(descriptor),
            **self._settings,
        }

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SimulatorError(f"The simulator ended with status {self.process.returncode}.")
            try:
                self.state()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        self.stop()
        raise SimulatorError(f"The simulator does not answer on {self.url}.")
