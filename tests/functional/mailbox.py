"""Every mail the functions hand over, as its reader gets it."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(frozen=True)
class Received:
    """A mail in somebody's mailbox."""

    to: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text part."""
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        assert part is not None
        return str(part.get_content())

    def link(self, path: str) -> str:
        """The path of the first link of the text whose path starts with ``path``."""
        found = re.search(rf"https?://[^/\s]+({re.escape(path)}[^\s>]*)", self.text)
        assert found, f"No link to {path} in:\n{self.text}"
        return found[1]


class Mailbox:
    """Takes the carrier's place. ``fault``: what handing over raises, when the carrier is to fail."""

    def __init__(self) -> None:
        self.mails: list[Received] = []
        self.fault: Exception | None = None

    def send(self, sender: str, recipient: str, message: bytes) -> None:
        """As `chalicelib.gateways.mail.send`."""
        if self.fault is not None:
            raise self.fault
        self.mails.append(Received(recipient, message_from_bytes(message, EmailMessage, policy=policy.default)))

    def to(self, address: str) -> list[Received]:
        """The mails to an address, oldest first."""
        return [mail for mail in self.mails if mail.to == address]

    def last(self, address: str) -> Received:
        """The newest mail to an address."""
        mails = self.to(address)
        assert mails, f"No mail to {address}; there are mails to {[mail.to for mail in self.mails]}"
        return mails[-1]

    def empty(self) -> None:
        """Forgets what came so far."""
        self.mails.clear()
