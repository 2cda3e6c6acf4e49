"""Mails to the rights address become requests by themselves: a real IMAP client, a scripted server on loopback."""

import imaplib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from chalicelib import clock
from chalicelib.gateways import mailbox as gateway
from chalicelib.rights import inbound, steps
from tests.functional.mailbox import Mailbox

pytestmark = pytest.mark.usefixtures("stores")


class Server(threading.Thread):
    """Knows the seven commands of the client; ``messages``: uid → bytes; ``flags``: uid → set."""

    def __init__(self, *messages: bytes) -> None:
        super().__init__(daemon=True)
        self.messages = dict(enumerate(messages, 1))
        self.flags: dict[int, set[str]] = {uid: set() for uid in self.messages}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as wire:
                wire.write(b"* OK ready\r\n")
                wire.flush()
                for line in wire:
                    tag, verb, *rest = line.decode().split(None, 2)
                    for answer in self._answers(verb.upper(), rest[0].strip() if rest else ""):
                        wire.write(answer)
                    wire.write(
                        f"{tag} {'NO' if verb == 'LOGIN' and 'wrong' in line.decode() else 'OK'} done\r\n".encode()
                    )
                    wire.flush()
                    if verb.upper() == "LOGOUT":
                        break

    def stop(self) -> None:
        self._listener.close()

    def _answers(self, verb: str, rest: str) -> Iterator[bytes]:
        if verb == "CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1\r\n"
        elif verb == "SELECT":
            yield f"* {len(self.messages)} EXISTS\r\n".encode()
        elif verb == "EXPUNGE":
            for uid in [uid for uid, flags in self.flags.items() if r"\Deleted" in flags]:
                del self.messages[uid], self.flags[uid]
        elif verb == "LOGOUT":
            yield b"* BYE\r\n"
        elif verb == "UID":
            yield from self._by_uid(*rest.split(None, 2))

    def _by_uid(self, verb: str, which: str, what: str = "") -> Iterator[bytes]:
        if verb == "SEARCH":
            found = " ".join(str(uid) for uid, flags in self.flags.items() if not flags)
            yield f"* SEARCH {found}\r\n".encode()
        elif verb == "FETCH" and int(which) in self.messages:
            content = self.messages[int(which)]
            yield f"* 1 FETCH (UID {which} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n"
        elif verb == "STORE":
            self.flags[int(which)].add(what.split("(")[1].rstrip(")"))


def a_mail(sender: str, words: str, arrived: int) -> bytes:
    date = format_datetime(datetime.fromtimestamp(arrived, UTC))
    head = f"Received: from mx by in; {date}\r\nFrom: {sender}\r\nTo: rgpd@iboo.live\r\n"
    return f"{head}Subject: {words}\r\n\r\n{words}\r\n".encode()


def plain(host: str, port: int) -> imaplib.IMAP4:
    """Loopback needs no TLS."""
    return imaplib.IMAP4(host, port, timeout=gateway.TIMEOUT)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    arrived = clock.now() - 7_200
    running = Server(
        a_mail("zoe@example.fr", "Effacez mes donnees", arrived),
        a_mail("", "?", arrived),
        a_mail("luc@example.fr", "stop", arrived),
    )
    running.start()
    monkeypatch.setenv("IBOO_RIGHTS_MAILBOX", f"imaps://rgpd:secret@127.0.0.1:{running.port}")
    yield running
    running.stop()


def test_each_mail_becomes_a_request_whose_clock_started_on_arrival_and_leaves_the_mailbox(
    server: Server, mailbox: Mailbox
) -> None:
    assert inbound.take_in(plain) == 2
    (erasure,) = steps.of_address("zoe@example.fr")
    assert (erasure.right, erasure.door) == ("erasure", "mail") and erasure.received_at <= clock.now() - 7_000
    (marketing,) = steps.of_address("luc@example.fr")
    assert (marketing.right, marketing.outcome) == ("marketing", "granted")
    assert list(server.messages) == [2] and server.flags[2] == {r"\Flagged"}, "nobody to answer: for a person"
    assert inbound.take_in(plain) == 0 and len(steps.of_address("zoe@example.fr")) == 1


def test_a_mailbox_that_is_away_or_shut_is_asked_again_later(
    server: Server, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBOO_RIGHTS_MAILBOX", f"imaps://rgpd:wrong@127.0.0.1:{server.port}")
    assert inbound.take_in(plain) == 0 and len(server.messages) == 3
    monkeypatch.setenv("IBOO_RIGHTS_MAILBOX", "imaps://rgpd:secret@127.0.0.1:1")
    assert inbound.take_in(plain) == 0


def test_without_a_mailbox_nothing_is_asked(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBOO_RIGHTS_MAILBOX", "")
    assert inbound.take_in(plain) == 0
