"""What carriers report of a mail, in the words of two of them, and in no words at all."""

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mailing import addresses, bounces, ses_events
from chalicelib.mailing.rules import is_in_vain, of_status, trouble
from dev.cloud import answers

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.fr (Mail Delivery System)
To: reunion+0123456789abcdef@iboo.live
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="AB/mx.example.fr"

--AB/mx.example.fr
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.fr.

--AB/mx.example.fr
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.fr
X-Postfix-Queue-ID: 4Xy
Arrival-Date: Mon, 30 Nov 2026 02:00:00 +0000 (UTC)

Final-Recipient: rfc822; zoe@client.example
Original-Recipient: rfc822;zoe@client.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <zoe@client.example>: Recipient address rejected

--AB/mx.example.fr
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

To: zoe@client.example
Subject: Invitation

--AB/mx.example.fr--
"""


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, EmailMessage, policy=policy.default)


@pytest.mark.parametrize(
    ("action", "status", "heard"),
    [
        ("failed", "5.1.1", ("failed", "unknown")),
        ("failed", "5.1.2", ("failed", "unknown")),
        ("failed", "5.2.2", ("failed", "full")),
        ("failed", "5.7.1", ("failed", "refused")),
        ("failed", "4.4.7", ("failed", "away")),
        ("failed", "nonsense", ("failed", "away")),
        ("delayed", "4.4.1", ("delayed", "away")),
        ("delayed", "4.2.2", ("delayed", "full")),
        ("relayed", "2.0.0", ("delivered", None)),
        ("Delivered", "2.0.0", ("delivered", None)),
        ("exploded", "2.0.0", None),
    ],
)
def test_a_report_of_a_server_says_what_became_of_the_mail(action: str, status: str, heard: object) -> None:
    assert bounces.heard(parsed(POSTFIX.format(action=action, status=status).encode())) == heard


@pytest.mark.parametrize(
    ("to", "heard"),
    [
        ("zoe@bounce.example", ("failed", "unknown")),
        ("zoe@full.example", ("failed", "full")),
        ("zoe@slow.example", ("delayed", "away")),
        ("zoe@spam.example", ("complained", "spam")),
    ],
)
def test_the_servers_of_the_local_cloud_report_like_others(to: str, heard: object) -> None:
    raw = answers.report(to, "reunion+0123456789abcdef@iboo.live")
    assert raw is not None
    assert bounces.heard(parsed(raw)) == heard
    assert addresses.marks(parsed(raw)) == ["0123456789abcdef"]


def test_a_mail_that_is_no_report_says_nothing() -> None:
    assert bounces.heard(parsed(b"Subject: Action: failed\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n")) is None
    assert answers.report("zoe@client.example", "reunion@iboo.live") is None


@given(st.binary(max_size=2_000))
def test_no_bytes_break_the_reading_of_a_report(content: bytes) -> None:
    head = b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"
    for raw in (content, head + content):
        found = bounces.heard(parsed(raw))
        assert found is None or found[0] in ("failed", "delayed", "delivered", "complained")
        assert all(set(mark) <= set("abcdefghijklmnopqrstuvwxyz0123456789.") for mark in addresses.marks(parsed(raw)))


@pytest.mark.parametrize(
    ("written", "marks"),
    [
        ("reunion+abc.def@iboo.live", ["abc.def"]),
        ("Iboo <Reunion+ABC@IBOO.live>, reunion@iboo.live, x+abc@iboo.live", ["abc"]),
        ("reunion+abc@iboo.live.example, reunion+a/b@iboo.live, reunion+@iboo.live", []),
        ("reunion+" + "a" * 61 + "@iboo.live", []),
    ],
)
def test_only_our_own_address_carries_a_mark(written: str, marks: list[str]) -> None:
    assert addresses.marks(parsed(f"To: {written}\r\n\r\n".encode())) == marks


def test_an_address_too_long_for_carriers_is_never_made() -> None:
    assert addresses.marked("a" * 56) == "reunion+" + "a" * 56 + "@iboo.live"
    with pytest.raises(ValueError, match="too many"):
        addresses.marked("a" * 57)


def event(kind: str, **inside: Any) -> str:
    tags = {"ses:configuration-set": ["iboo"], "mail": ["0123456789abcdef"]}
    mail = {"messageId": "0100", "destination": ["zoe@client.example"], "tags": tags}
    return json.dumps({"eventType": kind, "mail": mail, **inside})


@pytest.mark.parametrize(
    ("content", "heard"),
    [
        (event("Delivery", delivery={"recipients": ["zoe@client.example"]}), ("delivered", None)),
        (event("Bounce", bounce={"bounceType": "Permanent", "bounceSubType": "General"}), ("failed", "unknown")),
        (event("Bounce", bounce={"bounceType": "Transient", "bounceSubType": "MailboxFull"}), ("failed", "full")),
        (event("Bounce", bounce={"bounceType": "Transient", "bounceSubType": "General"}), ("failed", "away")),
        (
            event("Bounce", bounce={"bounceType": "Permanent", "bounceSubType": "ContentRejected"}),
            ("failed", "refused"),
        ),
        (event("Bounce", bounce=None), ("failed", "away")),
        (event("Complaint", complaint={"complaintFeedbackType": "abuse"}), ("complained", "spam")),
        (event("DeliveryDelay", deliveryDelay={"delayType": "TransientCommunicationFailure"}), ("delayed", "away")),
        (event("DeliveryDelay", deliveryDelay={"delayType": "MailboxFull"}), ("delayed", "full")),
        (event("Reject", reject={"reason": "Bad content"}), ("failed", "refused")),
    ],
)
def test_an_event_of_ses_says_what_became_of_the_mail(content: str, heard: tuple[str, str | None]) -> None:
    assert ses_events.read(content) == ("0123456789abcdef", *heard)


@pytest.mark.parametrize("content", [event("Send"), event("Open"), '{"eventType": "Delivery", "mail": {}}'])
def test_what_says_nothing_of_a_mail_of_ours_is_passed_over(content: str) -> None:
    assert ses_events.read(content) is None


@pytest.mark.parametrize("content", ["", "[]", "null", '"Bounce"', '{"mail": []}', "{", "[" * 100_000])
def test_what_is_no_event_is_nonsense(content: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        ses_events.read(content)


def test_reasons_of_our_own_tries_come_to_the_same_words() -> None:
    assert trouble("smtp 550") == "unknown" and trouble("smtp 552") == "full" and trouble("smtp 554") == "refused"
    assert trouble("smtp 550 5.7.1") == "refused" and trouble("smtp 550 5.1.1") == "unknown"
    assert trouble("smtp 451 4.2.1") == "away" and trouble("smtp 552 5.2.2") == "full"
    assert trouble("MessageRejected") == "refused" and trouble("ConnectTimeoutError") == "away"
    assert trouble("SendingPausedException") == "away", "our own trouble is not the guest's refusal"
    assert of_status("5.1.10", final=True) == "unknown" and of_status("", final=True) == "away"


def test_only_an_address_nobody_has_and_an_unwelcome_mail_end_the_writing() -> None:
    assert is_in_vain("failed", "unknown") and is_in_vain("complained", None)
    assert not any(is_in_vain("failed", reason) for reason in ("full", "refused", "away"))
    assert not is_in_vain("delayed", "unknown")
