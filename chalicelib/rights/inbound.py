"""A mail to the rights address becomes a request; its clock starts when the mail arrived, not when it was read.

The schedule reads the mailbox of the address (`RIGHTS_MAILBOX`). By hand:

python -m chalicelib.rights.inbound message.eml
"""

import re
import sys
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from chalicelib import clock, log, settings
from chalicelib.accounts.rules import email_address
from chalicelib.errors import TooMany
from chalicelib.gateways import mailbox

from . import intake
from .intake import Wish
from .models import Request
from .rules import LONGEST_WORDS, Right

WORDS: tuple[tuple[Right, str], ...] = (
    (Right.MARKETING, r"désabonn|désinscri|prospection|newsletter|plus recevoir|unsubscribe|marketing|stop\b"),
    (Right.ERASURE, r"effac|supprim|oubli|eras|delet"),
    (Right.RECTIFICATION, r"rectifi|corrig|inexact|correct"),
    (Right.RESTRICTION, r"limitation|geler|gel\b|restrict|freeze"),
    (Right.PORTABILITY, r"portabilit|emporter|transf[eé]rer|portability"),
    (Right.REVIEW, r"décision automat|automated decision"),
    (Right.DEATH, r"décès|décéd|héritier|deceased|heir"),
    (Right.WITHDRAWAL, r"retire.* consentement|withdraw.* consent"),
    (Right.OBJECTION, r"oppos|object"),
)
"""The first that is found in subject or text, in this order; otherwise access. The officer may correct it."""


def receive(content: bytes, now: int | None = None) -> Request:
    """Opens the request of a mail (RFC 5322 bytes). Raises `ValueError` when nobody can be answered."""
    message = message_from_bytes(content, EmailMessage, policy=policy.default)
    sender = email_address(parseaddr(str(message.get("Reply-To") or message.get("From", "")))[1])
    subject, body = str(message.get("Subject", "")), _text(message)
    wish = Wish(
        right=right_of(f"{subject}\n{body}"),
        door="mail",
        email=sender,
        language="en" if _is_english(body) else "fr",
        words=f"{subject}\n\n{body}"[:LONGEST_WORDS],
        freeze=bool(re.search(WORDS[3][1], body, re.IGNORECASE)),
    )
    return intake.receive(wish, arrived_at(message, clock.now() if now is None else now))


def take_in(connect: mailbox.Connect = mailbox.secure) -> int:
    """Takes in what lies in the mailbox of the rights address. Returns how many requests it made.

    A mail nobody can be answered from stays there, flagged, for a person. Of a sender who floods us the rest waits.
    """
    url = settings.get("RIGHTS_MAILBOX").strip()
    if not url:
        return 0
    try:
        taken, left = mailbox.take(url, _taken, connect)
    except mailbox.MailboxAway as fault:
        log.warning("rights_mailbox_away", fault=str(fault))
        return 0
    if taken or left:
        log.info("rights_mail", taken=taken, left=left)
    if left:
        log.warning("rights_mail_left", left=left)
    return taken


def _taken(content: bytes) -> None:
    try:
        receive(content)
    except (ValueError, TooMany) as fault:
        raise mailbox.Unusable from fault


def right_of(text: str) -> Right:
    """What a text asks, by its words; access when it does not say."""
    return next((right for right, words in WORDS if re.search(words, text, re.IGNORECASE)), Right.ACCESS)


def arrived_at(message: EmailMessage, now: int) -> int:
    """When our carrier took the mail in: the date of the topmost ``Received``, which the sender cannot write.

    A mail without one, or from the future, arrived now.
    """
    received = str(message.get("Received", ""))
    try:
        at = parsedate_to_datetime(received.rpartition(";")[2].strip())
    except ValueError:
        return now
    return min(int(_aware(at).timestamp()), now)


def main(arguments: Sequence[str]) -> int:
    """0 when every file became a request."""
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    for name in arguments:
        request = receive(Path(name).read_bytes())
        sys.stdout.write(f"{request.id} {request.right}\n")
    return 0


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    if part is None:
        return ""
    lines = str(part.get_content()).splitlines()
    return "\n".join(line for line in lines if not line.startswith(">")).strip()


def _is_english(text: str) -> bool:
    words = re.findall(r"[a-zà-ÿ]+", text.casefold())
    english = sum(word in ("the", "my", "please", "you", "and", "is") for word in words)
    french = sum(word in ("le", "la", "les", "mes", "vous", "et", "je", "de") for word in words)
    return english > french


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.astimezone()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
