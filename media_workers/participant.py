"""A person in a room, as the others see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.signalling.standing import HOSTING, Standing
from media_workers.sdp_plan import SlotName
from media_workers.seats import Wish

if TYPE_CHECKING:
    from media_workers.connection import Connection

SLOTS: tuple[SlotName, ...] = ("microphone", "camera", "screen", "screen_sound")


@dataclass
class Participant:
    """One tile, whatever the number of tabs; ``up``: which slots carry a live track and are forwarded."""

    id: str
    name: str
    standing: Standing
    connection: Connection
    up: dict[SlotName, bool] = field(default_factory=lambda: dict.fromkeys(SLOTS, False))

    def __post_init__(self) -> None:
        self.up.update(dict.fromkeys(self.standing.held, False))

    @property
    def hosts(self) -> bool:
        """Whether this person admits and moderates."""
        return self.standing.role in HOSTING

    def stand(self, standing: Standing) -> bool:
        """Takes a standing over: what is held goes down at once; what no longer is goes up where nobody could say so
        (encoders). Whether others see a difference."""
        before = self.told()
        released = set(self.standing.held) - set(standing.held)
        self.standing = standing
        self.up.update(dict.fromkeys(standing.held, False))
        self.up.update({slot: self.connection.up_at_once[slot] for slot in released})
        return self.told() != before

    def change(self, message: Mapping[str, Any]) -> set[SlotName]:
        """Takes an ``up`` message over; the slots that changed. No more go up than the plan allows at once, and none
        that is held: the person resumes it first."""
        said = {slot: message[slot] for slot in SLOTS if isinstance(message.get(slot), bool)}
        said |= dict.fromkeys(self.standing.held, False)
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
        standing = self.standing
        return {"id": self.id, "name": self.name, "role": standing.role, "hand": standing.hand, "up": dict(self.up)}
