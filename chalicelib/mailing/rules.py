"""When a mail is tried again, and what an answer of its carriers means."""

import re
from typing import Literal, get_args

DELAYS = (60, 300, 900, 3_600, 4 * 3_600, 12 * 3_600)
"""Seconds before the second, third … attempt."""

State = Literal["sent", "delayed", "delivered", "failed", "complained"]
Trouble = Literal["unknown", "full", "refused", "away", "spam"]
"""Why a mail did not arrive: nobody has the address; the mailbox is full; its server does not want the mail; no answer
so far; it arrived, and the person said it was unwanted."""
TROUBLES: tuple[Trouble, ...] = get_args(Trouble)

RANK: dict[str, int] = {"queued": 0, "sent": 1, "delayed": 2, "delivered": 3, "failed": 4, "complained": 5}
"""What is heard of a mail only ever rises: reports come twice, late, and in any order."""


def next_delay(attempts: int) -> int | None:
    """Seconds to wait after ``attempts`` failed ones; `None`: give up."""
    return DELAYS[attempts - 1] if attempts <= len(DELAYS) else None


def trouble(reason: str) -> Trouble:
    """What a reason comes to: one of ours, or the code with which a carrier did not take a mail."""
    for known in TROUBLES:
        if reason == known:
            return known
    if code := re.fullmatch(r"smtp ([45])\d\d (\d\.\d+\.\d+)", reason):
        return of_status(code[2], final=code[1] == "5")
    if reason in ("smtp 550", "smtp 551", "smtp 553"):
        return "unknown"
    if reason in ("smtp 552", "smtp 452"):
        return "full"
    return "refused" if reason.startswith("smtp 5") or reason == "MessageRejected" else "away"


def of_status(status: str, *, final: bool) -> Trouble:
    """What an enhanced status code (RFC 3463) says of a mail that is not delivered."""
    code = re.match(r"\s*[245]\.(\d{1,3})\.(\d{1,3})", status)
    subject, detail = (int(code[1]), int(code[2])) if code else (0, 0)
    if (subject, detail) == (2, 2):
        return "full"
    if final and subject == 1 and detail in (0, 1, 2, 3, 6, 10):
        return "unknown"
    return "refused" if final and status.strip().startswith("5") else "away"


def is_in_vain(state: str, reason: str | None) -> bool:
    """Whether writing to the same address again makes no sense, or is unwanted."""
    return state == "complained" or (state == "failed" and trouble(reason or "") == "unknown")
