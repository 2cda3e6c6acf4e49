"""Writing to people."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from itertools import islice
from typing import Literal

from chalicelib import clock, ledger, log, settings, storage
from chalicelib.gateways import mail as gateway
from chalicelib.pages import Letter
from chalicelib.register.events import Event
from chalicelib.storage import Changed, Held

from . import addresses, deliveries, tallies
from .models import Delivery, OutgoingMail
from .rules import next_delay

QUEUE = "outbox"
AT_ONCE = 25
"""How many mails of one act are tried within the request; the schedule takes the rest."""
RUN_FOR = 45.0
"""Seconds after which a run of the schedule begins no other mail; the next run comes a minute after it."""
SIDE_BY_SIDE = 8
"""Mails under way at a time in a run: each waits for carrier and store most of its time."""
SAMPLE = 200
"""How many waiting mails are looked at to say since when they wait."""
PATIENCE = 8
"""Seconds after which a request tries no other mail: a carrier that hangs must not keep the person waiting."""


_SPECIALS = str.maketrans(dict.fromkeys('()<>[]:;@\\,"', " "))
"""What separates addresses (RFC 5322, 3.2.3), out of names: Python's `email` loses the quotes around them when it folds
a name with accents."""


@dataclass(frozen=True)
class CalendarPart:
    """An iCalendar file that goes along; ``method`` as in its METHOD property (RFC 5546)."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Attachment:
    """A file that goes along. ``name`` in ASCII; a text in UTF-8."""

    name: str
    maintype: str
    subtype: str
    content: bytes


@dataclass(frozen=True)
class About:
    """The invitee a mail is about: where its delivery state is kept, and until which clock."""

    meeting: str
    invitation: str
    meeting_end: int

    @property
    def key(self) -> tuple[str, str]:
        return f"meeting#{self.meeting}", f"delivery#{self.invitation}"


@dataclass(frozen=True)
class Mail:
    """What is to be sent.

    ``purpose``: a word for the ledger. ``controller``: the customer on whose behalf. ``thread``: a newer mail of the
    same thread takes the place of one still waiting. ``tally``: where its fate is counted (`tallies`). ``useful_for``:
    seconds after which it is not sent any more.
    """

    to: str
    letter: Letter
    purpose: str
    to_name: str = ""
    controller: str | None = None
    calendar: CalendarPart | None = None
    attachment: Attachment | None = None
    about: About | None = None
    thread: str = ""
    tally: str = ""
    reply_to: str = ""
    useful_for: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """More of them, such as those by which one unsubscribes."""


def post(mails: Iterable[Mail], at_once: int = AT_ONCE) -> None:
    """Writes the mails into the outbox and tries the first ones at once. A carrier that is away loses nothing."""
    queued = [_queue(mail) for mail in mails]
    tired_at = clock.precise_now() + PATIENCE
    for item in queued[:at_once]:
        _try(item)
        if clock.precise_now() >= tired_at:
            break


def send_due(timer: Callable[[], float] = time.monotonic) -> int:
    """Tries every mail whose time has come; the schedule's act. Returns how many were tried.

    What a run can't do in `RUN_FOR` the next one does: at eight o'clock thousands of reminders are due.
    """
    begun, tried = timer(), 0
    due = storage.listed(OutgoingMail, QUEUE, until=f"{clock.now():012d}\uffff")
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        while timer() - begun < RUN_FOR and (batch := list(islice(due, SIDE_BY_SIDE))):
            list(pool.map(_try, batch))
            tried += len(batch)
    return tried


def is_full() -> bool:
    """Whether so many mails are due that one of no hurry had better wait."""
    return len(list(storage.listed(OutgoingMail, QUEUE, until=f"{clock.now():012d}\uffff", limit=SAMPLE))) >= SAMPLE


def waiting_since() -> int | None:
    """When the oldest mail was written that has not gone yet (seconds), among those that are tried next; `None` when
    none waits."""
    written = (item.moments()[Event.COLLECTED] for item in storage.listed(OutgoingMail, QUEUE, limit=SAMPLE))
    return min(written, default=None)


def withdraw(thread: str) -> None:
    """What waits to be sent in a thread is not sent any more."""
    for older in list(storage.query(OutgoingMail, f"mail#{thread}")):
        if older.state == "queued":
            _drop(older)


def written(thread: str, tally: str) -> bool:
    """Whether the outbox has, or had in the last days, a mail of this thread that counts there."""
    return any(item.tally == tally for item in storage.query(OutgoingMail, f"mail#{thread}"))


