"""Telling customers' programs what happened: written first, sent by the schedule, in order for each meeting."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby

from chalicelib import clock, keyed, log, settings, storage
from chalicelib.accounts import members
from chalicelib.accounts.models import Account
from chalicelib.accounts.roles import Power
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.gateways import hooks
from chalicelib.gateways.hooks import NotDelivered
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed

from . import rules
from .models import Count, Message, Webhook
from .rules import Happening

QUEUE = "webhooks"
PER_RUN = 500
RUN_FOR = 40.0
"""Seconds after which a run begins no other message; the next run comes a minute after it."""
SIDE_BY_SIDE = 8
LATEST = 20
"""Messages shown of an address."""


def add(account: Account, form: Mapping[str, str]) -> Webhook:
    """An address, as a form's fields url and the ticked events ask. Raises `FormErrors`, `NotAllowed`."""
    members.require(account, Power.CONNECT)
    url = form.get("url", "")
    errors = {}
    if fault := rules.url_fault(url, settings.in_dev()) or _unreachable(url):
        errors["url"] = fault
    events = {event.value for event in Happening if form.get(event.value)}
    if not events:
        errors[Happening.PLANNED] = _("Cochez au moins un événement.")
    if errors:
        raise FormErrors(errors)
    if len(of_company(account.company)) >= rules.MOST:
        raise FormErrors({"": _("5 adresses au plus par entreprise : retirez-en une d’abord.")})
    identifier = keyed.new_id()
    item = Webhook(
        f"company#{account.company}",
        f"webhook#{identifier}",
        identifier=identifier,
        company=account.company,
        url=url,
        told=events,
    )
    storage.create(item, {Event.RENEWED: clock.now()})
    return item


def of_company(company: str) -> list[Webhook]:
    """The addresses of a company."""
    return list(storage.query(Webhook, f"company#{company}", "webhook#"))


def find(account: Account, identifier: str) -> Webhook:
    """One of the account's company. Raises `NotAllowed`, `NotFound`."""
    members.require(account, Power.CONNECT)
    found = storage.get(Webhook, f"company#{account.company}", f"webhook#{identifier}")
    if found is None:
        raise NotFound
    return found


def secret(webhook: Webhook) -> str:
    """What its receiver checks signatures with. It lies nowhere: it is made of the installation's key each time."""
    return rules.shown(_secret(webhook, int(webhook.generation)))


def renew(webhook: Webhook) -> None:
    """Another secret; the one before signs beside it for a day."""
    generation = Webhook.generation.set(int(webhook.generation) + 1)
    storage.update(webhook, generation, Webhook.renewed_at.set(clock.now()))


def resume(webhook: Webhook) -> None:
    """It gets messages again."""
    storage.update(webhook, Webhook.paused_at.remove())


def remove(webhook: Webhook) -> None:
    """Nothing is sent there any more, and what was is forgotten."""
    for message in list(storage.query(Message, _place(webhook))):
        storage.delete(message)
    storage.delete(webhook)


def erase(company: str) -> None:
    """With the company."""
    for webhook in of_company(company):
        remove(webhook)


def latest(webhook: Webhook) -> list[Message]:
    """What was sent lately or waits, newest first."""
    found = storage.query(Message, _place(webhook))
    return sorted(found, key=lambda one: (-int(one.at), -int(one.sequence)))[:LATEST]


def replay(webhook: Webhook, identifier: str) -> None:
    """Sends a message again, under its own id. Raises `NotFound`."""
    for message in storage.query(Message, _place(webhook)):
        if message.message == identifier:
            now = clock.now()
            listed = Message.list_pk.set(QUEUE), Message.list_sk.set(_list_sk(now, message))
            storage.update(message, Message.state.set("queued"), Message.attempts.set(0), *listed)
            return
    raise NotFound


def tell(company: str, event: Happening, meeting: str, about: str) -> None:
    """Something happened to a meeting (its id). ``about``: its date, or the recording. What can't be written stops
    nobody's meeting."""
    try:
        wanted = [one for one in of_company(company) if event.value in one.told and not one.paused_at]
        if wanted:
            number = _count(meeting)
            for webhook in wanted:
                _queue(webhook, event, meeting, about, number)
    except Exception as fault:  # told to the operator
        log.fault("webhook", fault)


def send_due(timer: Callable[[], float] = time.monotonic) -> int:
    """Tries every message whose time has come, each address on its own; the schedule's act. Returns how many."""
    until = timer() + RUN_FOR
    due = list(storage.listed(Message, QUEUE, until=f"{clock.now():012d}\uffff", limit=PER_RUN))
    due.sort(key=lambda one: (one.pk, int(one.at), one.sk))
    by_address = [list(messages) for _pk, messages in groupby(due, key=lambda one: one.pk)]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return sum(pool.map(lambda messages: _send(messages, timer, until), by_address))


