"""A shop with the client, a bank with the simulator, real HTTP between them."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import pytest

from chalicelib.gateways.monetico import (
    ACKNOWLEDGED,
    NOT_ACKNOWLEDGED,
    BadSeal,
    Billing,
    Callback,
    Order,
    Services,
    Terminal,
    read_callback,
)
from dev.monetico import Simulator, simulator

_IN_TEST = Terminal(tpe=simulator.TPE, societe=simulator.SOCIETE, key=simulator.KEY)


@dataclass
class Shop:
    """Receives callbacks, reads them with the client, acknowledges them."""

    terminal: Terminal
    received: list[Callback] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    url: str = ""

    def take(self, method: str, encoded: bytes) -> str:
        self.methods.append(method)
        try:
            self.received.append(read_callback(self.terminal, encoded))
        except BadSeal:
            self.refused.append(encoded)
            return NOT_ACKNOWLEDGED
        return ACKNOWLEDGED

    def forget(self) -> None:
        for kept in (self.received, self.methods, self.refused):
            kept.clear()


class Counter(ThreadingHTTPServer):
    """The shop's callback address."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, shop: Shop) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.shop = shop


class Handler(BaseHTTPRequestHandler):
    """POST with a body, or GET with a query."""

    server: Counter

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self) -> None:
        self._answer(self.path.partition("?")[2].encode())

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _answer(self, encoded: bytes) -> None:
        body = self.server.shop.take(self.command, encoded).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Pragma", "no-cache")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="session")
def open_shop() -> Iterator[Shop]:
    shop = Shop(_IN_TEST)
    with Counter(shop) as server:
        shop.url = f"http://127.0.0.1:{server.server_port}/callback"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield shop
        server.shutdown()
        thread.join()


@pytest.fixture
def shop(open_shop: Shop) -> Shop:
    """With empty shelves, its terminal in test."""
    open_shop.forget()
    open_shop.terminal = _IN_TEST
    return open_shop


@pytest.fixture(scope="session")
def open_bank(open_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(tmp_path_factory.mktemp("bank"), open_shop.url) as running:
        yield running


@pytest.fixture
def bank(open_bank: Simulator) -> Simulator:
    """With an empty ledger; captures at once."""
    open_bank.reset()
    return open_bank


@pytest.fixture
def terminal(bank: Simulator, shop: Shop) -> Terminal:
    return at(bank)


@pytest.fixture
def services(terminal: Terminal) -> Services:
    return Services(terminal)


def at(bank: Simulator, key: str = simulator.KEY, test: bool = True) -> Terminal:
    """The terminal that pays at this bank."""
    return Terminal(tpe=simulator.TPE, societe=simulator.SOCIETE, key=key, test=test, pages=bank.url, services=bank.url)


_numbers = count(1)


_ORDER = Order(
    reference="",
    amount=Decimal("62.70"),
    at=datetime(2026, 11, 23, 23, 30, tzinfo=UTC),
    billing=Billing(address="12 rue de la République", city="Lyon", postal_code="69002", country="FR"),
    return_ok="https://iboo.example/merci",
    return_error="https://iboo.example/reprendre",
    mail="anne@example.org",
)


def order(**changes: Any) -> Order:
    """An order with a reference of its own."""
    return replace(_ORDER, reference=f"IB{next(_numbers):08}", **changes)
