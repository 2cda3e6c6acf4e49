"""A mailbox of ours, read over IMAP (RFC 9051; TLS from the first byte): that of rights, and that of answers.

A message is handed over once: it is deleted there only after it was taken in. One that can't be is flagged for a person
and left. Timeouts of 30 seconds; a mailbox that does not answer is asked again at the next run.
"""

import imaplib
import ssl
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from chalicelib import settings

TIMEOUT = 30
MOST = 50
"""Messages a run takes: the next one goes on."""
LARGEST = 1_000_000
"""Bytes that are fetched of a message: what comes behind is cut off."""

Connect = Callable[[str, int], imaplib.IMAP4]


class MailboxAway(Exception):
    """The mailbox (theirs) does not answer, or does not let us in (ours)."""


class Unusable(Exception):
    """A message nobody can be answered from."""


def secure(host: str, port: int) -> imaplib.IMAP4:
    """The connection of every installation."""
    return imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)


def plain(host: str, port: int) -> imaplib.IMAP4:
    """That of a laptop, whose mailbox is on loopback."""
    return imaplib.IMAP4(host, port, timeout=TIMEOUT)


def connection(url: str) -> Connect:
    """How the mailbox of an address is reached: ``imap://``, without TLS, on a developer's machine alone."""
    return plain if url.startswith("imap://") and settings.in_dev() else secure


def take(url: str, taken: Callable[[bytes], None], connect: Connect | None = None) -> tuple[int, int]:
    """Hands each message (RFC 5322 bytes) to ``taken``. ``url``: ``imaps://user:password@host``.

    ``taken`` raises `Unusable` for a message to be left to a person. Returns how many were taken and how many left.
    Raises `MailboxAway`.
    """
    parts = urlsplit(url)
    try:
        box = (connect or connection(url))(parts.hostname or "", parts.port or 993)
    except OSError as fault:
        raise MailboxAway(type(fault).__name__) from fault
    try:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        box.select("INBOX")
        return _each(box, taken)
    except (imaplib.IMAP4.error, OSError) as fault:
        raise MailboxAway(type(fault).__name__) from fault
    finally:
        _leave(box)


def _each(box: imaplib.IMAP4, taken: Callable[[bytes], None]) -> tuple[int, int]:
    _, found = box.uid("SEARCH", "UNFLAGGED", "UNDELETED")
    done = left = 0
    for number in (found[0] or b"").split()[:MOST]:
        _, content = box.uid("FETCH", number.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)")
        message = next((part[1] for part in content if isinstance(part, tuple)), None)
        if message is None:
            continue  # somebody else took it
        try:
            taken(message)
        except Unusable:
            box.uid("STORE", number.decode(), "+FLAGS", r"(\Flagged)")
            left += 1
            continue
        box.uid("STORE", number.decode(), "+FLAGS", r"(\Deleted)")
        done += 1
    box.expunge()
    return done, left


def _leave(box: imaplib.IMAP4) -> None:
    try:
        box.logout()
    except (imaplib.IMAP4.error, OSError):
        box.shutdown()  # it is gone already
