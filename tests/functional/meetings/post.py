"""The post between Iboo and everybody else: SMTP out, IMAP back, servers that report, calendars that answer."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.gateways import mail as gateway
from chalicelib.meetings import inbox
from dev.cloud import answers
from dev.cloud.post_office import PostOffice
from tests.functional.mailbox import Mailbox, Received


@dataclass
class Post:
    """``office``: where mails go and what comes back from."""

    office: PostOffice
    mailbox: Mailbox

    def read(self) -> int:
        """Iboo reads its mailbox. Returns how many mails it took."""
        return inbox.take_in()

    def answer(self, address: str, answer: str) -> bytes:
        """The calendar of somebody answers the last invitation. Returns what it sent."""
        said = answers.calendar_reply(self.mailbox.last(address).message, answer)
        assert said is not None
        self.office.inbox.put(said)
        return said

    def write(self, address: str, words: str) -> None:
        """Somebody answers the last mail in words."""
        self.office.inbox.put(answers.written(self.mailbox.last(address).message, words))

    def last(self, address: str) -> Received:
        return self.mailbox.last(address)


@contextmanager
def post(folder: Path, mailbox: Mailbox, patch: pytest.MonkeyPatch) -> Iterator[Post]:
    """Mails go by SMTP to the local cloud's post office, and are seen in ``mailbox`` too."""
    office, loop = PostOffice(folder), asyncio.new_event_loop()
    out = loop.run_until_complete(loop.create_server(office.protocol, "127.0.0.1", 0))
    back = loop.run_until_complete(asyncio.start_server(office.inbox.serve, "127.0.0.1", 0))
    ports = [server.sockets[0].getsockname()[1] for server in (out, back)]
    patch.setenv("IBOO_MAIL_TRANSPORT", "smtp")
    patch.setenv("IBOO_SMTP_URL", f"smtp://127.0.0.1:{ports[0]}")
    patch.setenv("IBOO_ANSWERS_MAILBOX", f"imap://reunion:local@127.0.0.1:{ports[1]}")
    see = mailbox.send

    def send(sender: str, recipient: str, message: bytes) -> None:
        gateway._send_by_smtp(sender, recipient, message)
        see(sender, recipient, message)

    patch.setattr(gateway, "send", send)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield Post(office, mailbox)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for server in (out, back):
            server.close()
            loop.run_until_complete(server.wait_closed())
        loop.close()
