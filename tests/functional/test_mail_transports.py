"""Both ways out for mail hand over what they were given, and tell a refusal for good from one for now."""

import asyncio
import json
import socket
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.gateways import mail
from dev.cloud.post_office import PostOffice
from dev.engine import Engine

SENDER = "Iboo <reunion@iboo.example>"
MESSAGE = "\r\n".join(
    [
        "From: Iboo <reunion@iboo.example>",
        "To: anne@guest.example",
        "Subject: =?utf-8?q?R=C3=A9union?=",
        "Message-ID: <one@iboo.example>",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        ".Bonjour, à bientôt",
        "",
    ]
).encode()


@pytest.fixture
def post_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """The local cloud's mailbox behind a real socket, in a thread of its own."""
    office = PostOffice(tmp_path / "mail")
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(office.protocol, "127.0.0.1", 0))
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("IBOO_MAIL_TRANSPORT", "smtp")
    monkeypatch.setenv("IBOO_SMTP_URL", f"smtp://127.0.0.1:{port}")
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield office
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    server.close()
    loop.run_until_complete(server.wait_closed())
    loop.close()


def test_smtp_hands_over_the_message_byte_for_byte(post_office: PostOffice) -> None:
    mail.send(SENDER, "anne@guest.example", MESSAGE)
    [letter] = post_office.letters()
    assert letter.raw == MESSAGE
    assert letter.recipients == ["anne@guest.example"]


def test_smtp_tells_a_refusal_for_good_from_one_for_now(post_office: PostOffice) -> None:
    with pytest.raises(mail.MailRefused) as refused:
        mail.send(SENDER, "anne@refuse.example", MESSAGE)
    with pytest.raises(mail.MailUnavailable) as later:
        mail.send(SENDER, "anne@later.example", MESSAGE)
    assert (refused.value.reason, later.value.reason) == ("smtp 550 5.1.1", "smtp 451 4.2.1")
    assert not list(post_office.letters())


def test_an_smtp_server_that_is_not_there_is_a_matter_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("IBOO_MAIL_TRANSPORT", "smtp")
        monkeypatch.setenv("IBOO_SMTP_URL", f"smtp://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(mail.MailUnavailable):
            mail.send(SENDER, "anne@guest.example", MESSAGE)


def test_ses_takes_the_message_for_its_recipient(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBOO_MAIL_TRANSPORT", "ses")
    with pytest.raises(mail.MailRefused):
        mail.send(SENDER, "anne@guest.example", MESSAGE)  # SES knows neither yet
    for address in ("reunion@iboo.example", "anne@guest.example"):
        boto3.client("sesv2").create_email_identity(EmailIdentity=address)
    mail.send(SENDER, "anne@guest.example", MESSAGE)
    [message] = [message for message in sent(engine) if message["To"] == ["anne@guest.example"]]
    assert message["Subject"] == "Réunion"
    assert message["BodyText"].strip() == ".Bonjour, à bientôt"


def test_ses_is_told_the_mails_id_and_sees_the_common_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Ses:
        def send_email(self, **given: Any) -> None:
            asked.append(given)

    monkeypatch.setenv("IBOO_MAIL_TRANSPORT", "ses")
    monkeypatch.setattr(mail, "_ses", Ses)
    mail.send("reunion+0123456789abcdef@iboo.example", "anne@guest.example", MESSAGE)
    mail.send("reunion@iboo.example", "anne@guest.example", MESSAGE)
    assert [one["FromEmailAddress"] for one in asked] == ["reunion@iboo.example"] * 2
    assert [one["EmailTags"] for one in asked] == [[{"Name": "mail", "Value": "0123456789abcdef"}], []]


def sent(engine: Engine) -> list[dict[str, Any]]:
    """What the engine's SES has sent (it keeps the parsed message only)."""
    with urllib.request.urlopen(f"{engine.url}/_ministack/ses/messages", timeout=30) as answer:
        by_account: dict[str, list[dict[str, Any]]] = json.load(answer)["messages"]
    return [message for messages in by_account.values() for message in messages]
