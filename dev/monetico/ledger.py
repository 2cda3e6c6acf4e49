"""What the bank remembers: orders, attempts, captures, stored cards. Kept in one JSON file over restarts."""

import json
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


@dataclass
class How:
    """How the callback of an attempt comes. ``when``: before, after, late, never; ``seal``: upper, lower, wrong."""

    when: str = "before"
    times: int = 1
    method: str = "POST"
    seal: str = "upper"
    extra: dict[str, str] = field(default_factory=dict)


@dataclass
class Delivery:
    """A callback that was sent, and its answer; ``error`` when there was none."""

    at: str
    status: int
    body: str
    acknowledged: bool
    error: str = ""


@dataclass
class Attempt:
    """A try to pay. ``notice``: the fields of its callback, without seal."""

    card: str
    paid: bool
    notice: dict[str, str]
    how: How
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass
class Capture:
    """Money taken; ``refunds``: cents and time of each."""

    cents: int
    day: str
    authorisation: str
    refunds: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Order:
    """A payment as it was asked for. ``token``: names it in the buyer's pages; ``day``: DD/MM/YYYY."""

    reference: str
    token: str
    fields: dict[str, str]
    cents: int
    currency: str
    day: str
    test: bool
    attempts: list[Attempt] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    cancelled: bool = False
    stopped: bool = False

    @property
    def paid(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.paid), None)

    @property
    def captured(self) -> int:
        return sum(capture.cents for capture in self.captures)

    @property
    def refunded(self) -> int:
        return sum(cents for capture in self.captures for cents, _ in capture.refunds)


class Ledger:
    """All of it. `save` after each change; ``clock_file``: seconds to add to the clock, as for the functions."""

    def __init__(self, path: Path, clock_file: Path | None) -> None:
        self._path = path
        self._clock_file = clock_file
        self.orders: dict[str, Order] = {}
        self.cards: dict[str, str] = {}
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self._authorisations = 949_103
        if path.exists():
            self._load(json.loads(path.read_text()))

    def now(self) -> datetime:
        offset = 0
        if self._clock_file and self._clock_file.exists():
            offset = int(self._clock_file.read_text() or 0)
        return datetime.fromtimestamp(time.time() + offset, PARIS)

    def by_token(self, token: str) -> Order | None:
        return next((order for order in self.orders.values() if order.token == token), None)

    def authorisation(self) -> str:
        self._authorisations += 1
        return f"{self._authorisations:06}"

    def forget(self) -> None:
        self.orders, self.cards, self.answers = {}, {}, {}
        self.save()

    def as_json(self) -> dict[str, Any]:
        return {
            "orders": {reference: asdict(order) for reference, order in self.orders.items()},
            "cards": self.cards,
            "answers": self.answers,
            "authorisations": self._authorisations,
        }

    def save(self) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False))
        fresh.replace(self._path)

    def _load(self, kept: dict[str, Any]) -> None:
        self.orders = {reference: _order(order) for reference, order in kept["orders"].items()}
        self.cards, self.answers = kept["cards"], kept["answers"]
        self._authorisations = kept["authorisations"]


def _order(kept: dict[str, Any]) -> Order:
    attempts = [
        Attempt(
            **attempt | {"how": How(**attempt["how"]), "deliveries": [Delivery(**one) for one in attempt["deliveries"]]}
        )
        for attempt in kept["attempts"]
    ]
    captures = [
        Capture(**capture | {"refunds": [(cents, at) for cents, at in capture["refunds"]]})
        for capture in kept["captures"]
    ]
    return Order(**kept | {"attempts": attempts, "captures": captures})


def cents(text: str) -> tuple[int, str]:
    """``62.70EUR`` → 6270, EUR. `ValueError` for anything else."""
    number, currency = text[:-3], text[-3:]
    whole, point, part = number.partition(".")
    fits = whole.isdecimal() and (part.isdecimal() and len(part) <= 2 if point else not part)
    if not (fits and text.isascii() and currency.isalpha() and currency.isupper()):
        raise ValueError("montant")
    return int(whole) * 100 + int(part.ljust(2, "0")), currency


def euros(amount: int, currency: str) -> str:
    """6270, EUR → ``62.70EUR``."""
    return f"{amount // 100}.{amount % 100:02}{currency}"
