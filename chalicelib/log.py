"""Structured logs: one JSON object a line, opaque ids, never a name, an address or an e-mail."""

import json
import logging
import sys

_LOGGER = logging.getLogger("iboo.events")
"""A name of our own: Chalice gives the one that is called like the application a handler and the level of errors."""


def _prepare() -> logging.Logger:
    if not _LOGGER.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _LOGGER.addHandler(handler)
        _LOGGER.setLevel(logging.INFO)
        _LOGGER.propagate = False
    return _LOGGER


def info(event: str, **fields: str | int | float | bool | None) -> None:
    """Something happened that an operator may want to count."""
    _prepare().info(json.dumps({"event": event, **fields}))


def warning(event: str, **fields: str | int | float | bool | None) -> None:
    """Something failed that the program copes with."""
    _prepare().warning(json.dumps({"level": "warning", "event": event, **fields}))


def fault(event: str, error: BaseException, **fields: str | int | float | bool | None) -> None:
    """Something failed that should not: the kind of error and where, without its message (which may quote data)."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    record = {"level": "error", "event": event, "error": type(error).__qualname__, "where": where, **fields}
    _prepare().error(json.dumps(record))
