"""The mailbox's other side: a small SMTP server that keeps every message, byte for byte, before it says 250."""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from chalicelib.mailing import addresses
from dev.cloud import answers
from dev.cloud.imap import Inbox

LARGEST = 40 * 1024 * 1024
"""Bytes of one message: what Amazon SES takes."""

REFUSED = {
    "refuse.example": "550 5.1.1 No such mailbox",
    "later.example": "451 4.2.1 Mailbox busy, try again later",
}
"""Domains (RFC 2606: nobody's) that let one see how mail fails at once; `answers.REPORTED`: how it fails later."""


@dataclass(frozen=True)
class Letter:
    """A message as it came. ``received``: seconds since 1970; ``sender`` and ``recipients`` are the envelope's."""

    id: str
    received: float
    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return BytesParser(policy=policy.default).parsebytes(self.raw)


class PostOffice:
    """The letters in ``folder``: ``<id>.eml`` and, with the envelope, ``<id>.json``. Ids rise with time.

    ``inbox``: what comes back to Iboo's own address, which Iboo reads.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.inbox = Inbox(folder / "inbox")

    def protocol(self) -> SMTP:
        """A fresh SMTP conversation, for ``loop.create_server``."""
        return SMTP(self, hostname="mailbox.localhost", ident="Iboo mailbox", data_size_limit=LARGEST)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := REFUSED.get(address.rpartition("@")[2].lower()):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Good"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content, sender = envelope.original_content or b"", envelope.mail_from or ""
        recipients = [str(address) for address in envelope.rcpt_tos]
        self.keep(sender, recipients, content, time.time_ns())
        for recipient in recipients:
            if _is_ours(recipient):
                self.inbox.put(f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode() + content)
            elif (said := answers.report(recipient, sender)) is not None:
                self.inbox.put(said)
        return "250 2.0.0 Kept"

    def keep(self, sender: str, recipients: list[str], raw: bytes, received: int) -> str:
        """Writes a letter, whole or not at all, and gives its id. ``received``: nanoseconds since 1970."""
        name = f"{received:020d}-{secrets.token_hex(4)}"
        slip = {"received": received / 1e9, "from": sender, "to": recipients}
        (self._folder / f"{name}.json").write_text(json.dumps(slip))
        fresh = self._folder / f"{name}.new"
        fresh.write_bytes(raw)
        fresh.replace(self._folder / f"{name}.eml")  # only now the letter is there
        return name

    def letters(self) -> Iterator[Letter]:
        """Newest first."""
        for file in sorted(self._folder.glob("*.eml"), reverse=True):
            yield self._read(file)

    def letter(self, name: str) -> Letter | None:
        file = self._folder / f"{name}.eml"
        return self._read(file) if file.parent == self._folder and file.exists() else None

    def _read(self, file: Path) -> Letter:
        slip = json.loads(file.with_suffix(".json").read_text())
        return Letter(file.stem, slip["received"], slip["from"], slip["to"], file.read_bytes())


def _is_ours(address: str) -> bool:
    name, _, domain = addresses.own().casefold().rpartition("@")
    local, _, where = address.casefold().rpartition("@")
    return where == domain and local.partition("+")[0] == name
