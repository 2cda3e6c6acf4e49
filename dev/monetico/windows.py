"""The addresses of the services, and the odd answers a test orders from them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from dev.monetico import counter
from dev.monetico.certify import certified
from dev.monetico.ledger import Ledger
from dev.monetico.request import Contract

SERVICES = ("capture_paiement", "recredit_paiement", "etatpaiement")


class Windows:
    """``/[test/]<service>.cgi``."""

    def __init__(self, contract: Contract, ledger: Ledger) -> None:
        self._contract = contract
        self._ledger = ledger
        self._work: dict[str, Callable[[Mapping[str, str]], web.Response]] = {
            "capture_paiement": lambda fields: self._lines(fields, counter.capture(fields, ledger, contract)),
            "recredit_paiement": lambda fields: self._lines(fields, counter.refund(fields, ledger, contract)),
            "etatpaiement": lambda fields: _xml(counter.status(fields, ledger)),
        }

    def add_routes(self, application: web.Application) -> None:
        for place in ("", "/test"):
            application.router.add_post(f"{place}/{{service:{'|'.join(SERVICES)}}}.cgi", self.ask)

    async def ask(self, posted: web.Request) -> web.StreamResponse:
        service = posted.match_info["service"]
        pairs = [(name, str(value)) for name, value in (await posted.post()).items()]
        ordered = self._ordered(service)
        if ordered is not None and not ordered.get("work"):
            return _odd(posted, ordered)
        answer = self._answer(service, pairs)
        self._ledger.save()
        return answer if ordered is None else _odd(posted, ordered)

    def _answer(self, service: str, pairs: list[tuple[str, str]]) -> web.Response:
        fields = dict(pairs)
        wrong = ""
        if fields.get("TPE") != self._contract.tpe or fields.get("societe") != self._contract.societe:
            wrong = "commercant non identifie"
        elif len(fields) != len(pairs) or not certified(pairs, self._contract.key):
            wrong = "signature non valide"
        if not wrong:
            return self._work[service](fields)
        if service == "etatpaiement":
            return _xml(f"<etatpaiement><cdr>-1</cdr><lib>{wrong}</lib></etatpaiement>")
        return self._lines(fields, {"cdr": "-1", "lib": wrong})

    def _lines(self, fields: Mapping[str, str], lines: counter.Lines) -> web.Response:
        said = {"version": "1.0", "reference": fields.get("reference", "")} | lines
        return web.Response(text="".join(f"{name}={value}\n" for name, value in said.items()))

    def _ordered(self, service: str) -> dict[str, Any] | None:
        waiting = self._ledger.answers.get(service)
        if not waiting:
            return None
        ordered = waiting.pop(0)
        self._ledger.save()
        return ordered


def _xml(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/xml", charset="utf-8")


def _odd(posted: web.Request, ordered: Mapping[str, Any]) -> web.StreamResponse:
    """``close``: the connection ends without an answer; else ``status`` and ``body``, or ``lines``."""
    if ordered.get("close"):
        assert posted.transport is not None  # it has just brought the request
        posted.transport.abort()
        return web.Response()
    lines = ordered.get("lines")
    body = "".join(f"{name}={value}\n" for name, value in lines.items()) if lines else ordered.get("body", "")
    return web.Response(text=str(body), status=int(ordered.get("status", 200)))


def describe(ordered: object) -> dict[str, Any]:
    """An ordered answer as it is kept. `ValueError` when it is none."""
    if not isinstance(ordered, dict) or not ordered.keys() <= {"close", "work", "status", "body", "lines"}:
        raise ValueError(f"not an answer: {json.dumps(ordered)}")
    return ordered
