"""What a server reports of a mail by mail: that it is late, arrived, or could not be delivered (RFC 3464), or that
somebody called it unwanted (RFC 5965). Pure: bytes that others wrote go in, two words come out."""

from email.message import EmailMessage, Message

from .rules import State, Trouble, of_status

Heard = tuple[State, Trouble | None]

MOST_PARTS = 20
MOST_BLOCKS = 10


def heard(message: EmailMessage) -> Heard | None:
    """What a report says; `None` when the mail is none, or says nothing we know."""
    if message.get_content_type() != "multipart/report":
        return None
    for part in list(message.walk())[:MOST_PARTS]:
        if part.get_content_type() == "message/delivery-status":
            return _of_delivery(_blocks(part))
        if part.get_content_type() == "message/feedback-report":
            return _of_feedback(_blocks(part))
    return None


def _of_delivery(blocks: list[Message]) -> Heard | None:
    """A report has one block on the mail and one per recipient; ours have one recipient."""
    for block in blocks:
        action, status = _field(block, "Action"), _field(block, "Status")
        if action == "failed":
            return "failed", of_status(status, final=True)
        if action == "delayed":
            return "delayed", of_status(status, final=False)
        if action in ("delivered", "relayed", "expanded"):
            return "delivered", None
    return None


def _of_feedback(blocks: list[Message]) -> Heard | None:
    wanted = any(_field(block, "Feedback-Type") in ("abuse", "fraud") for block in blocks)
    return ("complained", "spam") if wanted else None


def _blocks(part: Message) -> list[Message]:
    content = part.get_payload()
    return [block for block in content[:MOST_BLOCKS] if isinstance(block, Message)] if isinstance(content, list) else []


def _field(block: Message, name: str) -> str:
    return str(block.get(name, ""))[:200].strip().casefold()
