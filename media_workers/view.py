"""What one viewer is sent of the pictures in the seats: what is shown, in the size it is shown, as the way allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from media_workers import allocation, layers
from media_workers.allocation import PAUSED, Demand
from media_workers.down_track import DownTrack
from media_workers.downlink import Downlink
from media_workers.layer_filter import ALL
from media_workers.layers import Choices, Form, Rung
from media_workers.up_track import Encoding, Slot

if TYPE_CHECKING:
    from media_workers.forwarder import Forwarder

LARGEST: Final = 4320
"""Height assumed of a seat nothing was said about, pixels."""
GRACE: Final = 1.5
"""Seconds a picture may be held back before the viewer is told: at the start the estimate climbs."""
VOICE_BITS: Final = 40_000
"""Bits per second set aside for a sound that is not measured yet."""

Reason = Literal["bandwidth", "codec"]
"""The way is too narrow; the picture comes in a codec that this viewer can't decode."""
Look = Callable[[Slot], Choices]


class View:
    """``seats``: the down tracks of sound and picture, by seat; ``voices``: further sounds."""

    def __init__(
        self,
        seats: list[tuple[DownTrack, DownTrack]],
        voices: list[DownTrack],
        downlink: Downlink,
        forwarder: Forwarder,
    ) -> None:
        self._pictures = [picture for _, picture in seats]
        self._sounds = [sound for sound, _ in seats] + voices
        self._downlink = downlink
        self._forwarder = forwarder
        self._slots: list[Slot | None] = [None] * len(seats)
        self._present: list[Rung | None] = [None] * len(seats)
        self._heights: dict[int, int] | None = None
        """By seat; None: nothing was said, all are shown."""
        self._held: dict[int, float] = {}
        """Seats whose picture is held back, since when."""
        self.paused: dict[int, Reason] = {}
        """What the viewer was told of these, and why."""
        self.paused_for = 0.0
        """Seconds in which a picture was told to be held back since the way is too narrow."""
        self._looked = 0.0
        self._content: list[tuple[Slot, str, Choices]] | None = None
        """What was shown, in which codec and out of what, if all of it was sent at its best."""
        self._taken = 0.0
        """Bits per second that this takes."""
        self.wanted: set[Encoding] = set()
        """Encodings this viewer receives or would like to."""

    def show(self, message: Mapping[str, Any]) -> None:
        """Takes a ``show`` message over; what can't be understood in it is not shown."""
        heights = {}
        seats = message.get("seats")
        for item in seats if isinstance(seats, list) else []:
            seat, height = (item.get("seat"), item.get("height")) if isinstance(item, dict) else (None, None)
            if isinstance(seat, int) and isinstance(height, int | float) and height > 0:
                heights[seat] = int(min(height, LARGEST))
        self._heights = heights
        self._content = None

    def place(self, seat: int, slot: Slot | None) -> None:
        """Whose picture belongs into a seat; of another one nothing more is sent."""
        if self._slots[seat] is not slot:
            self._slots[seat] = slot
            self._present[seat] = None
            self._content = None
            self._forwarder.switch(self._pictures[seat], None)

    def arrange(self, look: Look, speaker: Slot | None, now: float) -> bool:
        """Chooses anew what is sent in each seat. Whether `paused` changed."""
        if self._stays(look):
            return False
        demands: list[Demand] = []
        seen: dict[int, tuple[Slot, Choices, Form]] = {}
        foreign = set()
        for seat, slot in enumerate(self._slots):
            if slot is None:
                continue
            height = LARGEST if self._heights is None else self._heights.get(seat, 0)
            if not height:
                self._send(seat, None, None)
                continue
            if slot.codec and not self._pictures[seat].takes(slot.codec):
                self._send(seat, None, None)
                foreign.add(seat)
                continue
            choices = look(slot)
            top = choices.sufficient(height)
            seen[seat] = slot, choices, top
            rungs, bits = choices.ladder(top)
            demands.append(Demand(seat, (slot is speaker, height), bits, layers.step_of(rungs, self._present[seat])))
        steps = allocation.allocate(self._downlink.rate - self._sound_bits(), demands)
        self._tell_need(demands, steps)
        self.wanted = set()
        for demand in demands:
            slot, choices, top = seen[demand.key]
            self._choose(demand.key, slot, choices, choices.ladder(top)[0], steps[demand.key])
            if steps[demand.key] == len(demand.bits) - 1:
                # What is sharp at this size, though it may have been asked for in vain up to now.
                self.wanted.add(slot.encodings[top[0]])
        self._content = None
        if not foreign and all(steps[demand.key] == len(demand.bits) - 1 for demand in demands):
            self._content = [(slot, slot.codec, choices) for slot, choices, _ in seen.values()]
            self._taken = sum(demand.bits[-1] for demand in demands)
        held: dict[int, Reason] = dict.fromkeys(foreign, "codec")
        return self._hold(held | {seat: "bandwidth" for seat, step in steps.items() if step == PAUSED}, now)

    def _stays(self, look: Look) -> bool:
        """Whether choosing anew would change nothing: all is at its best, nothing else is to be had, and it fits."""
        if self._content is None:
            return False
        for slot, codec, choices in self._content:
            if slot.codec != codec or look(slot) is not choices:
                return False
        return self._downlink.rate - self._sound_bits() >= self._taken

    def _choose(self, seat: int, slot: Slot, choices: Choices, rungs: list[Rung], step: int) -> None:
        if step == PAUSED:
            self._send(seat, None, None)
            self.wanted.add(slot.encodings[rungs[0].encoding])
            return
        rung = rungs[step]
        flowing = layers.at_hand(choices.offered, rung.encoding)
        self.wanted |= {slot.encodings[rung.encoding], slot.encodings[flowing]}
        spatial, temporal = (rung.spatial, rung.temporal) if flowing == rung.encoding else (ALL, ALL)
        self._forwarder.limit(self._pictures[seat], spatial, temporal)
        self._send(seat, slot.encodings[flowing], rung)

    def _send(self, seat: int, encoding: Encoding | None, rung: Rung | None) -> None:
        self._present[seat] = rung
        self._forwarder.switch(self._pictures[seat], encoding)

    def _sound_bits(self) -> float:
        sources = [sound.source for sound in self._sounds if sound.source is not None]
        return sum(source.meter.rate() or VOICE_BITS for source in sources)

    def _tell_need(self, demands: list[Demand], steps: dict[int, int]) -> None:
        """More is needed while somebody could be seen better."""
        if all(steps[demand.key] == len(demand.bits) - 1 for demand in demands):
            self._downlink.need(0)
            return
        wish = sum(demand.bits[-1] for demand in demands if demand.bits)
        self._downlink.need(allocation.DAMPING * wish + self._sound_bits())

    def _hold(self, held: dict[int, Reason], now: float) -> bool:
        if "bandwidth" in self.paused.values():
            self.paused_for += now - self._looked
        self._looked = now
        self._held = {seat: self._held.get(seat, now) for seat in sorted(held)}
        paused = {seat: held[seat] for seat, since in self._held.items() if now - since >= GRACE}
        changed, self.paused = paused != self.paused, paused
        return changed
