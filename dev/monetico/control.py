"""The control port for tests: JSON in, JSON out, under ``/_control/``."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from dev.monetico import buyer, cards, request, windows
from dev.monetico.ledger import How, Ledger, Order
from dev.monetico.notices import Courier
from dev.monetico.request import Contract, FormRefused


class Control:
    """One instance serves all. ``courier`` is there once the application has started."""

    def __init__(self, contract: Contract, ledger: Ledger) -> None:
        self._contract = contract
        self._ledger = ledger
        self.courier: Courier | None = None

    def add_routes(self, application: web.Application) -> None:
        application.router.add_get("/_control/state", self.state)
        application.router.add_post("/_control/play", self.play)
        application.router.add_post("/_control/deliver", self.deliver)
        application.router.add_post("/_control/answers", self.answers)
        application.router.add_post("/_control/reset", self.reset)

    async def state(self, asked: web.Request) -> web.Response:
        return web.json_response(self._ledger.as_json())

    async def play(self, asked: web.Request) -> web.Response:
        """``{"fields": {…}, "test": true, "card": "accepted", "confirmed": true, "how": {…}}``: a whole purchase.

        Answers the attempt; 400 with ``why`` and ``rebuilt`` when the form is refused. A card left out is the stored
        one.
        """
        wish = await asked.json()
        try:
            fields = request.check(list(wish["fields"].items()), self._contract)
            order = buyer.opened(fields, wish.get("test", True), self._ledger)
        except FormRefused as fault:
            return web.json_response({"why": fault.why, "rebuilt": fault.rebuilt}, status=400)
        card = wish.get("card") or buyer.stored_card(order, self._ledger)
        if card not in cards.CARDS or not buyer.may_try(order):
            return web.json_response({"why": "no such card, or no more attempts", "rebuilt": ""}, status=400)
        confirmed = wish.get("confirmed", True) if cards.CARDS[card].challenges else None
        how = How(**wish.get("how", {}))
        attempt = buyer.tries(order, card, how, confirmed, self._ledger, self._contract)
        if how.when == "before":
            assert self.courier is not None  # the application has started
            await self.courier.deliver(attempt)
        return web.json_response(asdict(attempt))

    async def deliver(self, asked: web.Request) -> web.Response:
        """``{"reference": "…", "attempt": -1, "together": true, "how": {"times": 50}}``: sends a callback (again).

        Answers the deliveries.
        """
        wish = await asked.json()
        order = self._order(wish)
        attempt = order.attempts[wish.get("attempt", -1)]
        how = How(**wish["how"]) if "how" in wish else None
        assert self.courier is not None  # the application has started
        sent = await self.courier.deliver(attempt, how, wish.get("together", False))
        return web.json_response([asdict(one) for one in sent])

    async def answers(self, asked: web.Request) -> web.Response:
        """``{"service": "capture_paiement", "answers": [{"lines": {"cdr": "0", "lib": "…"}}, {"close": true}]}``.

        The service gives these before it works again as usual; with ``"work": true`` it does its work all the same.
        """
        wish = await asked.json()
        if wish["service"] not in windows.SERVICES:
            raise web.HTTPBadRequest
        ordered: list[dict[str, Any]] = [windows.describe(one) for one in wish["answers"]]
        self._ledger.answers[wish["service"]] = ordered
        self._ledger.save()
        return web.json_response({})

    async def reset(self, asked: web.Request) -> web.Response:
        self._ledger.forget()
        return web.json_response({})

    def _order(self, wish: dict[str, Any]) -> Order:
        if order := self._ledger.orders.get(wish["reference"]):
            return order
        raise web.HTTPNotFound
