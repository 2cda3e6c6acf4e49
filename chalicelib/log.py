"""Structured logs: one JSON object a line, opaque ids, never a name, an address or an e-mail.

While a request is answered, each line carries its id and, where there is one, the occurrence it is about: what happened
to one meeting, or in one request, is found by one search. Figures are lines too, in CloudWatch's embedded metric
format.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from chalicelib import settings

Value = str | int | float | bool | None
Unit = Literal["Milliseconds", "Count", "Percent"]

_LOGGER = logging.getLogger("iboo.events")
"""A name of our own: Chalice gives the one that is called like the application a handler and the level of errors."""
_BOUND: ContextVar[dict[str, Value] | None] = ContextVar("bound", default=None)


class _Out(logging.Handler):
    """To what standard output is now."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stdout.write(f"{record.getMessage()}\n")
        sys.stdout.flush()


_OUT = _Out()


def _write(level: int, record: Mapping[str, object]) -> None:
    if _OUT not in _LOGGER.handlers:
        _LOGGER.addHandler(_OUT)
        _LOGGER.setLevel(logging.INFO)
        _LOGGER.propagate = False
    _LOGGER.log(level, json.dumps({**record, **(_BOUND.get() or {})}))


@contextmanager
def bound(**fields: Value) -> Iterator[None]:
    """Every line of the block carries these opaque ids; those without a value are left out."""
    token = _BOUND.set({**(_BOUND.get() or {}), **{name: value for name, value in fields.items() if value}})
    try:
        yield
    finally:
        _BOUND.reset(token)


def info(event: str, **fields: Value) -> None:
    """Something happened that an operator may want to count."""
    _write(logging.INFO, {"event": event, **fields})


def warning(event: str, **fields: Value) -> None:
    """Something failed that the program copes with."""
    _write(logging.WARNING, {"level": "warning", "event": event, **fields})


def fault(event: str, error: BaseException, **fields: Value) -> None:
    """Something failed that should not: the kind of error and where, without its message (which may quote data)."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    record = {"level": "error", "event": event, "error": type(error).__qualname__, "where": where, **fields}
    _write(logging.ERROR, record)


def measure(name: str, value: float, unit: Unit) -> None:
    """A figure of this installation, which CloudWatch takes out of the line (embedded metric format 1.0)."""
    metric = {"Name": name, "Unit": unit}
    place = {"Namespace": f"Iboo/{settings.get('TABLE_PREFIX')}", "Dimensions": [[]], "Metrics": [metric]}
    aws = {"Timestamp": round(time.time() * 1000), "CloudWatchMetrics": [place]}
    _write(logging.INFO, {"event": "measured", "_aws": aws, name: round(value, 1)})