def _send(messages: list[Message], timer: Callable[[], float], until: float) -> int:
    """An address that does not answer gets no more messages in this run."""
    tried = 0
    webhook = _webhook_of(messages[0])
    for message in messages:
        if timer() >= until:
            break
        try:
            if webhook is None:
                storage.delete(message)
            elif not _waits_for_another(message):
                tried += 1
                if not _attempt(webhook, message):
                    break
        except Exception as fault:  # one message in trouble must not keep the others
            log.fault("webhook_attempt", fault)
    return tried


def _waits_for_another(message: Message) -> bool:
    """Whether an earlier message about the same meeting is still to be sent there."""
    earlier = storage.query(Message, message.pk, f"{message.meeting}#")
    return any(one.state == "queued" and int(one.sequence) < int(message.sequence) for one in earlier)


def _attempt(webhook: Webhook, message: Message) -> bool:
    """One try; two at once have one effect. Whether the address answered."""
    attempts = int(message.attempts) + 1
    delay = rules.next_delay(attempts)
    again = clock.now() + (delay or 0)
    changes = Message.attempts.set(attempts), Message.list_sk.set(_list_sk(again, message))
    with suppress(Changed):
        storage.update(message, *changes, condition=Message.state == "queued")
        status = _post(webhook, message)
        if 200 <= status < 300:
            _close(message, "sent", status)
            storage.happened(webhook, Event.RENEWED, clock.now())
        elif status == 410:
            _close(message, "failed", status)
            storage.update(webhook, Webhook.paused_at.set(clock.now()), always=True)
        elif delay is None:
            _close(message, "failed", status)
        else:
            storage.update(message, Message.status.set(status), always=True)
        log.info("webhook_tried", status=status, attempts=attempts)
        return 200 <= status < 300
    return True


def _post(webhook: Webhook, message: Message) -> int:
    """The status of the answer; 0 without one."""
    now, at = clock.now(), datetime.fromtimestamp(int(message.at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    content = rules.body(str(message.event), at, str(message.meeting), str(message.about), int(message.sequence))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Iboo-Webhooks/1",
        "webhook-id": str(message.message),
        "webhook-timestamp": str(now),
        "webhook-signature": rules.signature(_secrets(webhook, now), str(message.message), now, content),
    }
    try:
        return hooks.post(str(webhook.url), headers, content)
    except NotDelivered as fault:
        log.info("webhook_away", reason=fault.reason)
        return 0


def _close(message: Message, state: str, status: int) -> None:
    gone = Message.list_pk.remove(), Message.list_sk.remove()
    storage.update(message, Message.state.set(state), Message.status.set(status), *gone, always=True)


def _count(meeting: str) -> int:
    """The next number of a meeting's messages."""
    now, place = clock.now(), (f"webhooks#{meeting}", "count")
    item = Count(*place, number=1)
    try:
        storage.create(item, {Event.RENEWED: now})
    except AlreadyThere:
        storage.update(item, *storage.restamping(item, Event.RENEWED, now), Count.number.add(1), always=True)
    return int(item.number)


def _queue(webhook: Webhook, event: Happening, meeting: str, about: str, number: int) -> None:
    now = clock.now()
    message = Message(
        _place(webhook),
        f"{meeting}#{number:08d}",
        message=f"msg_{keyed.new_id()}",
        webhook=webhook.identifier,
        event=event.value,
        meeting=meeting,
        about=about,
        sequence=number,
        at=now,
        state="queued",
        attempts=0,
    )
    message.list_pk, message.list_sk = QUEUE, _list_sk(now, message)
    storage.create(message, {Event.COLLECTED: now})


def _webhook_of(message: Message) -> Webhook | None:
    company = str(message.pk).split("#")[1]
    return storage.get(Webhook, f"company#{company}", f"webhook#{message.webhook}")


def _place(webhook: Webhook) -> str:
    return f"webhook#{webhook.company}#{webhook.identifier}"


def _list_sk(at: int, message: Message) -> str:
    return f"{at:012d}#{message.pk}#{message.sk}"


def _secrets(webhook: Webhook, now: int) -> list[bytes]:
    generation = int(webhook.generation)
    found = [_secret(webhook, generation)]
    if generation and now - int(webhook.renewed_at) < rules.OVERLAP:
        found.append(_secret(webhook, generation - 1))
    return found


def _secret(webhook: Webhook, generation: int) -> bytes:
    return keyed.signing_secret("webhook", str(webhook.identifier), generation)


def _unreachable(url: str) -> str:
    try:
        hooks.check(url)
    except NotDelivered:
        return rules.NO_URL
    return ""
