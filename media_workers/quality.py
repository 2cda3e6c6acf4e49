"""Five times a second, for a room: what everybody is sent is chosen anew, and publishers learn what nobody needs."""

from collections.abc import Iterable, Iterator
from typing import Any

from media_workers import layers
from media_workers.layers import Choices, Offered
from media_workers.participant import Participant
from media_workers.up_track import Encoding, Slot
from media_workers.view import View


class Quality:
    """``arrange`` for one viewer at once, when seats change; ``beat`` for all, at its pace."""

    def __init__(self) -> None:
        self._before: dict[Slot, Choices] = {}
        """What there was in the last beat."""

    def arrange(self, viewer: Participant, speaker: Participant | None, now: float) -> None:
        """Chooses what a viewer is sent, and tells which pictures are held back."""
        seen: dict[Slot, Choices] = {}
        self._arrange(viewer, speaker, seen, now)

    def beat(
        self,
        people: Iterable[Participant],
        speaker: Participant | None,
        now: float,
        besides: frozenset[Encoding] = frozenset(),
    ) -> Iterator[Participant]:
        """Chooses for everybody; what publishers send follows. ``besides``: wanted though nobody may look at it.

        Pauses after each viewer, who may be gone when it goes on."""
        people = list(people)
        seen: dict[Slot, Choices] = {}
        for viewer in people:
            if not viewer.connection.closing:
                self._arrange(viewer, speaker, seen, now)
                yield viewer
        self._before = seen
        people = [person for person in people if not person.connection.closing]
        wanted: set[Encoding] = set(besides)
        for viewer in people:
            wanted |= viewer.connection.view.wanted
        for publisher in people:
            self._ask(publisher, wanted, now)
            self._choose(publisher, people, now)

    def _arrange(self, viewer: Participant, speaker: Participant | None, seen: dict[Slot, Choices], now: float) -> None:
        def look(slot: Slot) -> Choices:
            choices = seen.get(slot)
            if choices is None:
                choices = seen[slot] = layers.followed(self._before.get(slot), offered(slot, now))
            return choices

        camera = speaker.connection.leg.slots.get("camera") if speaker else None
        view = viewer.connection.view
        if view.arrange(look, camera, now):
            viewer.connection.tell(paused(view))

    @staticmethod
    def _ask(publisher: Participant, wanted: set[Encoding], now: float) -> None:
        for slot in publisher.connection.leg.slots.values():
            if len(slot.encodings) < 2 or not publisher.up[slot.name]:
                continue
            rids = {encoding.rid for encoding in slot.encodings if encoding in wanted}
            if slot.asked.update(rids, now):
                publisher.connection.tell({"type": "layers", "slot": slot.name, "active": slot.asked.active})

    @staticmethod
    def _choose(publisher: Participant, people: list[Participant], now: float) -> None:
        for slot in publisher.connection.leg.slots.values():
            if slot.choice is None or not publisher.up[slot.name]:
                continue
            if slot.choice.update(receivers(people, publisher.id), now):
                publisher.connection.tell({"type": "codec", "slot": slot.name, "codec": slot.choice.present})


def receivers(people: Iterable[Participant], publisher: str) -> list[frozenset[str]]:
    """What each of those who watch somebody decodes."""
    return [
        person.connection.decodes
        for person in people
        if person.id != publisher and person.connection.decodes is not None
    ]


def paused(view: View) -> dict[str, Any]:
    """The message that tells a viewer what is held back."""
    return {"type": "paused", "seats": [{"seat": seat, "reason": reason} for seat, reason in view.paused.items()]}


def offered(slot: Slot, now: float) -> tuple[Offered, ...]:
    """What is known of a slot's encodings."""
    return tuple(_offered(slot, encoding, now) for encoding in slot.encodings)


def _offered(slot: Slot, encoding: Encoding, now: float) -> Offered:
    meter = encoding.meter
    alive = meter.alive(now)
    measured = alive and meter.rate() is not None
    spatial, temporal = meter.highest
    return Offered(
        alive=alive,
        possible=alive or len(slot.encodings) == 1 or not slot.asked.in_vain(encoding.rid, now),
        heights=tuple(min(size) for size in encoding.sizes),
        rates=tuple(tuple(meter.rate(s, t) or 0.0 for t in range(temporal + 1)) for s in range(spatial + 1))
        if measured
        else (),
    )
