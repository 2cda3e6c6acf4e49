"""The pages: those of the buyer and those of the shop's back office."""

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from dev.monetico import buyer, cards, counter, request
from dev.monetico.certify import rebuild
from dev.monetico.ledger import Attempt, How, Ledger, Order, euros
from dev.monetico.notices import Courier
from dev.monetico.request import Contract, FormRefused

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
AFTER = 2.0
"""Seconds between the buyer's return to the shop and a callback that comes after it."""

_templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
_templates.globals |= {"euros": euros, "cards": cards.CARDS, "state": counter.state, "may_try": buyer.may_try}


class Pages:
    """One instance serves all. ``courier`` is there once the application has started."""

    def __init__(self, contract: Contract, ledger: Ledger) -> None:
        self._contract = contract
        self._ledger = ledger
        self.courier: Courier | None = None
        self._later: set[asyncio.Task[Any]] = set()

    def add_routes(self, application: web.Application) -> None:
        for path in ("/paiement.cgi", "/test/paiement.cgi"):
            application.router.add_get(path, self.payment)
            application.router.add_post(path, self.payment)
        application.router.add_get("/acheteur/{token}", self.again)
        application.router.add_post("/acheteur/{token}/essai", self.attempt)
        application.router.add_post("/acheteur/{token}/confirmation", self.confirmation)
        application.router.add_get("/acheteur/{token}/retour", self.back)
        application.router.add_get("/", self.office)
        application.router.add_get("/commande/{token}", self.order)
        application.router.add_post("/commande/{token}/avis", self.send)

    async def payment(self, posted: web.Request) -> web.Response:
        pairs = [(name, str(value)) for name, value in (await _form(posted)).items()]
        try:
            fields = request.check(pairs, self._contract)
            order = buyer.opened(fields, posted.path.startswith("/test/"), self._ledger)
        except FormRefused as fault:
            return _page("form_refused.html", 400, fault=fault, received=dict(pairs), string=rebuild(pairs))
        return self._choice(order)

    async def again(self, asked: web.Request) -> web.Response:
        return self._choice(self._order(asked))

    async def attempt(self, posted: web.Request) -> web.Response:
        order, form = self._order(posted), await _form(posted)
        card = cards.CARDS.get(str(form.get("card")))
        if card is None:
            raise web.HTTPBadRequest
        how = _how(form)
        if card.challenges:
            return _page("challenge.html", order=order, card=card, how=how, contract=self._contract)
        return await self._tried(order, card.id, how, None)

    async def confirmation(self, posted: web.Request) -> web.Response:
        order, form = self._order(posted), await _form(posted)
        card = cards.CARDS.get(str(form.get("card")))
        if card is None or not card.challenges:
            raise web.HTTPBadRequest
        return await self._tried(order, card.id, _how(form), form.get("confirmed") == "yes")

    async def back(self, asked: web.Request) -> web.Response:
        """The buyer's way back to the shop; a callback that comes after it starts now."""
        order = self._order(asked)
        owed = [attempt for attempt in order.attempts if attempt.how.when == "after" and not attempt.deliveries]
        if owed:
            task = asyncio.create_task(self._deliver_after(owed))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        target = order.fields.get("url_retour_ok" if order.paid else "url_retour_err")
        raise web.HTTPSeeOther(target or "/")

    async def office(self, asked: web.Request) -> web.Response:
        orders = list(reversed(self._ledger.orders.values()))
        return _page("office.html", orders=orders, contract=self._contract, stored=self._ledger.cards)

    async def order(self, asked: web.Request) -> web.Response:
        return _page("order.html", order=self._order(asked), contract=self._contract)

    async def send(self, posted: web.Request) -> web.Response:
        order, form = self._order(posted), await _form(posted)
        try:
            attempt = order.attempts[int(str(form.get("attempt", "")))]
        except (ValueError, IndexError):
            raise web.HTTPBadRequest from None
        assert self.courier is not None  # the application has started
        await self.courier.deliver(attempt, _how(form))
        raise web.HTTPSeeOther(f"/commande/{order.token}")

    async def _tried(self, order: Order, card: str, how: How, confirmed: bool | None) -> web.Response:
        if not buyer.may_try(order):
            raise web.HTTPConflict
        attempt = buyer.tries(order, card, how, confirmed, self._ledger, self._contract)
        if how.when == "before":
            assert self.courier is not None  # the application has started
            await self.courier.deliver(attempt)
        return _page("result.html", order=order, attempt=attempt, contract=self._contract)

    async def _deliver_after(self, owed: list[Attempt]) -> None:
        assert self.courier is not None  # the application has started
        await asyncio.sleep(AFTER)
        for attempt in owed:
            await self.courier.deliver(attempt)

    def _choice(self, order: Order) -> web.Response:
        if not buyer.may_try(order):
            return _page("result.html", order=order, attempt=order.attempts[-1], contract=self._contract)
        stored = buyer.stored_card(order, self._ledger)
        return _page("payment.html", order=order, stored=stored, contract=self._contract)

    def _order(self, asked: web.Request) -> Order:
        if order := self._ledger.by_token(asked.match_info["token"]):
            return order
        raise web.HTTPNotFound


async def _form(posted: web.Request) -> Any:
    """The fields of a form, posted or in the query."""
    return await posted.post() if posted.method == "POST" else posted.query


def _how(form: Any) -> How:
    """How the tester wants the callback to come."""
    chosen = {name: str(form.get(name, "")) for name in ("when", "method", "seal")}
    allowed = {
        "when": ("before", "after", "late", "never"),
        "method": ("POST", "GET"),
        "seal": ("upper", "lower", "wrong"),
    }
    known = {name: value for name, value in chosen.items() if value in allowed[name]}
    extra = {"champinconnu": "valeur inconnue"} if form.get("extra") else {}
    return How(**known, times=2 if form.get("twice") else 1, extra=extra)


def _page(template: str, status: int = 200, **values: object) -> web.Response:
    text = _templates.get_template(template).render(values)
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=HEADERS)
