"""A shop that is the product, a bank that is the simulator, real HTTP between them."""

import logging
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from chalice.test import Client

from dev.engine import Engine
from dev.monetico import Simulator
from tests.functional.billing.buyers import Buyer, a_buyer
from tests.functional.browser import functions
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox

PATH = "/payments/callback"


class Counter(ThreadingHTTPServer):
    """The product's callback address, on a port."""

    daemon_threads = True
    request_queue_size = 128


class Handler(BaseHTTPRequestHandler):
    """Hands every request to the functions, each in a thread of its own."""

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _answer(self, method: str, body: bytes) -> None:
        headers = {"Content-Type": self.headers["Content-Type"]} if "Content-Type" in self.headers else {}
        answer = Client(functions()).http.request(method, self.path, headers=headers, body=body)
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() != "content-length":
                self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


@pytest.fixture(scope="session")
def callback_url(engine: Engine) -> Iterator[str]:
    with Counter(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}{PATH}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def open_bank(
    callback_url: str, environment: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Simulator]:
    clock = {"IBOO_CLOCK_FILE": os.environ["IBOO_CLOCK_FILE"], "IBOO_MONETICO_MODE": "recurring"}
    with Simulator(tmp_path_factory.mktemp("bank"), callback_url, settings=clock) as running:
        yield running


@pytest.fixture
def bank(open_bank: Simulator, stores: Engine, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """With an empty ledger, known to the functions."""
    open_bank.reset()
    for name, value in open_bank.environment().items():
        monkeypatch.setenv(name, value)
    for name, value in {"IBAN": "FR7610278000000000000000000", "BIC": "CMCIFR2A", "HOLDER": "Iboo"}.items():
        monkeypatch.setenv(f"IBOO_TRANSFER_{name}", value)
    return open_bank


@pytest.fixture
def buyer(bank: Simulator, mailbox: Mailbox, clock_file: MovedClock) -> Buyer:
    """Who administers a company on trial."""
    return a_buyer()


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Every line the functions log in this test."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    handler = Keep()
    logger = logging.getLogger("iboo.events")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lines
    logger.removeHandler(handler)


@pytest.fixture(autouse=True)
def publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher who may invoice."""
    for name, value in {
        "NAME": "Iboo SAS",
        "FORM": "SAS au capital de 1 000 €",
        "ADDRESS": "1 place Bellecour, 69002 Lyon",
        "SIREN": "552 100 554 RCS Lyon",
        "VAT": "FR96 552 100 554",
    }.items():
        monkeypatch.setenv(f"IBOO_PUBLISHER_{name}", value)
