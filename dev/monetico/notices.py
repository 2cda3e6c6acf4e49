"""The callbacks: what an attempt's says, and how it is sent."""

import asyncio
import hashlib
import uuid
from dataclasses import replace
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from dev.monetico import cards
from dev.monetico.certify import certify
from dev.monetico.ledger import Attempt, Delivery, How, Ledger, Order
from dev.monetico.request import Contract

PATIENCE = 30.0
"""Seconds a shop has to acknowledge; the real figure isn't public."""
ACKNOWLEDGED = b"version=2\ncdr=0\n"


def notice(
    order: Order, card: cards.Card, said: dict[str, object] | None, paid: bool, ledger: Ledger
) -> dict[str, str]:
    """The callback's fields for one attempt, without seal."""
    fields = {
        "TPE": order.fields["TPE"],
        "date": ledger.now().strftime("%d/%m/%Y_a_%H:%M:%S"),
        "montant": order.fields["montant"],
        "reference": order.reference,
        "texte-libre": order.fields.get("texte-libre", ""),
        "code-retour": ("payetest" if order.test else "paiement") if paid else "Annulation",
        "cvx": "oui",
        "vld": "1229",
        "brand": card.brand,
        "usage": "inconnu",
        "typecompte": "inconnu",
        "ecard": "non",
        "originecb": "FRA",
        "bincb": card.mask[:8],
        "hpancb": hashlib.sha1(card.mask.encode(), usedforsecurity=False).hexdigest().upper(),
        "ipclient": "127.0.0.1",
        "originetr": "FRA",
        "cbmasquee": card.mask,
        "modepaiement": "CB",
        "authentification": cards.encoded(said, uuid.uuid4()),
        "motifrefus": "",
    }
    if paid:
        fields["numauto"] = "000000" if order.test else ledger.authorisation()
    elif card.pays:
        fields |= {"motifrefus": "3DSecure", "motifrefusautorisation": "-"}
    else:
        fields |= dict(zip(("motifrefus", "motifrefusautorisation"), card.refusal, strict=True))
    if "aliascb" in order.fields:
        fields |= {"cbenregistree": "1" if paid else "0"}
        if paid:
            fields["nomcartesequestree"] = f"Carte {card.mask[-2:]}"
    return fields


class Courier:
    """Sends callbacks to the shop."""

    def __init__(self, contract: Contract, ledger: Ledger, session: aiohttp.ClientSession) -> None:
        self._contract = contract
        self._ledger = ledger
        self._session = session

    async def deliver(self, attempt: Attempt, how: How | None = None, together: bool = False) -> list[Delivery]:
        """Sends the attempt's callback as its choice says, one after the other or all ``together``."""
        how = how or attempt.how
        pairs = self._sealed(attempt.notice | how.extra, how.seal)
        if together:
            found = list(await asyncio.gather(*(self._send(pairs, how.method) for _ in range(how.times))))
        else:
            found = [await self._send(pairs, how.method) for _ in range(how.times)]
        attempt.deliveries.extend(found)
        self._ledger.save()
        return found

    def _sealed(self, fields: dict[str, str], seal: str) -> list[tuple[str, str]]:
        mac = certify(fields.items(), self._contract.key)
        choices = {"upper": mac, "lower": mac.lower(), "wrong": mac[::-1]}
        return [*fields.items(), ("MAC", choices[seal])]

    async def _send(self, pairs: list[tuple[str, str]], method: str) -> Delivery:
        empty = Delivery(self._ledger.now().isoformat(timespec="seconds"), 0, "", False)
        form, address = urlencode(pairs), self._contract.callback
        request = (
            self._session.post(
                address,
                data=form,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(PATIENCE),
            )
            if method == "POST"
            else self._session.get(
                URL(f"{address}?{form}", encoded=True), allow_redirects=False, timeout=aiohttp.ClientTimeout(PATIENCE)
            )
        )
        try:
            async with request as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as fault:
            return replace(empty, error=type(fault).__name__)
        return replace(
            empty,
            status=answer.status,
            body=body[:500].decode("latin-1"),
            acknowledged=answer.status == 200 and body == ACKNOWLEDGED,
        )
