"""The waiting room: who waits, what they are told, who is let in, refused, put out."""

from contextlib import suppress

from chalicelib import clock, storage
from chalicelib.accounts import conduct, house
from chalicelib.errors import BadInput, Conflict, NotAdmitted, NotFound
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet
from chalicelib.signalling.messages import Push
from chalicelib.storage import Changed

from .models import Occurrence, Participant
from .rules import LONGEST_WORD

HERE = 12
"""Seconds after a sign of life from the waiting room during which a person counts as waiting."""
SEEN_EVERY = 4
"""Seconds between two notes of that sign of life."""


def organises(occurrence: Occurrence, participant: Participant) -> bool:
    """Whether the meeting is this person's: whatever the role in the room, they may take it back, and nobody puts them
    out."""
    return participant.account == occurrence.host


def seen(occurrence: Occurrence, participant: Participant) -> None:
    """A person in the waiting room is still there."""
    now = clock.now()
    if participant.state != "waiting" or now - participant.seen_at < SEEN_EVERY:
        return
    returns = now - participant.seen_at > HERE
    storage.update(participant, Participant.seen_at.set(now), always=True)
    if returns:
        count_waiting(occurrence)


def waiting(occurrence: Occurrence) -> list[Participant]:
    """Who waits right now, first come first."""
    now = clock.now()
    people = storage.query(Participant, occurrence.partition, "participant#")
    here = [person for person in people if person.state == "waiting" and now - person.seen_at <= HERE]
    return sorted(here, key=lambda person: person.asked_at)


def participants(occurrence: Occurrence) -> list[Participant]:
    """Everybody who ever entered."""
    return list(storage.query(Participant, occurrence.partition, "participant#"))


def find(occurrence: Occurrence, participant: str) -> Participant:
    """A person of an occurrence. Raises `NotFound`."""
    person = storage.get(Participant, occurrence.partition, f"participant#{participant}")
    if person is None:
        raise NotFound
    return person


def admit(occurrence: Occurrence, participant: str) -> None:
    """Lets a person in. Raises `NotFound`, `Conflict`."""
    decide(occurrence, participant, "admitted", frm=("waiting", "admitted", "refused"))
    count_waiting(occurrence)


def admit_all(occurrence: Occurrence) -> int:
    """Lets in everybody who waits right now. Returns how many."""
    here = waiting(occurrence)
    for person in here:
        with suppress(Conflict):  # another host was faster
            decide(occurrence, person.id, "admitted", frm=("waiting",))
    count_waiting(occurrence)
    return len(here)


def refuse(occurrence: Occurrence, participant: str, word: str = "") -> None:
    """Refuses a person, with a word to them; that holds for the link, whatever the browser. Raises `BadInput`,
    `NotFound`, `Conflict`."""
    said = " ".join(word.split())
    if len(said) > LONGEST_WORD or not said.isprintable():
        raise BadInput
    decide(occurrence, participant, "refused", frm=("waiting", "refused"), word=said)
    count_waiting(occurrence)


def remove(occurrence: Occurrence, participant: str) -> None:
    """Puts a person out; link and passes are void for this meeting, until `readmission.readmit`.

    Raises `NotFound`, `Conflict`.
    """
    person = decide(occurrence, participant, "removed", frm=("waiting", "admitted", "refused", "removed"))
    fleet.tell(occurrence.id, removal(person))


def removal(person: Participant) -> Push:
    """What the worker is told of a person put out: tickets that are no newer than this open nothing."""
    message = {"revision": int(person.revision)}
    return Push(type="remove", epoch=0, participant=person.id, message=message)


def open_to(occurrence: Occurrence, participant: Participant) -> bool:
    """Whether such a person comes in without waiting."""
    rules = house.of(occurrence.company)
    if occurrence.locked or rules.lobby == "always":
        return False
    if participant.invitation:
        return bool(occurrence.open_invited)
    return bool(occurrence.open_company and participant.account and conduct.uninvited_colleagues(rules))


def stands(occurrence: Occurrence) -> str:
    """What a person who waits is told, to be translated; how many others wait is not said."""
    if hosted(occurrence):
        if occurrence.locked:
            return _("La réunion est verrouillée pour l’instant. L’organisateur voit que vous attendez.")
        return _("L’organisateur sait que vous attendez et vous fera entrer. Gardez cette page ouverte.")
    if occurrence.host_told_at:
        return _(
            "L’organisateur n’est pas encore là : nous l’avons prévenu par e-mail que quelqu’un attend. "
            "Gardez cette page ouverte."
        )
    return _("L’organisateur n’est pas encore là. Gardez cette page ouverte : il vous fera entrer à son arrivée.")


def hosted(occurrence: Occurrence) -> bool:
    """Whether a host or a co-host is in the room, by the workers' last reports."""
    present = fleet.present(occurrence.id)
    return bool(present) and any(person.hosts and person.id in present for person in participants(occurrence))


def barred(participant: Participant) -> NotAdmitted:
    """Why a person who was not let in may not enter, as the error to raise."""
    if participant.state == "waiting":
        return NotAdmitted()
    if participant.state == "removed":
        return NotAdmitted(_("L’organisateur vous a fait sortir de cette réunion."))
    if participant.refusal:
        words = _("L’organisateur n’a pas accepté votre demande d’entrée et vous écrit : « %(word)s »")
        return NotAdmitted(words, word=participant.refusal)
    return NotAdmitted(_("L’organisateur n’a pas accepté votre demande d’entrée."))


def decide(occurrence: Occurrence, participant: str, state: str, frm: tuple[str, ...], word: str = "") -> Participant:
    """Writes what was decided about a person whose state is one of ``frm``. Raises `NotFound`, `Conflict`."""
    person = find(occurrence, participant)
    if person.role == "host" or organises(occurrence, person):
        raise NotFound
    if person.state not in frm:
        raise Conflict
    said = Participant.refusal.set(word) if word else Participant.refusal.remove()
    # Who comes back has a ticket that is newer than the removal the worker knows of.
    newer = (Participant.revision.add(1),) if state == "admitted" and person.state != "waiting" else ()
    try:
        storage.update(person, Participant.state.set(state), Participant.decided_at.set(clock.now()), said, *newer)
    except Changed as fault:
        raise Conflict from fault
    return person


def count_waiting(occurrence: Occurrence) -> None:
    """Hosts hear how many people wait."""
    fleet.tell(occurrence.id, Push(type="waiting", epoch=0, message={"count": len(waiting(occurrence))}))
