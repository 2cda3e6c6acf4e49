"""What people write in a meeting: stored first, sealed, numbered without gaps, then pushed to the room.

What a meeting keeps until its end only is sealed with a key of its own, which goes with the end. What a meeting keeps
not at all never comes here: the worker passes it on.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from chalicelib import clock, storage
from chalicelib.errors import BadInput, Conflict
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet
from chalicelib.register.events import Event
from chalicelib.signalling.messages import Push
from chalicelib.storage import Changed, Held, keys
from chalicelib.storage.sealing import DataKey

from .models import ChatMessage, ChatReceipt, Occurrence, Participant
from .rules import LONGEST_MESSAGE
from .times import LATE

PAGE = 200
TRIES = 20
"""How often a number is tried again when others write at the same moment."""


def say(occurrence: Occurrence, participant: Participant, client_id: str, body: str, reply: int = 0) -> dict[str, Any]:
    """Writes a line. The same ``client_id`` of the same person twice is one line. ``reply``: number of the line it
    answers, or 0. Raises `BadInput`, `Conflict` (also where nothing is kept)."""
    text = body.strip()
    if not text or len(text) > LONGEST_MESSAGE or not 0 < len(client_id) <= 64 or not 0 <= reply < 10**9:
        raise BadInput
    if occurrence.keep == "none":
        raise Conflict(_("Cette réunion ne garde aucun message."))
    now = clock.now()
    key = keys.key_for(occurrence.talk_key, kept_until(occurrence, now) or now, occurrence.company)
    limit = None if occurrence.keep == "28d" else _longest(occurrence, now) - now
    for _try in range(TRIES):
        said = _said_already(occurrence, participant, client_id, key)
        if said is not None:
            return said
        message = _message(occurrence, participant, client_id, text, now)
        message.reply = reply or None
        receipt = ChatReceipt(occurrence.partition, _receipt_sk(participant, client_id), seq=message.seq)
        try:
            with storage.Transaction() as write:
                write.create(message, {Event.COLLECTED: now}, controller=occurrence.company, limit=limit, key=key)
                write.create(receipt, {Event.COLLECTED: now}, controller=occurrence.company, limit=limit)
        except Changed:
            continue
        line = _line(message)
        fleet.tell(occurrence.id, Push(type="chat", epoch=0, message=line))
        return line
    raise Conflict


def kept_until(occurrence: Occurrence, now: int) -> int | None:
    """When a line written now is deleted at the latest; `None` where none is kept."""
    if occurrence.keep == "none":
        return None
    due = storage.due("chat_message", {Event.COLLECTED: now}, occurrence.company) or now
    return min(due, _longest(occurrence, now)) if occurrence.keep == "end" else due


def forget(occurrence: Occurrence) -> None:
    """The meeting is over: what was to be kept until then can't be read any more. Its sealed remains follow."""
    if occurrence.keep == "end":
        with suppress(Held):  # a legal hold stands in the way; the key goes when it is lifted
            keys.destroy_key(occurrence.talk_key)


def lines(occurrence: Occurrence) -> list[dict[str, Any]]:
    """Everything written and kept, in order."""
    found: list[dict[str, Any]] = []
    more = True
    while more:
        page, more = after(occurrence, found[-1]["seq"] if found else 0)
        found += page
    return found


def after(occurrence: Occurrence, seq: int) -> tuple[list[dict[str, Any]], bool]:
    """At most 200 lines beyond ``seq``, in order, and whether there are more."""
    try:
        key = keys.open_key(occurrence.talk_key)
    except keys.KeyDestroyed:
        return [], False
    found = storage.query(ChatMessage, occurrence.partition, "chat#", after=_sk(seq), limit=PAGE + 1, key=key)
    page = [_line(message) for message in found]
    return page[:PAGE], len(page) > PAGE


def written_by(occurrence: Occurrence, participant: Participant) -> list[ChatMessage]:
    """The lines of one person, still sealed."""
    found: Iterable[ChatMessage] = storage.query(ChatMessage, occurrence.partition, "chat#")
    return [line for line in found if line.participant == participant.id]


def _message(occurrence: Occurrence, participant: Participant, client_id: str, body: str, now: int) -> ChatMessage:
    newest = storage.query(
        ChatMessage, occurrence.partition, "chat#", newest_first=True, limit=1, because="storage"
    )  # a number that is taken stays taken, whoever had the line frozen
    last = next(newest, None)
    seq = 1 if last is None else int(last.seq) + 1
    return ChatMessage(
        occurrence.partition,
        _sk(seq),
        occurrence=occurrence.id,
        seq=seq,
        participant=participant.id,
        client_id=client_id,
        said_at=now,
        name=participant.shown_name,
        body=body,
    )


def _said_already(
    occurrence: Occurrence, participant: Participant, client_id: str, key: DataKey
) -> dict[str, Any] | None:
    receipt = storage.get(ChatReceipt, occurrence.partition, _receipt_sk(participant, client_id))
    if receipt is None:
        return None
    message = storage.get(ChatMessage, occurrence.partition, _sk(int(receipt.seq)), key=key)
    return None if message is None else _line(message)


def _line(message: ChatMessage) -> dict[str, Any]:
    return {
        "seq": int(message.seq),
        "participant": message.participant,
        "name": message.name,
        "body": message.body,
        "at": int(message.said_at),
        "reply": int(message.reply or 0),
    }


def _longest(occurrence: Occurrence, now: int) -> int:
    """When the meeting is over even if nobody ends it."""
    return max(int(occurrence.ends_at) + LATE, now + 60)


def _sk(seq: int) -> str:
    return f"chat#{seq:010d}"


def _receipt_sk(participant: Participant, client_id: str) -> str:
    return f"said#{participant.id}#{client_id}"
