"""Invoices on their way through the e-invoicing platform, once there is one: deposited, acknowledged, followed.

Only what the duty is about: invoices and credit notes to firms in France, known by their SIREN. Sales abroad are to be
*reported* instead, which is not done here.
"""

import json
from datetime import timedelta
from typing import Final

from pynamodb.expressions.update import Action

from chalicelib import clock, log, settings, storage
from chalicelib.gateways.einvoicing import (
    Access,
    Acknowledged,
    FlowService,
    Platform,
    PlatformError,
    Status,
    Unavailable,
)
from chalicelib.storage import Changed

from . import days, invoicing
from .models import DEPOSITS, Deposit

SENT, DEPOSITED, REJECTED = "sent", "deposited", "rejected"
REFUSALS: Final = frozenset({"207", "208", "210", "213"})
"""Lifecycle codes an operator must look at: in dispute, suspended, refused, rejected."""
AT_ONCE: Final = 50
LOOK_BACK: Final = timedelta(days=7)
"""How far back statuses are asked for: what was read before changes nothing."""


def platform() -> Platform | None:
    """The platform of the settings; `None` while there is none."""
    if not settings.get("EINVOICING_URL"):
        return None
    return FlowService(
        Access(
            url=settings.get("EINVOICING_URL"),
            token_url=settings.get("EINVOICING_TOKEN_URL"),
            client=settings.get("EINVOICING_CLIENT"),
            secret=settings.get("EINVOICING_SECRET"),
        )
    )


def of(number: str) -> Deposit | None:
    """Where an invoice stands."""
    return storage.get(Deposit, f"deposit#{number}", "deposit")


def statuses_of(item: Deposit) -> list[dict[str, str]]:
    """The statuses of its life: ``code``, ``at`` (ISO 8601), ``reason``; oldest first."""
    found: list[dict[str, str]] = json.loads(item.statuses or "[]")
    return found


def refused() -> list[Deposit]:
    """What an operator must look at."""
    return list(storage.listed(Deposit, DEPOSITS[REJECTED]))


def send_due(through: Platform | None = None) -> int:
    """Deposits what waits, and asks how the platform's checks went; the schedule's act. Returns how many moved on."""
    by = through or platform()
    if by is None:
        return 0
    moved = 0
    try:
        for item in list(storage.listed(Deposit, DEPOSITS["waiting"], limit=AT_ONCE)):
            moved += _send(item, by)
        for item in list(storage.listed(Deposit, DEPOSITS[SENT], limit=AT_ONCE)):
            moved += _look(item, by)
    except Unavailable as fault:
        log.warning("platform_unavailable", why=str(fault))
    return moved


def follow(through: Platform | None = None) -> int:
    """Reads what became of deposited invoices; the schedule's act. Returns how many statuses were new."""
    by = through or platform()
    if by is None:
        return 0
    try:
        return sum(_noted(one) for one in by.statuses(days.moment(clock.now()) - LOOK_BACK))
    except PlatformError as fault:
        log.warning("platform_statuses_not_read", fault=type(fault).__name__)
        return 0


def _send(item: Deposit, by: Platform) -> bool:
    invoice = invoicing.find(item.number)
    if invoice is None:
        raise LookupError(item.number)  # both were written at once
    try:
        known = by.find(item.number)
        flow = known.id if known else by.deposit(item.number, bytes(invoice.pdf), invoice.sha256)
    except Unavailable:
        raise
    except PlatformError as fault:
        log.warning("deposit_declined", number=item.number, why=str(fault))
        return _to(item, REJECTED, reason=str(fault))
    return _to(item, SENT, flow=flow)


def _look(item: Deposit, by: Platform) -> bool:
    try:
        found = by.find(item.number)
    except Unavailable:
        raise
    except PlatformError as fault:
        log.warning("deposit_not_known", number=item.number, why=str(fault))
        return False
    if found is None or found.acknowledged is Acknowledged.PENDING:
        return False
    if found.acknowledged is Acknowledged.OK:
        return _to(item, DEPOSITED)
    log.warning("deposit_rejected", number=item.number, why=",".join(found.reasons))
    return _to(item, REJECTED, reason=", ".join(found.reasons))


def _noted(status: Status) -> bool:
    """Adds a status to an invoice of ours, once."""
    item = of(status.invoice)
    if item is None:
        return False
    known = statuses_of(item)
    line = {"code": status.code, "at": status.at.isoformat(), "reason": status.reason}
    if line in known:
        return False
    known = sorted([*known, line], key=lambda one: one["at"])
    if status.code in REFUSALS:
        log.warning("invoice_refused", number=item.number, code=status.code)
    queue = DEPOSITS[REJECTED] if known[-1]["code"] in REFUSALS else None
    actions = [Deposit.statuses.set(json.dumps(known)), *_listing(queue, item.number)]
    try:
        storage.update(item, *actions)
    except Changed:
        return False  # the next hour reads it again
    return True


def _to(item: Deposit, state: str, flow: str | None = None, reason: str | None = None) -> bool:
    actions = [Deposit.state.set(state), *_listing(DEPOSITS.get(state), item.number)]
    if flow:
        actions.append(Deposit.flow.set(flow))
    if reason is not None:
        actions.append(Deposit.reason.set(reason[:200]))
    try:
        storage.update(item, *actions)
    except Changed:
        return False  # another run was faster
    return True


def _listing(queue: str | None, number: str) -> list[Action]:
    if queue is None:
        return [Deposit.list_pk.remove(), Deposit.list_sk.remove()]
    return [Deposit.list_pk.set(queue), Deposit.list_sk.set(number)]
