"""Handing an e-mail to whoever carries it: Amazon SES or an SMTP server.

Retry rule: a `MailUnavailable` may be tried again with the same message (its Message-ID makes a double harmless), a
`MailRefused` may not. Time limit: 10 s.
"""

import re
import smtplib
import ssl
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import settings

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

TIMEOUT = 10.0


class MailError(Exception):
    """The mail was not taken. ``reason``: a code without personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MailRefused(MailError):
    """For good: the address or the message is not accepted."""


class MailUnavailable(MailError):
    """For now: the carrier could not be reached, or asks to come back."""


def send(sender: str, recipient: str, message: bytes) -> None:
    """Hands over one message (RFC 5322, with all its headers) for one recipient. Raises `MailError`.

    ``sender``: where reports on it come. Its mark, what stands behind a plus, is the mail's id: SES, which takes
    reports itself, gets it as a tag.
    """
    transport = {"ses": _send_by_ses, "smtp": _send_by_smtp}[settings.get("MAIL_TRANSPORT")]
    transport(sender, recipient, message)


def _send_by_ses(sender: str, recipient: str, message: bytes) -> None:
    local, _, domain = sender.rpartition("@")
    name, _, mark = local.partition("+")
    try:
        _ses().send_email(
            FromEmailAddress=f"{name}@{domain}",
            Destination={"ToAddresses": [recipient]},
            Content={"Raw": {"Data": message}},
            EmailTags=[{"Name": "mail", "Value": mark}] if mark else [],
        )
    except ClientError as fault:
        code = fault.response["Error"]["Code"]
        if code in ("MessageRejected", "BadRequestException", "MailFromDomainNotVerifiedException"):
            raise MailRefused(code) from fault
        raise MailUnavailable(code) from fault
    except BotoCoreError as fault:
        raise MailUnavailable(type(fault).__name__) from fault


def _send_by_smtp(sender: str, recipient: str, message: bytes) -> None:
    where = urlsplit(settings.get("SMTP_URL"))
    if not where.hostname:
        raise settings.SettingMissing("IBOO_SMTP_URL is not set, and IBOO_MAIL_TRANSPORT is smtp")
    try:
        with _connection(where.scheme, where.hostname, where.port) as server:
            if where.username:
                server.login(unquote(where.username), unquote(where.password or ""))
            server.sendmail(sender, [recipient], message)
    except smtplib.SMTPRecipientsRefused as fault:
        code, said = next(iter(fault.recipients.values()))
        raise (MailRefused if code >= 500 else MailUnavailable)(_code(code, said)) from fault
    except smtplib.SMTPResponseException as fault:
        reason = _code(fault.smtp_code, fault.smtp_error)
        raise (MailRefused if fault.smtp_code >= 500 else MailUnavailable)(reason) from fault
    except (OSError, smtplib.SMTPException) as fault:
        raise MailUnavailable(type(fault).__name__) from fault


def _code(code: int, said: bytes | str) -> str:
    """The reply's code, with the enhanced one (RFC 3463) where it begins with one: the words name people."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    enhanced = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})\b", text)
    return f"smtp {code} {enhanced[1]}" if enhanced else f"smtp {code}"


def _connection(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
    return smtplib.SMTP(host, port or 25, timeout=TIMEOUT)


@lru_cache(maxsize=1)
def _ses() -> "SESV2Client":
    limits = Config(connect_timeout=TIMEOUT, read_timeout=TIMEOUT, retries={"total_max_attempts": 1})
    return boto3.client("sesv2", config=limits)
