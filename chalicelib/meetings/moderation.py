"""What hosts and co-hosts do in a room, and what stays with each person: nobody is ever unmuted by somebody else.

The store has the last word on where a person stands; the room hears of it by push, joins by their ticket, and what a
push missed is told again (`repair`).
"""

from collections.abc import Callable
from dataclasses import asdict

from chalicelib import clock, storage
from chalicelib.errors import Conflict, NotAllowed, NotFound
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet
from chalicelib.signalling.messages import Push
from chalicelib.signalling.standing import SLOTS, Role
from chalicelib.storage import Changed

from . import lobby
from .models import Occurrence, Participant

TRIES = 5
STOPS: dict[str, tuple[str, ...]] = {
    "mute": ("microphone",),
    "stop_camera": ("camera",),
    "stop_share": ("screen", "screen_sound"),
}
"""Act → the send slots it stops."""
ASKS = {"ask_microphone": "microphone", "ask_camera": "camera"}
"""Act → what a person is asked to switch on."""


def stop(occurrence: Occurrence, by: Participant, participant: str, act: str) -> None:
    """Stops what somebody sends; only they can send it again. ``act``: one of `STOPS`. Raises `NotFound`."""
    taken = STOPS[act]

    def held(person: Participant) -> dict[str, object]:
        slots = {*(person.held or "").split(), *taken}
        return {"held": " ".join(slot for slot in SLOTS if slot in slots)}

    _change(occurrence, participant, held, act, by.shown_name)


def resume(occurrence: Occurrence, person: Participant, slots: list[str], by: Participant | None = None) -> None:
    """The person sends again what a host had stopped. An encoder has nobody to say so: a host (``by``) may."""

    def held(person: Participant) -> dict[str, object]:
        return {"held": " ".join(slot for slot in (person.held or "").split() if slot not in slots) or None}

    if by is not None and not person.is_encoder:
        raise NotFound
    _change(occurrence, person.id, held)


def ask(occurrence: Occurrence, by: Participant, participant: str, act: str) -> None:
    """Asks somebody to switch microphone or camera on; it stays their choice. Raises `NotFound`."""
    person = _inside(occurrence, participant)
    word = {"type": "asked", "slot": ASKS[act], "by": by.shown_name}
    fleet.tell(occurrence.id, Push(type="tell", epoch=0, participant=person.id, message=word))


def raise_hand(occurrence: Occurrence, person: Participant, up: bool) -> None:
    """One's own hand, up or down. A hand that is up keeps its place in the order."""
    now = clock.precise_now()

    def hand(person: Participant) -> dict[str, object]:
        return {"hand_at": (person.hand_at or round(now, 3)) if up else None}

    _change(occurrence, person.id, hand)


def lower(occurrence: Occurrence, by: Participant, participant: str) -> None:
    """Lowers somebody's hand. Raises `NotFound`."""
    _change(occurrence, participant, lambda person: {"hand_at": None}, "lower", by.shown_name)


def lower_all(occurrence: Occurrence, by: Participant) -> None:
    """Lowers every hand."""
    for person in lobby.participants(occurrence):
        if person.hand_at:
            lower(occurrence, by, person.id)


def name_cohost(occurrence: Occurrence, by: Participant, participant: str, named: bool) -> None:
    """Makes a guest co-host, or a co-host guest again. For the host. Raises `NotAllowed`, `NotFound`."""
    _only_host(occurrence, by)
    person = _inside(occurrence, participant)
    if person.role == "host" or person.is_encoder:
        raise NotFound
    act = "cohost" if named else "guest"
    _change(occurrence, participant, lambda person: {"role": act}, act, by.shown_name)


def hand_over(occurrence: Occurrence, by: Participant, participant: str) -> None:
    """Makes somebody host; who was host is co-host from then on. For the host, and for the organiser at any time.

    Raises `NotAllowed`, `NotFound`.
    """
    _only_host(occurrence, by)
    heir = _inside(occurrence, participant)
    if heir.is_encoder or heir.role == "host":
        raise NotFound
    # First the heir: a fault between the two leaves two hosts, never none.
    _change(occurrence, heir.id, _role("host"), "host", by.shown_name)
    for person in lobby.participants(occurrence):
        if person.role == "host" and person.id != heir.id:
            _change(occurrence, person.id, _role("cohost"), "cohost" if person.id != by.id else "", by.shown_name)


def may_end(occurrence: Occurrence, by: Participant) -> None:
    """The host and the organiser may end the meeting for all; a co-host while no host is there. Raises `NotAllowed`."""
    if by.role == "host" or lobby.organises(occurrence, by):
        return
    present = fleet.present(occurrence.id)
    if any(person.role == "host" and person.id in present for person in lobby.participants(occurrence)):
        raise NotAllowed(_("L’organisateur est là : lui seul peut terminer la réunion pour tous."))


def may_remove(occurrence: Occurrence, by: Participant, participant: str) -> None:
    """Co-hosts put out guests only; nobody the host or the organiser. Raises `NotAllowed`, `NotFound`."""
    person = lobby.find(occurrence, participant)
    if person.id == by.id or person.role == "host" or lobby.organises(occurrence, person):
        raise NotFound
    if person.role != "guest":
        _only_host(occurrence, by)


def tell_again(occurrence: Occurrence, person: Participant) -> None:
    """Pushes where somebody stands, without a word about it; the same twice has one effect."""
    fleet.tell(occurrence.id, _push(person))


def _role(role: Role) -> Callable[[Participant], dict[str, object]]:
    return lambda person: {"role": role}


def _only_host(occurrence: Occurrence, by: Participant) -> None:
    if by.role != "host" and not lobby.organises(occurrence, by):
        raise NotAllowed(_("Seul l’organisateur peut faire cela."))


def _inside(occurrence: Occurrence, participant: str) -> Participant:
    person = lobby.find(occurrence, participant)
    if person.state != "admitted":
        raise NotFound
    return person


def _change(
    occurrence: Occurrence,
    participant: str,
    changes: Callable[[Participant], dict[str, object]],
    act: str = "",
    by: str = "",
) -> None:
    """Writes the changed fields (`None`: gone) with the next revision, and tells the room. No difference, no act."""
    for _try in range(TRIES):
        person = _inside(occurrence, participant)
        wanted = changes(person)
        different = {name: value for name, value in wanted.items() if getattr(person, name) != value}
        if not different:
            return
        fields = [
            getattr(Participant, name).remove() if value is None else getattr(Participant, name).set(value)
            for name, value in different.items()
        ]
        try:
            storage.update(
                person,
                *fields,
                Participant.revision.set(int(person.revision) + 1),
                Participant.changed_at.set(clock.now()),
            )
        except Changed:
            continue
        push = _push(person, act, by)
        if not fleet.tell(occurrence.id, push):
            fleet.tell(occurrence.id, push)  # the room may have moved this instant
        return
    raise Conflict


def _push(person: Participant, act: str = "", by: str = "") -> Push:
    told = {"act": act, "by": by} if act else {}
    return Push(type="standing", epoch=0, participant=person.id, message=asdict(person.standing) | told)
