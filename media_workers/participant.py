"""A person in a room, as the others see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.signalling.tickets import Role
from media_workers.sdp_plan import SlotName
from media_workers.seats import Wish

if TYPE_CHECKING:
    from media_workers.connection import Connection

SLOTS: tuple[SlotName, ...] = ("microphone", "camera", "screen", "screen_sound")


@dataclass
class Participant:
    """One tile, whatever the number of tabs; ``up``: which slots carry a live track."""

    id: str
    name: str
    role: Role
    connection: Connection
    up: dict[SlotName, bool] = field(default_factory=lambda: dict.fromkeys(SLOTS, False))

    def change(self, message: Mapping[str, Any]) -> set[SlotName]:
        """Takes an ``up`` message over; the slots that changed. No more go up than the plan allows at once."""
        said = {slot: message[slot] for slot in SLOTS if isinstance(message.get(slot), bool)}
        changed = {slot for slot, up in said.items() if up != self.up[slot]}
        for slot in sorted(changed, key=lambda slot: self.up[slot], reverse=True):  # what goes down makes room
            if said[slot] and sum(self.up.values()) >= self.connection.ticket.limits.tracks:
                changed.discard(slot)
            else:
                self.up[slot] = said[slot]
        return changed

    def wish(self, spoke: float = 0.0) -> Wish:
        """What seats are given for. ``spoke``: when the person was last talking (seconds)."""
        return Wish(self.id, self.up["microphone"], self.up["camera"], self.up["screen"], spoke)

    def told(self) -> dict[str, Any]:
        """The protocol's ``P``."""
        return {"id": self.id, "name": self.name, "role": self.role, "up": dict(self.up)}
