"""An occurrence live on this worker: who is here, who sees whom, who is told what."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.signalling.messages import Push
from chalicelib.signalling.recording import load_wanted
from media_workers import quality
from media_workers.channels import text
from media_workers.connection import Connection
from media_workers.down_track import DownTrack
from media_workers.errors import BadRequest, NotAdmitted, RoomFull
from media_workers.forwarder import Forwarder
from media_workers.health import Health
from media_workers.levels import Levels
from media_workers.notes import Notes
from media_workers.participant import Participant
from media_workers.quality import Quality
from media_workers.recording.room_recording import RoomRecording
from media_workers.recording.studio import Studio
from media_workers.sdp_plan import SlotName
from media_workers.seats import Changes, Wish
from media_workers.speakers import Speakers
from media_workers.standings import Standings
from media_workers.talk import Talk
from media_workers.up_track import Slot

logger = logging.getLogger(__name__)


class Room:
    """``closed(room)`` is called when the last one has gone."""

    def __init__(
        self,
        id: str,
        epoch: int,
        forwarder: Forwarder,
        closed: Callable[["Room"], None],
        wall: Callable[[], float],
        studio: Studio,
    ) -> None:
        self.id = id
        self.epoch = epoch
        self.participants: dict[str, Participant] = {}
        """Those whose media path is up."""
        self.handed_over = False
        """Everybody was told to come in elsewhere."""
        self._connections: dict[str, Connection] = {}
        """In the order of joining, those still on their way included."""
        self._removed: dict[str, int] = {}
        """Who was put out, and the revision of their standing at which that was."""
        self._forwarder = forwarder
        self._levels = Levels()
        self._speakers = Speakers()
        self._quality = Quality()
        self._notes = Notes()
        self.recording = RoomRecording(studio)
        self._health = Health()
        self._closed = closed
        self._standings = Standings()
        self._talk = Talk(wall)
        self._handlers = {
            "up": self._up,
            "show": self._show,
            "note": self._note,
            "notes": self._tell_notes,
            "resume": self._resume,
            "say": self._say,
            "react": self._react,
            "withdraw": self._withdraw,
            "bye": self._bye,
        }
        self._pushes: dict[str, Callable[[Push], None]] = {
            "chat": self._chat,
            "waiting": self._waiting,
            "standing": self._standing,
            "tell": self._tell,
            "remove": self._remove,
            "replace": self._replace,
            "leave": self._leave,
            "end": self._end,
            "record": self._record,
        }

    def check(self, participant: str, revision: int, most: int) -> None:
        """Raises `NotAdmitted` or `RoomFull` when the participant can't join now with a standing of ``revision``."""
        if (removed := self._removed.get(participant)) is not None and revision <= removed:
            raise NotAdmitted("removed from this room")
        people = {connection.ticket.participant for connection in self._connections.values()}
        if participant not in people and len(people) >= most:
            raise RoomFull("the room is full")

    def add(self, connection: Connection) -> None:
        """A connection that was given an answer; it is seen once its media path is up."""
        if (older := self._connections.get(connection.id)) is not None:
            older.close({"type": "replaced"})
        self._connections[connection.id] = connection

    def receivers(self, publisher: str) -> list[frozenset[str]]:
        """What each of the others who watch decodes."""
        return quality.receivers(self.participants.values(), publisher)

    # What connections tell.

    def came(self, connection: Connection) -> None:
        """The media path is up. The newest connection of a participant replaces older ones."""
        ticket = connection.ticket
        own = [c for c in self._connections.values() if c.ticket.participant == ticket.participant]
        if any(later.up for later in own[own.index(connection) + 1 :]):
            connection.close({"type": "replaced"})
            return
        self._forwarder.open(connection.leg, connection.now())
        self.participants[ticket.participant] = participant = Participant(
            ticket.participant,
            ticket.name,
            self._standings.of(ticket.participant, ticket.standing),
            connection,
            connection.up_at_once,
        )
        for older in own[: own.index(connection)]:
            if older.up:  # one still on its way is told when it comes
                older.close({"type": "replaced"})
        self._tell_but(participant, {"type": "participant", "participant": participant.told()})
        self._arrange(connection.now())

    def greeted(self, connection: Connection) -> None:
        """The reliable channel is open."""
        connection.tell(
            {
                "type": "hello",
                "you": connection.ticket.participant,
                "room": self.id,
                "epoch": self.epoch,
                "connection": connection.id,
                "participants": [participant.told() for participant in self.participants.values()],
                "seats": [_seat(connection, number) for number in range(len(connection.seating.seats))],
                "voices": [_voice(connection, number) for number in range(len(connection.seating.voices))],
                "speaker": self._speakers.active,
                "held": list(self._standings.of(connection.ticket.participant, connection.ticket.standing).held),
                "recording": self.recording.greet(self.participants.get(connection.ticket.participant)),
            }
        )
        for line in self._talk.lines:
            connection.tell({"type": "chat", "message": line})
        if self._health.told:
            connection.tell(self._health.word)
        if connection.view.paused:
            connection.tell(quality.paused(connection.view))

    def message(self, connection: Connection, message: dict[str, Any]) -> None:
        """A message on the reliable channel; unknown types are ignored."""
        participant = self.participants.get(connection.ticket.participant)
        handler = self._handlers.get(message["type"])
        if handler is not None and participant is not None and participant.connection is connection:
            handler(participant, message)

    def gone(self, connection: Connection) -> None:
        """A connection has closed, for whatever reason."""
        self._forwarder.close(connection.leg)
        self._connections.pop(connection.id, None)
        self.recording.forget(connection.id)
        participant = self.participants.get(connection.ticket.participant)
        if participant is not None and participant.connection is connection:
            del self.participants[participant.id]
            self._speakers.gone(participant.id)
            if not self.handed_over:  # else they meet again in a moment
                self._broadcast({"type": "left", "participant": participant.id})
            self._arrange(connection.now())
        if not self._connections:
            self.recording.close()
            self._closed(self)

    def heard(self, connection: Connection, level: int) -> None:
        """A microphone packet with that level came."""
        participant = self.participants.get(connection.ticket.participant)
        if participant is not None and participant.up["microphone"]:
            self._levels.heard(participant.id, level)
            self._speakers.heard(participant.id, level)

    # What the worker and the functions ask for.

    def beat(self, now: float) -> Iterator[None]:
        """Five times a second: who speaks, and what everybody is sent. Goes on each time it is asked, after a few
        people: with many, packets should not wait for all of it."""
        before = self._speakers.active
        if self._speakers.beat(now):
            self._arrange(now)
        if self._speakers.active != before:
            self._broadcast({"type": "speaker", "participant": self._speakers.active})
        levels = self._levels.take()
        word = text({"type": "levels", "levels": levels}) if levels else ""
        people = self._quality.beat(self.participants.values(), self._speaker(), now, self.recording.wishes)
        for number, viewer in enumerate(people, 1):
            if word:
                viewer.connection.pulse(word)
            if number % self._forwarder.people_at_once == 0:
                yield
        self._follow_recording(now)
        if self._health.beat(self.participants.values(), now):
            self._broadcast(self._health.word)

    def push(self, push: Push) -> None:
        """Executes a push of the functions."""
        self._pushes[push.type](push)

    @property
    def empty(self) -> bool:
        """Nobody is here, nor on the way."""
        return not self._connections

    def tell_unsure(self) -> None:
        """This worker can't know whether the room is still its own: whoever reaches the functions asks them."""
        self._broadcast({"type": "unsure"})

    def hand_over(self, word: dict[str, Any]) -> None:
        """Tells everybody to come in by another worker. What flows goes on until each has left."""
        self.handed_over = True
        self._broadcast(word)

    def close(self, word: dict[str, Any] | None) -> None:
        """Tells everybody a last word, if there is one, and closes."""
        for connection in list(self._connections.values()):
            connection.close(word)

    def _chat(self, push: Push) -> None:
        self._broadcast({"type": "chat", "message": dict(push.message)})

    def _waiting(self, push: Push) -> None:
        for participant in self.participants.values():
            if participant.hosts:
                participant.connection.tell({"type": "waiting", "count": push.message.get("count", 0)})

    def _standing(self, push: Push) -> None:
        try:
            standing = self._standings.push(push.participant, push.message)
        except ValueError as fault:
            raise BadRequest(str(fault)) from fault
        participant = self.participants.get(push.participant)
        if standing is None or participant is None:
            return
        act = push.message.get("act")
        if act:
            # First, so that the person's page knows why before it sees what.
            word = {"type": "moderated", "act": act, "by": push.message.get("by", ""), "held": list(standing.held)}
            participant.connection.tell(word)
        if participant.stand(standing):
            self._broadcast({"type": "participant", "participant": participant.told()})
            self._arrange(participant.connection.now())

    def _tell(self, push: Push) -> None:
        for participant in list(self.participants.values()):
            if push.participant in ("", participant.id):
                participant.connection.tell(dict(push.message))

    def _remove(self, push: Push) -> None:
        revision = push.message.get("revision", 0)
        if not isinstance(revision, int):
            raise BadRequest("a revision is a number")
        self._removed[push.participant] = revision
        self._close_all_of(push.participant, {"type": "removed"})

    def _replace(self, push: Push) -> None:
        self._close_all_of(push.participant, {"type": "replaced"})

    def _close_all_of(self, participant: str, word: dict[str, Any]) -> None:
        for connection in list(self._connections.values()):
            if connection.ticket.participant == participant:
                connection.close(word)

    def _leave(self, push: Push) -> None:
        connection = self._connections.get(push.connection)
        if connection is not None and connection.ticket.participant == push.participant:
            connection.close(None)

    def _end(self, push: Push) -> None:
        self.close({"type": "ended"})

    def _record(self, push: Push) -> None:
        now = next(iter(self._connections.values())).now()
        self.recording.follow(load_wanted(push.message), self.participants, now)
        self._follow_recording(now)

    # What participants ask for.

    def _up(self, participant: Participant, message: dict[str, Any]) -> None:
        changed = participant.change(message)
        for name in changed:
            if participant.up[name] and (slot := participant.connection.leg.slots.get(name)) is not None:
                slot.asked.restart()
        if changed:
            self._broadcast({"type": "participant", "participant": participant.told()})
            self._arrange(participant.connection.now())

    def _resume(self, participant: Participant, message: dict[str, Any]) -> None:
        standing = self._standings.resume(participant.id, message.get("slots"))
        if standing is not None:
            participant.stand(standing)

    def _say(self, participant: Participant, message: dict[str, Any]) -> None:
        connection = participant.connection
        if not connection.ticket.memory_chat:
            return
        line = self._talk.say(participant.id, participant.name, message, connection.now())
        if line is not None:
            self._broadcast({"type": "chat", "message": line})

    def _react(self, participant: Participant, message: dict[str, Any]) -> None:
        reaction = self._talk.react(participant.id, message, participant.connection.now())
        if reaction is not None:
            self._broadcast(reaction)

    def _show(self, participant: Participant, message: dict[str, Any]) -> None:
        connection, people = participant.connection, message.get("people")
        connection.view.show(message)
        if isinstance(people, list):
            connection.seating.looked_at = frozenset(one for one in people if isinstance(one, str))
        self._seat(participant, self._wishes(), connection.now())

    def _note(self, participant: Participant, message: dict[str, Any]) -> None:
        change = self._notes.add(message, stored=not participant.connection.ticket.memory_chat)
        if change is not None:
            self._tell_but(participant, change)
        elif self._notes.full:
            participant.connection.tell({"type": "notes", "full": True})

    def _tell_notes(self, participant: Participant, message: dict[str, Any]) -> None:
        for change in self._notes.told():
            participant.connection.tell(change)

    def _bye(self, participant: Participant, message: dict[str, Any]) -> None:
        participant.connection.close(None)

    def _withdraw(self, participant: Participant, message: dict[str, Any]) -> None:
        now = participant.connection.now()
        self.recording.withdraw(participant.id, self.participants, now)
        self._follow_recording(now)

    def _follow_recording(self, now: float) -> None:
        """What is written follows what is sent; everybody knows how it stands."""
        if self.recording.idle:
            return
        self.recording.arrange(self.participants, now)
        for participant in self.participants.values():
            self.recording.tell(participant)

    # Seats.

    def _arrange(self, now: float) -> None:
        """Seats everybody's view anew and lets packets follow."""
        self.recording.arrange(self.participants, now)
        wishes = self._wishes()
        for viewer in self.participants.values():
            self._seat(viewer, wishes, now)

    def _wishes(self) -> list[Wish]:
        return [person.wish(self._speakers.spoke(person.id)) for person in self.participants.values()]

    def _seat(self, viewer: Participant, wishes: list[Wish], now: float) -> None:
        connection = viewer.connection
        changes = connection.seating.arrange([wish for wish in wishes if wish.participant != viewer.id])
        self._connect(connection)
        self._quality.arrange(viewer, self._speaker(), now)
        self._tell_seats(connection, changes)

    def _connect(self, viewer: Connection) -> None:
        for seat, sitting in enumerate(viewer.seating.seats):
            other = self.participants.get(sitting.participant) if sitting else None
            screen = sitting is not None and sitting.source == "screen"
            self._hear(viewer.seat_tracks[seat][0], other, "screen_sound" if screen else "microphone")
            viewer.view.place(seat, self._slot(other, "screen" if screen else "camera"))
        for voice, speaker in zip(viewer.voice_tracks, viewer.seating.voices, strict=True):
            self._hear(voice, self.participants.get(speaker) if speaker else None, "microphone")

    def _hear(self, down: DownTrack, other: Participant | None, name: SlotName) -> None:
        slot = self._slot(other, name)
        self._forwarder.switch(down, slot.encodings[0] if slot else None)

    @staticmethod
    def _slot(other: Participant | None, name: SlotName) -> Slot | None:
        """The slot, while its owner says that it is up."""
        return other.connection.leg.slots.get(name) if other is not None and other.up[name] else None

    def _speaker(self) -> Participant | None:
        return self.participants.get(self._speakers.active or "")

    def _tell_seats(self, connection: Connection, changes: Changes) -> None:
        if changes.seats or changes.voices:
            connection.tell(
                {
                    "type": "seats",
                    "seats": [_seat(connection, number) for number in changes.seats],
                    "voices": [_voice(connection, number) for number in changes.voices],
                }
            )

    def _tell_but(self, participant: Participant, message: dict[str, Any]) -> None:
        for other in self.participants.values():
            if other is not participant:
                other.connection.tell(message)

    def _broadcast(self, message: dict[str, Any]) -> None:
        for participant in list(self.participants.values()):
            participant.connection.tell(message)


def _seat(connection: Connection, number: int) -> dict[str, Any]:
    sitting = connection.seating.seats[number]
    return {
        "seat": number,
        "participant": sitting.participant if sitting else None,
        "source": sitting.source if sitting else None,
    }


def _voice(connection: Connection, number: int) -> dict[str, Any]:
    return {"voice": number, "participant": connection.seating.voices[number]}
