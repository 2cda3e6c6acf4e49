"""One browser's connection, from the answer to its end: ICE, DTLS, data channels, tracks."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aiortc import RTCCertificate

from chalicelib.signalling.tickets import Ticket
from media_workers import sdp_answer
from media_workers.attendance import Attendance, Presence
from media_workers.channels import ChannelName, Channels, text
from media_workers.clock import Clock
from media_workers.codec_choice import CodecChoice, best
from media_workers.deferred import Deferred
from media_workers.down_track import DownTrack
from media_workers.dtls import APPLICATION_DATA, DtlsLink, fingerprint
from media_workers.forwarder import Forwarder
from media_workers.garbage import Garbage
from media_workers.ice import IceAgent
from media_workers.leg import Leg
from media_workers.participant import SLOTS
from media_workers.passage import Passage
from media_workers.sdp_answer import Stream
from media_workers.sdp_plan import Line, Plan, SlotName
from media_workers.seats import Seating
from media_workers.udp import Sockets
from media_workers.up_track import Slot
from media_workers.view import View

if TYPE_CHECKING:
    from media_workers.room import Room

logger = logging.getLogger(__name__)

LAST_WORD: Final = 1.0
"""Seconds a peer has to take and acknowledge the last word before its connection is closed."""
HANDSHAKE: Final = 15.0
"""Seconds a DTLS handshake may take."""


@dataclass(frozen=True)
class House:
    """What all connections of a worker share."""

    clock: Clock
    entropy: random.Random
    certificate: RTCCertificate
    sockets: Sockets
    ice: IceAgent
    forwarder: Forwarder
    attendance: Attendance
    garbage: Garbage
    deferred: Deferred
    spawn: Callable[[Any], asyncio.Task[None]]
    """Runs a coroutine to its end and logs its failure."""


class Connection:
    """Made for a ticket and a plan; `answer` is what the browser gets."""

    def __init__(self, house: House, room: Room, ticket: Ticket, plan: Plan) -> None:
        self.id = ticket.connection
        self.ticket = ticket
        self.up = False
        """The media path is up."""
        self._house = house
        self._room = room
        self._plan = plan
        self._closing = False
        self._peer = house.ice.add(self)
        self._link = DtlsLink(house.certificate, self._send)
        self._link.on_closed(self._dtls_closed)
        self._channels = Channels(self._link, house.clock, ticket.limits, self._opened, self._received, self._hopeless)
        self.leg = Leg(
            self.id,
            self._link,
            self._send,
            self._heard,
            bitrate=ticket.limits.bitrate,
            down_bitrate=ticket.limits.down_bitrate,
            feedback_ssrc=self._ssrc(),
            now=self.now(),
            send_run=self._send_run,
        )
        self.leg.peer = self._peer.number
        self.seating = Seating(len(plan.seats), len(plan.voices))
        self.seat_tracks = [
            (self._down(audio, f"seat-{number}"), self._down(video, f"seat-{number}"))
            for number, (audio, video) in enumerate(plan.seats)
        ]
        self.voice_tracks = [self._down(line, f"voice-{number}") for number, line in enumerate(plan.voices)]
        self.view = View(self.seat_tracks, self.voice_tracks, self.leg.downlink, house.forwarder)
        self.decodes = plan.decodes
        self._add_slots()
        self._presence = Presence(room.id, ticket.participant, self.id)
        self._passage = Passage(self.leg, self.view, self.now())

    def now(self) -> float:
        """Seconds, monotonic."""
        return self._house.clock.monotonic()

    def answer(self) -> str:
        """The SDP answer to the offer this connection was made for."""
        transport = sdp_answer.Transport(
            fragment=self._peer.fragment,
            password=self._peer.password,
            fingerprint=fingerprint(self._house.certificate),
            addresses=self._house.sockets.announced,
            port=self._house.sockets.port,
        )
        return sdp_answer.write(self._plan, transport, self._streams(), self._house.entropy.getrandbits(62))

    @property
    def up_at_once(self) -> dict[SlotName, bool]:
        """Which slots are live from the start: none of a browser's, which will say so; all of an encoder's, which has
        no channel to say it on."""
        silent = self._plan.data is None
        return {slot: silent and slot in self._plan.slots for slot in SLOTS}

    def tell(self, message: dict[str, Any]) -> None:
        """On the reliable channel; before it is open, nothing: its first message holds the whole state."""
        if not self._closing:
            self._channels.tell(message)

    @property
    def closing(self) -> bool:
        """It has left the room."""
        return self._closing

    def pulse(self, message: str) -> None:
        """On the channel without repetition."""
        self._channels.pulse(message)

    def close(self, word: dict[str, Any] | None) -> None:
        """Leaves the room at once; the peer hears a last word, then the connection ends."""
        if self._closing:
            return
        self._closing = True
        if self.up:
            self._house.forwarder.flush(self.now())  # what came up to now counts
            self._house.attendance.ended(self._presence, self._house.clock.wall())
        self._room.gone(self)
        self._house.spawn(self._end(word))

    # What the ICE agent tells.

    def ice_started(self) -> None:
        """The browser has reached us."""
        self._house.spawn(self._start())

    def datagram(self, data: bytes) -> None:
        """DTLS, SRTP or SRTCP."""
        if data[0] == APPLICATION_DATA and self._channels.open:
            self._house.deferred.put(self._link, data)
        elif data[0] < 64:
            self._house.deferred.hand_over()  # it may be the last that comes
            # What came before a message is forwarded as things stood then.
            self._house.forwarder.flush(self.now())
            self._link.feed(data)
        else:
            self._house.forwarder.receive(self.leg, data, self.now())

    def ice_gone(self) -> None:
        """Nothing came for too long."""
        logger.info("connection %s: silent", self.id)
        self.close(None)

    # What DTLS and the channels tell.

    async def _start(self) -> None:
        connected = await self._handshake()
        if self._closing:
            return
        if not connected:
            logger.info("connection %s: DTLS failed", self.id)
            self.close(None)
            return
        self.up = True
        self.leg.keys = self._link.keys()
        self._passage.came(self.now())
        self._house.attendance.began(self._presence, self._house.clock.wall(), self._passage.quality)
        self._room.came(self)
        data = self._plan.data
        if data is not None:
            forwarder, agreed = self._house.forwarder, self._link.agreed()
            line = forwarder.line(self._peer.number, agreed, data.sctp_port, data.max_message_size, self)
            if line is not None:
                self._channels.adopt(line)
                self._link.divert(line)
            else:
                await self._link.start_sctp(data.sctp_port, data.max_message_size)

    def line_opened(self) -> None:
        """See `Talker`."""
        self._opened()

    def line_said(self, channel: int, text: str) -> None:
        """See `Talker`."""
        self._channels.said(channel, text)

    def line_closed(self) -> None:
        """See `Talker`."""
        self._dtls_closed()

    async def _handshake(self) -> bool:
        try:
            return await asyncio.wait_for(self._link.start(self._plan.offer.fingerprints), HANDSHAKE)
        except TimeoutError:
            return False
        except Exception:
            # OpenSSL speaks through many classes; whatever it was, this browser has no connection.
            logger.exception("connection %s: the handshake broke", self.id)
            return False

    def _dtls_closed(self) -> None:
        self.close(None)

    def _opened(self) -> None:
        self._house.ice.calm(self._peer)
        if not self._closing:
            self._room.greeted(self)

    def _received(self, channel: ChannelName, message: dict[str, Any]) -> None:
        if self._closing:
            return
        if channel == "room":
            self._room.message(self, message)
        elif message["type"] == "ping" and isinstance(message.get("n"), int):
            self._channels.pulse(text({"type": "pong", "n": message["n"]}))

    def _hopeless(self) -> None:
        logger.info("connection %s: takes no messages", self.id)
        self.close(None)

    def _heard(self, level: int) -> None:
        self._room.heard(self, level)

    async def _end(self, word: dict[str, Any] | None) -> None:
        try:
            if word is not None:
                # The channel may be about to open: a tab that isn't told why would join again at once.
                deadline = self.now() + LAST_WORD
                await self._until(lambda: self._channels.open, deadline)
                self._channels.tell(word)
                await self._until(lambda: not (self._link.unsent or self._channels.unsent), deadline)
            self._channels.hang_up()
            await self._link.stop()
        finally:
            self._house.ice.remove(self._peer)
            self._house.garbage.left()

    async def _until(self, reached: Callable[[], bool], deadline: float) -> None:
        """Waits while the link lives and time is left."""
        while self._link.connected and not reached() and self.now() < deadline:
            await asyncio.sleep(0.01)

    def _send(self, data: bytes) -> None:
        self._house.ice.send(self._peer, data)

    def _send_run(self, data: memoryview, lengths: list[int]) -> None:
        if self._peer.selected is not None:
            self._house.sockets.send_run(data, lengths, self._peer.selected)

    # Tracks.

    def _ssrc(self) -> int:
        return self._house.entropy.randrange(1, 1 << 32)

    def _add_slots(self) -> None:
        receivers = self._room.receivers(self.ticket.participant)
        for name, line in self._plan.slots.items():
            choice = CodecChoice(line.codecs, best(line.codecs, receivers)) if line.kind == "video" else None
            if choice is not None:
                line.prefer(choice.present)
            slot = Slot(
                name,
                line.kind,
                {one.payload_type: one.name for one in line.formats},
                {one.repair: one.payload_type for one in line.formats if one.repair is not None},
                nack=line.nack,
                rids=line.rids or ("",),
                choice=choice,
            )
            media = line.media
            self.leg.add_slot(slot, media.mid, line.extensions, media.ssrcs, set(media.repairs))

    def _down(self, line: Line, name: str) -> DownTrack:
        entropy = self._house.entropy
        track = DownTrack(
            self.leg,
            line.kind,
            name=name,
            ssrc=self._ssrc(),
            formats={one.name: (one.payload_type, one.repair) for one in line.formats},
            repair_ssrc=self._ssrc() if any(one.repair is not None for one in line.formats) else None,
            extension_ids=line.extensions,
            # Below 2^15, so that a receiver which misses the first packets guesses the roll-over count right (RFC 3711,
            # section 3.3.1).
            start=(entropy.randrange(1 << 15), entropy.randrange(1 << 32)),
            now=self.now(),
        )
        self.leg.downs[track.ssrc] = track
        return track

    def _streams(self) -> dict[str, Stream]:
        pairs = [
            pair
            for lines, tracks in zip(self._plan.seats, self.seat_tracks, strict=True)
            for pair in zip(lines, tracks, strict=True)
        ]
        pairs += zip(self._plan.voices, self.voice_tracks, strict=True)
        return {line.media.mid: Stream(track.name, track.ssrc, track.repair_ssrc) for line, track in pairs}