def attempt(item: OutgoingMail) -> None:
    """One try to send a queued mail. Two at once have one effect: the first to note its attempt sends."""
    attempts = int(item.attempts) + 1
    delay = next_delay(attempts)
    retry_at = clock.now() + (delay or 0)
    try:
        storage.update(
            item,
            OutgoingMail.attempts.set(attempts),
            OutgoingMail.next_attempt_at.set(retry_at),
            OutgoingMail.list_sk.set(_list_sk(retry_at, item.sk)),
            condition=OutgoingMail.state == "queued",
        )
    except Changed:
        return
    sender = addresses.marked(item.id) if item.about_pk or item.tally else addresses.own()
    try:
        gateway.send(sender, item.recipient or "", item.message or b"")
    except gateway.MailRefused as fault:
        _close(item, "failed", fault.reason)
    except gateway.MailUnavailable as fault:
        if delay is None:
            _close(item, "failed", fault.reason)
        else:
            log.warning("mail_delayed", purpose=item.purpose, reason=fault.reason, attempts=attempts)
            deliveries.tried(item, "delayed", fault.reason)
    else:
        _close(item, "sent", None)


def delivery_of(meeting: str, invitation: str) -> Delivery | None:
    """What became of the last mail to an invitee."""
    return storage.get(Delivery, *About(meeting, invitation, 0).key)


def _queue(mail: Mail) -> OutgoingMail:
    now = clock.now()
    identifier = secrets.token_hex(8)
    thread = mail.thread or identifier
    withdraw(thread)
    item = OutgoingMail(
        f"mail#{thread}",
        f"{now:012d}#{identifier}",
        recipient=mail.to,
        message=compose(mail, identifier, now),
        state="queued",
        attempts=0,
        next_attempt_at=now,
        thread=thread,
        purpose=mail.purpose,
        tally=mail.tally or None,
        about_pk=mail.about.key[0] if mail.about else None,
        about_sk=mail.about.key[1] if mail.about else None,
    )
    item.list_pk, item.list_sk = QUEUE, _list_sk(now, item.sk)
    if mail.about:
        deliveries.begin(mail.about.key, identifier, mail.about.meeting_end, mail.controller)
    storage.create(item, {Event.COLLECTED: now}, controller=mail.controller, limit=mail.useful_for)
    tallies.count(mail.tally, "queued")
    return item


def _try(item: OutgoingMail) -> None:
    """One mail that can't be sent at all must not keep the others: its attempt is noted, it comes again."""
    try:
        attempt(item)
    except Exception as fault:
        log.fault("mail_attempt", fault, purpose=item.purpose)


def compose(mail: Mail, identifier: str, now: int) -> bytes:
    """The message as it goes over the wire (RFC 5322, RFC 6047 for the calendar part)."""
    message = EmailMessage(policy=SMTP)
    name, sender = parseaddr(settings.get("MAIL_FROM"))
    message["From"] = formataddr((name, sender))
    message["To"] = formataddr((" ".join(_plain(mail.to_name).translate(_SPECIALS).split()), mail.to))
    message["Subject"] = _plain(mail.letter.subject)
    message["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    message["Message-ID"] = f"<{identifier}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    for header, value in mail.headers.items():
        del message[header]
        message[header] = value
    message.set_content(mail.letter.text)
    message.add_alternative(mail.letter.html, subtype="html")
    if mail.calendar:
        part = mail.calendar.content.decode()
        message.add_alternative(part, subtype="calendar", params={"method": mail.calendar.method})
        message.add_attachment(mail.calendar.content, maintype="application", subtype="ics", filename="reunion.ics")
    if mail.attachment:
        file = mail.attachment
        # A text without a word on its letters would be read as ASCII.
        letters = {"charset": "utf-8"} if file.maintype == "text" else None
        message.add_attachment(
            file.content, maintype=file.maintype, subtype=file.subtype, filename=file.name, params=letters
        )
    return message.as_bytes()


def _plain(words: str) -> str:
    """Words for a header that nobody takes for an encoded word (RFC 2047): it could hide a line break."""
    return words.replace("=?", "= ?")


def _close(item: OutgoingMail, state: Literal["sent", "failed"], reason: str | None) -> None:
    """The mail is sent, or given up: address and words go at once."""
    recipient = item.recipient or ""
    changes = (
        OutgoingMail.state.set(state),
        OutgoingMail.recipient.remove(),
        OutgoingMail.message.remove(),
        OutgoingMail.list_pk.set(tallies.listed(item.id)) if item.tally else OutgoingMail.list_pk.remove(),
        OutgoingMail.list_sk.set(item.sk) if item.tally else OutgoingMail.list_sk.remove(),
    )
    try:
        storage.update(item, *changes, always=True)
    except Changed:
        log.info("mail_replaced", purpose=item.purpose)  # by a newer one while it was with the carrier
    else:
        deliveries.tried(item, state, reason)
        tallies.count(item.tally or "", "sent" if state == "sent" else "refused")
    log.info("mail_" + state, purpose=item.purpose, attempts=int(item.attempts), reason=reason)
    if state == "sent":
        row = "invite" if item.about_pk else "account"
        ledger.record(row, recipient, "mail provider", item.purpose, item.controller)


def _drop(item: OutgoingMail) -> None:
    try:
        storage.delete(item)
    except Held:
        log.warning("mail_held", purpose=item.purpose)


def _list_sk(at: int, sk: str) -> str:
    return f"{at:012d}#{sk}"
