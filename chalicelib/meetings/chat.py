"""What people write in a meeting: stored first, sealed, numbered without gaps, then pushed to the room."""

from collections.abc import Iterable
from typing import Any

from chalicelib import clock, storage
from chalicelib.errors import BadInput, Conflict
from chalicelib.fleet import actions as fleet
from chalicelib.register import clocks, row_of
from chalicelib.register.events import Event
from chalicelib.signalling.messages import Push
from chalicelib.storage import Changed, keys
from chalicelib.storage.sealing import DataKey

from .models import ChatMessage, ChatReceipt, Occurrence, Participant
from .rules import LONGEST_MESSAGE

PAGE = 200
TRIES = 20
"""How often a number is tried again when others write at the same moment."""


def say(occurrence: Occurrence, participant: Participant, client_id: str, body: str) -> dict[str, Any]:
    """Writes a line. The same ``client_id`` of the same person twice is one line. Raises `BadInput`, `Conflict`."""
    text = body.strip()
    if not text or len(text) > LONGEST_MESSAGE or not 0 < len(client_id) <= 64:
        raise BadInput
    now = clock.now()
    until = clocks.due(row_of("chat_message"), {Event.COLLECTED: now})
    key = keys.key_for(occurrence.partition, until or now, occurrence.company)
    for _ in range(TRIES):
        said = _said_already(occurrence, participant, client_id, key)
        if said is not None:
            return said
        message = _message(occurrence, participant, client_id, text, now)
        receipt = ChatReceipt(occurrence.partition, _receipt_sk(participant, client_id), seq=message.seq)
        try:
            with storage.Transaction() as write:
                write.create(message, {Event.COLLECTED: now}, controller=occurrence.company, key=key)
                write.create(receipt, {Event.COLLECTED: now}, controller=occurrence.company)
        except Changed:
            continue
        line = _line(message)
        fleet.tell(occurrence.id, Push(type="chat", epoch=0, message=line))
        return line
    raise Conflict


def after(occurrence: Occurrence, seq: int) -> tuple[list[dict[str, Any]], bool]:
    """At most 200 lines beyond ``seq``, in order, and whether there are more."""
    try:
        key = keys.open_key(occurrence.partition)
    except keys.KeyDestroyed:
        return [], False
    found = storage.query(ChatMessage, occurrence.partition, "chat#", after=_sk(seq), limit=PAGE + 1, key=key)
    lines = [_line(message) for message in found]
    return lines[:PAGE], len(lines) > PAGE


def written_by(occurrence: Occurrence, participant: Participant) -> list[ChatMessage]:
    """The lines of one person, still sealed."""
    lines: Iterable[ChatMessage] = storage.query(ChatMessage, occurrence.partition, "chat#")
    return [line for line in lines if line.participant == participant.id]


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
    }


def _sk(seq: int) -> str:
    return f"chat#{seq:010d}"


def _receipt_sk(participant: Participant, client_id: str) -> str:
    return f"said#{participant.id}#{client_id}"
