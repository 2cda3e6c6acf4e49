"""A room's recording: whom to record now, by what the functions want and what people send; what everybody is told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from chalicelib.signalling.recording import Wanted, WantedTrack
from media_workers.recording.studio import Studio
from media_workers.recording.tap import Tap

if TYPE_CHECKING:
    from media_workers.participant import Participant
    from media_workers.up_track import Encoding, Slot

logger = logging.getLogger(__name__)

People = Mapping[str, "Participant"]


@dataclass
class _Live:
    """A track being written: its connection, and the taps on it: one, or two while a larger picture is on its way."""

    connection: str
    slot: Slot
    taps: list[Tap]

    @property
    def encoding(self) -> Encoding:
        """What is written, or will be with its next keyframe."""
        return self.taps[-1].encoding


class RoomRecording:
    """Follows the wanted state; `arrange` after each change of people or of what they send."""

    def __init__(self, studio: Studio) -> None:
        self.wanted: Wanted | None = None
        """What the functions said last; None when there is no recording, or after the recorder's end."""
        self.wishes: frozenset[Encoding] = frozenset()
        """Encodings that should be sent though nobody may look at them."""
        self._studio = studio
        self._live: dict[str, _Live] = {}
        self._withdrawn: dict[str, int] = {}
        """Participants who withdrew here, and how many of their answers the functions knew by then: a later one counts
        again, a state that was on its way meanwhile does not."""
        self._told: dict[str, dict[str, Any]] = {}
        self._writes = False
        self.interrupted = False
        """The recorder has ended by itself, or the part was closed before: the functions must give another one."""
        studio.broken.append(self._broken)

    @property
    def idle(self) -> bool:
        """There is no recording, and none has just broken off: nobody is to be told anything."""
        return self.wanted is None and not self.interrupted

    def follow(self, wanted: Wanted, people: People, now: float) -> None:
        """The functions say what to do. A state older than the one known is none."""
        known = self.wanted
        if known and known.recording == wanted.recording and wanted.version < known.version:
            return
        if known and (known.recording, known.part) != (wanted.recording, wanted.part):
            self._end_part("left")
        if wanted.state == "stopped":
            self._end_part("left")
        same = known is not None and known.recording == wanted.recording
        waits = {who: count for who, count in self._withdrawn.items() if same and wanted.said.get(who, 0) <= count}
        self.wanted, self._withdrawn = wanted, waits
        running = wanted.state == "running" and bool(wanted.part)
        self._writes = running and self._begin_part(wanted)
        self.interrupted = running and not self._writes and self._studio.able
        self.arrange(people, now)

    def withdraw(self, participant: str, people: People, now: float) -> None:
        """Somebody wants nothing of theirs recorded any more, nor of their encoders: at once, whatever the functions
        know."""
        if self.wanted is not None:
            self._withdrawn.setdefault(participant, self.wanted.said.get(participant, 0))
            self.arrange(people, now)

    def close(self) -> None:
        """The room is gone."""
        self._end_part("moved")
        if self._broken in self._studio.broken:
            self._studio.broken.remove(self._broken)

    def arrange(self, people: People, now: float) -> None:
        """Puts taps on and takes them off."""
        tracks = {track.track: track for track in self.wanted.tracks} if self.wanted and self._writes else {}
        for name in [name for name in self._live if name not in tracks]:
            self._stop(name, "withdrawn")
        for name, track in tracks.items():
            person = people.get(track.participant)
            slot = person.connection.leg.slots.get(track.source) if person else None  # type: ignore[call-overload]
            if person is None or slot is None:
                self._stop(name, "left")
            elif track.agreed_by in self._withdrawn:
                self._stop(name, "withdrawn")
            elif not person.up[slot.name]:
                self._stop(name, "muted")
            else:
                self._write(track, person.connection.id, slot, now)
        several = (live.slot.encodings for live in self._live.values() if len(live.slot.encodings) > 1)
        self.wishes = frozenset(encodings[-1] for encodings in several)

    def recorded(self) -> list[str]:
        """Participants of whom what they send is written."""
        if not self.wanted or not self._writes:
            return []
        agreed = (track for track in self.wanted.tracks if track.agreed_by not in self._withdrawn)
        return sorted({track.participant for track in agreed})

    def tell(self, person: Participant) -> None:
        """Tells somebody how it stands with the recording, if they don't know yet."""
        message = self._message(person)
        before = self._told.get(person.connection.id)
        if message == before or (before is None and message["state"] == "none"):
            return
        self._told[person.connection.id] = message
        person.connection.tell(message)

    def greet(self, person: Participant | None) -> dict[str, Any] | None:
        """What somebody who has just come in is told; None when there is no recording."""
        if person is None:
            return None
        message = self._told[person.connection.id] = self._message(person)
        return None if message["recording"] is None else message

    def forget(self, connection: str) -> None:
        """A connection that is gone."""
        self._told.pop(connection, None)

    def _message(self, person: Participant) -> dict[str, Any]:
        wanted = self.wanted
        if wanted is None or wanted.state == "stopped":
            return {"type": "recording", "recording": None, "state": "none", "recorded": []}
        message: dict[str, Any] = {
            "type": "recording",
            "recording": wanted.recording,
            "state": wanted.state,
            "trouble": self._studio.trouble(wanted.recording) if wanted.state == "running" else None,
            "recorded": self.recorded(),
            "answer": "refused" if person.id in self._withdrawn else wanted.answers.get(person.id),
        }
        if person.hosts:
            answers = list(wanted.answers.values())
            message["tally"] = {name: answers.count(name) for name in ("agreed", "refused")}
        return message

    def _begin_part(self, wanted: Wanted) -> bool:
        if not self._studio.open(wanted.recording, wanted.part, wanted.began):
            return False
        for track in wanted.tracks:
            kind = "video" if track.source in ("camera", "screen") else "audio"
            self._order("track", wanted, track=track.track, kind=kind, key=track.key, path=track.path)
        return True

    def _write(self, track: WantedTrack, connection: str, slot: Slot, now: float) -> None:
        live = self._live.get(track.track)
        if live is not None and live.connection != connection:
            self._stop(track.track, "moved")
            live = None
        if live is None:
            live = self._live[track.track] = _Live(connection, slot, [])
            self._put_on(track.track, live, _best(slot, now))
        elif (best := _best(slot, now)) is not live.encoding:
            while len(live.taps) > 1:
                self._take_off(live.taps.pop())
            if best is not live.encoding:
                self._put_on(track.track, live, best)

    def _put_on(self, track: str, live: _Live, encoding: Encoding) -> None:
        waits = encoding.kind == "video"
        tap = self._studio.tap(encoding, waits=waits, begun=partial(self._begun, live))
        live.taps.append(tap)
        assert self.wanted is not None
        self._order("stream", self.wanted, track=track, stream=tap.stream, sender=live.connection)
        encoding.put_tap(tap)
        if waits:
            encoding.keyframes.want()

    def _begun(self, live: _Live, tap: Tap) -> None:
        """The first packet of a tap is about to go: whatever was written until now has been relieved."""
        for other in [one for one in live.taps if one is not tap]:
            self._take_off(other)
        live.taps = [tap]

    def _take_off(self, tap: Tap) -> None:
        if tap.encoding.tap is tap:
            tap.encoding.put_tap(None)
        self._studio.drop(tap)

    def _stop(self, track: str, reason: str) -> None:
        live = self._live.pop(track, None)
        if live is None or self.wanted is None:
            return
        for tap in live.taps:
            self._take_off(tap)
        self._order("pause", self.wanted, track=track, reason=reason)

    def _end_part(self, reason: str) -> None:
        for name in list(self._live):
            self._stop(name, reason)
        if self.wanted is not None and self.wanted.part:
            self._order("close", self.wanted)
        self._writes = False

    def _broken(self) -> None:
        """The recorder has ended by itself: the functions will give another part."""
        for live in self._live.values():
            for tap in live.taps:
                self._take_off(tap)
        self._live.clear()
        self.interrupted = self.wanted is not None
        self.wanted, self._writes, self.wishes = None, False, frozenset()

    def _order(self, order: str, wanted: Wanted, **more: Any) -> None:
        self._studio.order({"order": order, "recording": wanted.recording, "part": wanted.part, **more})


def _best(slot: Slot, now: float) -> Encoding:
    """The largest encoding that comes; before any does, the one that will be first."""
    alive = [encoding for encoding in slot.encodings if encoding.meter.alive(now)]
    return alive[-1] if alive else slot.encodings[0]
