"""What Amazon SES publishes of a mail: delivery, delay, bounce, complaint. Pure.

Shape: "Contents of event data that Amazon SES publishes to Amazon SNS". Nothing of it is kept but two words; addresses
in it are not read.
"""

import json
from collections.abc import Mapping
from typing import Any

from .rules import State, Trouble

TAG = "mail"
"""The tag (`EmailTags`) that holds the mail's id."""

_BOUNCES: dict[str, Trouble] = {
    "MailboxFull": "full",
    "MessageTooLarge": "refused",
    "ContentRejected": "refused",
    "AttachmentRejected": "refused",
}
_DELAYS: dict[str, Trouble] = {"MailboxFull": "full"}


def read(content: str) -> tuple[str, State, Trouble | None] | None:
    """The mail's id, what became of it, why; `None` for what says nothing of a mail of ours. Raises `ValueError` for
    what is no event."""
    event = json.loads(content)
    if not isinstance(event, Mapping) or not isinstance(event.get("mail"), Mapping):
        raise ValueError("no event of a mail")
    tags = event["mail"].get("tags")
    marks = tags.get(TAG) if isinstance(tags, Mapping) else None
    if not isinstance(marks, list) or len(marks) != 1 or not isinstance(marks[0], str):
        return None
    found = _heard(str(event.get("eventType", "")), event)
    return None if found is None else (marks[0], *found)


def _heard(kind: str, event: Mapping[str, Any]) -> tuple[State, Trouble | None] | None:
    if kind == "Delivery":
        return "delivered", None
    if kind == "Bounce":
        return "failed", _bounced(_inside(event, "bounce"))
    if kind == "Complaint":
        return "complained", "spam"
    if kind == "DeliveryDelay":
        return "delayed", _DELAYS.get(str(_inside(event, "deliveryDelay").get("delayType")), "away")
    if kind in ("Reject", "Rendering Failure"):
        return "failed", "refused"
    return None


def _bounced(bounce: Mapping[str, Any]) -> Trouble:
    known = _BOUNCES.get(str(bounce.get("bounceSubType")))
    if known:
        return known
    return "unknown" if bounce.get("bounceType") == "Permanent" else "away"


def _inside(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = event.get(name)
    return found if isinstance(found, Mapping) else {}
