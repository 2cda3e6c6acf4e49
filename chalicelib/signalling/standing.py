"""Where a person stands in a room: role, what was taken from them, whether their hand is up.

The functions' store has the last word. It travels in the ticket of each join and in pushes; the higher ``revision``
holds, so that neither a late push nor an older ticket undoes a newer act.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Role = Literal["host", "cohost", "guest"]
Slot = Literal["microphone", "camera", "screen", "screen_sound"]

ROLES: dict[str, Role] = {role: role for role in get_args(Role)}
SLOTS: dict[str, Slot] = {slot: slot for slot in get_args(Slot)}
HOSTING: frozenset[Role] = frozenset({"host", "cohost"})
"""Roles that may admit and moderate."""


@dataclass(frozen=True)
class Standing:
    """``held``: send slots stopped by a host and not resumed by the person. ``hand``: since when it is up, seconds
    since 1970; 0: down. ``revision``: 1, 2, 3 … with each change in the store."""

    revision: int = 0
    role: Role = "guest"
    held: tuple[Slot, ...] = ()
    hand: float = 0.0


def read(data: Mapping[str, Any]) -> Standing:
    """A standing as it travels; a role of a later contract is a guest's. Raises `ValueError`, `KeyError` or
    `TypeError`."""
    return Standing(
        revision=int(data["revision"]),
        role=ROLES.get(data["role"], "guest"),
        held=tuple(SLOTS[slot] for slot in data["held"]),
        hand=float(data["hand"]),
    )
