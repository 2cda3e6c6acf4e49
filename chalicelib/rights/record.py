"""What follows from the register for officers and customers: the record of processing (GDPR art. 30), the kit for a
customer's impact assessment (art. 28 (3) f, 35). Pure.
"""

import csv
import io
from collections.abc import Iterable
from typing import Any

from chalicelib.register import ROWS, Role, Row

MEASURES = (
    "image and voice in transit, DTLS-SRTP; written only where a meeting is recorded, of who agreed, sealed per track",
    "content sealed item by item, AES-256-GCM, one key per meeting, destroyed with it",
    "hidden the second it is due, deleted within the hour, counted every night",
    "passwords in Argon2id; sessions revocable; second factor for the console",
    "access by roles generated per door; every look into the console logged",
)
"""In general terms, as art. 30 (1) g and (2) d ask."""

HEADS = ("category", "people", "purpose", "basis", "starts", "kept", "promised", "recipients", "transfers", "measures")


def of(role: Role, rows: Iterable[Row] = ROWS) -> list[dict[str, str]]:
    """One line per category and purpose of the part Iboo plays as ``role``: art. 30 (1) or (2)."""
    return [
        {
            "category": row.label.en,
            "people": row.subjects.en,
            "purpose": clock.purpose.en,
            "basis": clock.basis.value,
            "starts": clock.start.value,
            "kept": str(clock.keep),
            "promised": str(clock.promise),
            "recipients": "; ".join(recipient.en for recipient in row.recipients) or "none",
            "transfers": "none outside the European Union",
            "measures": "; ".join(MEASURES),
        }
        for row in rows
        if role in row.roles
        for clock in row.clocks
    ]


def as_csv(lines: list[dict[str, str]]) -> bytes:
    """RFC 4180, UTF-8 with its mark."""
    target = io.StringIO()
    writer = csv.DictWriter(target, HEADS)
    writer.writeheader()
    writer.writerows(lines)
    return target.getvalue().encode("utf-8-sig")


def assessment_kit(company: str, subprocessors: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """What a customer needs of us for an impact assessment of its meetings. ``subprocessors``: name and place."""
    return {
        "controller": company,
        "processor": "Iboo",
        "processing": of(Role.PROCESSOR),
        "measures": list(MEASURES),
        "subprocessors": [{"name": name, "place": place} for name, place in subprocessors],
        "necessity": "no account for guests, no tracking, no analysis of image, voice or words",
        "risks": [
            {"risk": "a stranger in the meeting", "answered_by": "personal links, waiting room, removal"},
            {"risk": "content read in our stores", "answered_by": "sealed with a key per meeting"},
            {"risk": "content kept too long", "answered_by": "28 days set, 30 promised, census every night"},
        ],
        "left_to_the_controller": "purpose, legal basis, information of people, answers to their requests",
    }
