"""The mailbox keeps every message as it came and shows all of it."""

import asyncio
import base64
import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from chalicelib.gateways import mailbox as gateway
from dev.cloud import mailbox
from dev.cloud.post_office import PostOffice

Client = TestClient[web.Request, web.Application]

CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def invitation(to: str = "anne@guest.example") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Invitation : réunion de rentrée"
    message["From"] = "Iboo <reunion@iboo.example>"
    message["To"] = to
    message.set_content("Bonjour Anne")
    message.add_alternative('<p>Bonjour <b>Anne</b></p><img src="cid:logo">', subtype="html")
    message.add_attachment(CALENDAR, "text", "calendar", filename="réunion.ics", params={"method": "REQUEST"})
    message.add_attachment(b"\x89PNG", "image", "png", cid="<logo>")
    return message


@pytest.fixture
def post_office(tmp_path: Path) -> PostOffice:
    return PostOffice(tmp_path / "mail")


@pytest.fixture
async def smtp_port(post_office: PostOffice) -> AsyncIterator[int]:
    server = await asyncio.get_running_loop().create_server(post_office.protocol, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.fixture
async def client(post_office: PostOffice) -> AsyncIterator[Client]:
    application = web.Application()
    mailbox.add_routes(application, post_office)
    async with TestClient(TestServer(application)) as opened:
        yield opened


async def send(port: int, raw: bytes, to: list[str]) -> None:
    def deliver() -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.sendmail("reunion@iboo.example", to, raw)

    await asyncio.to_thread(deliver)


async def messages(client: Client, **query: str) -> list[dict[str, Any]]:
    answer = await client.get("/_mailbox/messages.json", params=query)
    found: list[dict[str, Any]] = (await answer.json())["messages"]
    return found


async def test_a_message_is_kept_byte_for_byte(smtp_port: int, post_office: PostOffice) -> None:
    raw = b"Subject: a\r\nX-Odd:  two  spaces\r\n\r\n.a line with a dot\r\n\xc3\xa9\r\n"
    await send(smtp_port, raw, ["anne@guest.example"])
    assert [letter.raw for letter in post_office.letters()] == [raw]


async def test_json_tells_all_of_a_message(smtp_port: int, client: Client) -> None:
    await send(smtp_port, invitation().as_bytes(policy=SMTP), ["anne@guest.example"])
    [said] = await messages(client)
    assert said["subject"] == "Invitation : réunion de rentrée"
    assert said["envelope"] == {"from": "reunion@iboo.example", "to": ["anne@guest.example"]}
    assert said["text"].strip() == "Bonjour Anne"
    assert said["html"].startswith("<p>Bonjour <b>Anne</b></p>")
    calendar, logo = said["attachments"]
    assert calendar["name"] == "réunion.ics" and "method" in calendar["type"]
    assert base64.b64decode(calendar["content"]) == CALENDAR
    assert base64.b64decode(logo["content"]) == b"\x89PNG"


async def test_the_newest_comes_first_and_one_recipient_sees_only_theirs(
    post_office: PostOffice, client: Client
) -> None:
    post_office.keep("a@x", ["anne@guest.example"], b"Subject: first\r\n\r\n", 1)
    post_office.keep("a@x", ["bob@guest.example"], b"Subject: second\r\n\r\n", 2)
    assert [said["subject"] for said in await messages(client)] == ["second", "first"]
    assert [said["subject"] for said in await messages(client, to="Anne@Guest.example")] == ["first"]


async def test_the_html_of_a_mail_runs_nothing_and_fetches_nothing(post_office: PostOffice, client: Client) -> None:
    name = post_office.keep("a@x", ["anne@guest.example"], invitation().as_bytes(policy=SMTP), 1)
    answer = await client.get(f"/_mailbox/{name}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "allow-scripts" not in policy
    assert f'src="/_mailbox/{name}/attachments/1"' in await answer.text()
    assert await (await client.get(f"/_mailbox/{name}/attachments/1")).read() == b"\x89PNG"
    assert (await client.get(f"/_mailbox/{name}/attachments/2")).status == 404


async def test_pages_show_markup_in_a_subject_as_text(post_office: PostOffice, client: Client) -> None:
    name = post_office.keep("a@x", ["anne@guest.example"], b"Subject: <script>x</script>\r\n\r\nHello", 1)
    for page in ("/_mailbox/", f"/_mailbox/{name}"):
        text = await (await client.get(page)).text()
        assert "&lt;script&gt;" in text and "<script>" not in text


async def test_no_address_leads_out_of_the_folder(post_office: PostOffice, client: Client, tmp_path: Path) -> None:
    (tmp_path / "outside.eml").write_text("Subject: no\n\n")
    (tmp_path / "outside.json").write_text('{"received": 1, "from": "", "to": []}')
    assert (await client.get("/_mailbox/..%2Foutside/raw")).status == 404
    assert post_office.letter("../outside") is None


@pytest.mark.parametrize(("address", "status"), [("x@refuse.example", 550), ("x@later.example", 451)])
async def test_some_addresses_are_refused_to_show_how_mail_fails(smtp_port: int, address: str, status: int) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        await send(smtp_port, b"Subject: a\r\n\r\n", [address])
    assert refusal.value.recipients[address][0] == status


ASKS = b"""BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:m1@iboo.live
SEQUENCE:3
DTSTAMP:20261130T080000Z
DTSTART:20261204T090000Z
ORGANIZER:mailto:reunion+m1.i1.secret@iboo.live
ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:anne@guest.example
END:VEVENT
END:VCALENDAR
"""


def asking() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Iboo <reunion@iboo.live>", "anne@guest.example"
    message["Reply-To"], message["Subject"] = "reunion+m1.i1.secret@iboo.live", "Invitation"
    message.set_content("Bonjour Anne")
    message.add_alternative(ASKS.decode(), subtype="calendar", params={"method": "REQUEST"})
    return message


async def test_a_mail_is_answered_as_a_calendar_or_a_person_would(
    smtp_port: int, client: Client, post_office: PostOffice
) -> None:
    await send(smtp_port, asking().as_bytes(policy=SMTP), ["anne@guest.example"])
    (letter,) = await messages(client)
    shown = await (await client.get(f"/_mailbox/{letter['id']}")).text()
    assert "Decline" in shown and "Answer in words" in shown
    for form in ({"answer": "declined"}, {"words": "Plutôt jeudi ?"}):
        answer = await client.post(f"/_mailbox/{letter['id']}/answer", data=form, allow_redirects=False)
        assert answer.status == 303
    replied, wrote = (post_office.inbox.read(uid) or b"" for uid in post_office.inbox.uids())
    assert b"METHOD:REPLY" in replied and b"PARTSTAT=DECLINED" in replied and b"SEQUENCE:3" in replied
    assert all(b"To: reunion+m1.i1.secret@iboo.live" in raw for raw in (replied, wrote))
    assert (await client.post(f"/_mailbox/{letter['id']}/answer", data={"answer": "maybe"})).status == 400


async def test_what_comes_back_is_read_over_imap_once(smtp_port: int, post_office: PostOffice) -> None:
    raw = b"Subject: a\r\n\r\n" + (b"x" * 70 + b"\r\n") * 20_000
    await send(smtp_port, raw, ["reunion+0123@iboo.live"])
    await send(smtp_port, raw, ["zoe@bounce.example", "anne@guest.example"])
    await send(smtp_port, raw, ["reunion@elsewhere.example"])
    server = await asyncio.start_server(post_office.inbox.serve, "127.0.0.1", 0)
    url = f"imap://reunion:local@127.0.0.1:{server.sockets[0].getsockname()[1]}"
    taken: list[bytes] = []
    assert await asyncio.to_thread(gateway.take, url, taken.append) == (2, 0)
    assert await asyncio.to_thread(gateway.take, url, taken.append) == (0, 0)
    server.close()
    first, report = taken
    assert first.startswith(b"Return-Path: <reunion@iboo.example>\r\nDelivered-To: reunion+0123@iboo.live\r\n")
    assert len(first) == gateway.LARGEST and b"zoe@bounce.example" in report and b"Action: failed" in report


def test_a_mailbox_without_tls_is_one_of_a_laptop_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gateway.connection("imap://127.0.0.1") is gateway.plain
    assert gateway.connection("imaps://mail.example") is gateway.secure
    monkeypatch.setenv("IBOO_STAGE", "prod")
    assert gateway.connection("imap://127.0.0.1") is gateway.secure
