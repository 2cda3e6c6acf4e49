"""Who is in a meeting: entering by link or as host, waiting, being admitted, refused, removed."""

from contextlib import suppress
from dataclasses import dataclass

from chalicelib import clock, keyed, sessions, storage
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict, Gone, LinkInUse, NotAdmitted, NotFound, RecordingQuestion, UnknownPerson
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet_actions
from chalicelib.register.events import Event
from chalicelib.signalling.messages import Push
from chalicelib.storage import AlreadyThere, Changed

from . import scheduling
from .models import Invitation, Occurrence, Participant, Pass
from .scheduling import is_closed

HERE = 12
"""Seconds after a sign of life from the waiting room during which a person counts as waiting."""
SEEN_EVERY = 4
"""Seconds between two notes of that sign of life."""


@dataclass(frozen=True)
class Names:
    """What a guest gives to enter."""

    first_name: str
    name: str


def enter(invitation: Invitation, names: Names, pass_token: str, takeover: bool, policy_version: str) -> str:
    """A guest enters by personal link. Returns the pass for the browser's cookie.

    The first browser to enter holds the link; another one must take over, and then waits to be admitted again. Raises
    `LinkInUse`, `Gone`, `NotAdmitted`.
    """
    occurrence = open_occurrence(invitation)
    token = pass_token or sessions.new_token()
    holder = sessions.token_hash(token)
    present = of_invitation(occurrence, invitation)
    if present is None:
        present = _create_guest(occurrence, invitation, names, holder, policy_version)
    elif present.state in ("refused", "removed"):
        raise NotAdmitted(barred_words(present))
    elif present.holder == holder:
        _rename(present, names)
    elif takeover:
        _take_over(present, names, holder)
    else:
        raise LinkInUse
    _give_pass(occurrence, present, invitation, holder)
    _count_waiting(occurrence)
    return token


def holds(present: Participant | None, pass_token: str) -> bool:
    """Whether this browser is the one that entered as ``present``; true as well when nobody has."""
    return present is None or (bool(pass_token) and present.holder == sessions.token_hash(pass_token))


def open_occurrence(invitation: Invitation) -> Occurrence:
    """The date an invitation leads to. Raises `Gone` when it is over."""
    occurrence = scheduling.read(invitation.meeting).occurrence
    if is_closed(occurrence, clock.now()):
        raise Gone
    return occurrence


def of_invitation(occurrence: Occurrence, invitation: Invitation) -> Participant | None:
    """The participant somebody became with this invitation."""
    identifier = _guest_id(occurrence, invitation)
    return storage.get(Participant, occurrence.partition, f"participant#{identifier}")


def invitation_of(occurrence: Occurrence, participant: Participant) -> Invitation | None:
    """The invitation a guest entered by; `None` once that link was revoked: a newer one is not theirs to see."""
    if not participant.invitation:
        return None
    key = f"meeting#{occurrence.meeting}", f"invitation#{participant.invitation}"
    invitation = storage.get(Invitation, *key)
    if invitation is None or invitation.revoked_at or _guest_id(occurrence, invitation) != participant.id:
        return None
    return invitation


def all_of_invitation(occurrence: Occurrence, invitation: Invitation) -> list[Participant]:
    """Everybody somebody became with this invitation, by links since revoked as well."""
    return [person for person in participants(occurrence) if person.invitation == invitation.id]


def identify(identifier: str, account: Account | None, pass_token: str) -> tuple[Occurrence, Participant]:
    """Who the caller is at an occurrence: its host by account, a guest by pass.

    Raises `UnknownPerson`, `NotFound`, `Gone`.
    """
    if account is None and not pass_token:
        raise UnknownPerson
    occurrence = scheduling.occurrence_of(identifier)
    if account is not None and occurrence.host == account.id:
        return occurrence, _host(occurrence, account)
    participant = _by_pass(occurrence, pass_token)
    if participant is None:
        raise NotFound
    return occurrence, participant


def host_of(identifier: str, account: Account) -> Occurrence:
    """The occurrence, for its host. Raises `NotFound` for anybody else."""
    occurrence = scheduling.occurrence_of(identifier)
    if occurrence.host != account.id:
        raise NotFound
    return occurrence


def seen(occurrence: Occurrence, participant: Participant) -> None:
    """A person in the waiting room is still there."""
    now = clock.now()
    if participant.state != "waiting" or now - participant.seen_at < SEEN_EVERY:
        return
    returns = now - participant.seen_at > HERE
    storage.update(participant, Participant.seen_at.set(now), always=True)
    if returns:
        _count_waiting(occurrence)


def waiting(occurrence: Occurrence) -> list[Participant]:
    """Who waits right now, first come first."""
    now = clock.now()
    people = storage.query(Participant, occurrence.partition, "participant#")
    here = [person for person in people if person.state == "waiting" and now - person.seen_at <= HERE]
    return sorted(here, key=lambda person: person.asked_at)


def participants(occurrence: Occurrence) -> list[Participant]:
    """Everybody who ever entered."""
    return list(storage.query(Participant, occurrence.partition, "participant#"))


def admit(occurrence: Occurrence, participant: str) -> None:
    """Lets a person in. Raises `NotFound`, `Conflict`."""
    _decide(occurrence, participant, "admitted", frm=("waiting", "admitted", "refused"))
    _count_waiting(occurrence)


def refuse(occurrence: Occurrence, participant: str) -> None:
    """Refuses a person; that holds for the link, whatever the browser. Raises `NotFound`, `Conflict`."""
    _decide(occurrence, participant, "refused", frm=("waiting", "refused"))
    _count_waiting(occurrence)


def remove(occurrence: Occurrence, participant: str) -> None:
    """Puts a person out; link and passes are void for this meeting. Raises `NotFound`, `Conflict`."""
    _decide(occurrence, participant, "removed", frm=("waiting", "admitted", "refused", "removed"))
    fleet_actions.tell(occurrence.id, Push(type="remove", epoch=0, participant=participant))


def drop_invitation(occurrence: Occurrence, invitation: Invitation) -> None:
    """The invitation was revoked: whoever is in by it leaves."""
    for person in all_of_invitation(occurrence, invitation):
        if person.state in ("waiting", "admitted"):
            remove(occurrence, person.id)


def may_join(occurrence: Occurrence, participant: Participant) -> None:
    """Raises `Gone` when the meeting is over, `NotAdmitted` unless the person was let in."""
    if is_closed(occurrence, clock.now()):
        raise Gone
    if participant.state != "admitted":
        raise NotAdmitted(barred_words(participant) if participant.state != "waiting" else None)


def may_enter(occurrence: Occurrence, participant: Participant) -> None:
    """As `may_join`; while a recording is asked or runs, who comes later answers first. Who was inside may come back
    without having answered. Raises `RecordingQuestion` as well."""
    may_join(occurrence, participant)
    if not asked(occurrence, participant):
        return
    if participant.id not in fleet_actions.attendance(occurrence.id):
        raise RecordingQuestion


def asked(occurrence: Occurrence, participant: Participant) -> bool:
    """Whether this person has a question to answer. An encoder is nobody who could: it is never recorded."""
    answers = bool(participant.account or participant.invitation)
    return bool(answers and occurrence.recording and participant.recording_answered != occurrence.recording)


def barred_words(participant: Participant) -> str:
    """Why a person who was refused or removed may not enter; to be translated."""
    if participant.state == "removed":
        return _("L’organisateur vous a fait sortir de cette réunion.")
    return _("L’organisateur n’a pas accepté votre demande d’entrée.")


def _host(occurrence: Occurrence, account: Account) -> Participant:
    identifier = _participant_id(occurrence, account.id)
    key = occurrence.partition, f"participant#{identifier}"
    present = storage.get(Participant, *key)
    if present is not None:
        return present
    if is_closed(occurrence, clock.now()):
        raise Gone
    now = clock.now()
    host = Participant(
        *key,
        occurrence=occurrence.id,
        first_name=account.first_name,
        name=account.name,
        role="host",
        state="admitted",
        account=account.id,
        asked_at=now,
        seen_at=now,
        policy_version=account.policy_version,
    )
    try:
        storage.create(host, {Event.COLLECTED: now}, controller=occurrence.company)
    except AlreadyThere:
        return _host(occurrence, account)
    return host


def _by_pass(occurrence: Occurrence, pass_token: str) -> Participant | None:
    if not pass_token:
        return None
    holder = sessions.token_hash(pass_token)
    held = storage.get(Pass, f"pass#{holder}", occurrence.partition)
    if held is None:
        return None
    participant = storage.get(Participant, occurrence.partition, f"participant#{held.participant}")
    return participant if participant is not None and participant.holder == holder else None


def _create_guest(
    occurrence: Occurrence, invitation: Invitation, names: Names, holder: str, policy_version: str
) -> Participant:
    now = clock.now()
    guest = Participant(
        occurrence.partition,
        f"participant#{_guest_id(occurrence, invitation)}",
        occurrence=occurrence.id,
        first_name=names.first_name,
        name=names.name,
        role="guest",
        state="waiting",
        invitation=invitation.id,
        asked_at=now,
        seen_at=now,
        holder=holder,
        policy_version=policy_version,
    )
    try:
        storage.create(guest, {Event.COLLECTED: now}, controller=occurrence.company)
    except AlreadyThere as fault:
        raise LinkInUse from fault
    return guest


def _rename(present: Participant, names: Names) -> None:
    """While they wait: whom the host has let in keeps the name the host saw."""
    changes = Participant.first_name.set(names.first_name), Participant.name.set(names.name)
    with suppress(Changed):
        storage.update(present, *changes, condition=Participant.state == "waiting", always=True)


def _take_over(present: Participant, names: Names, holder: str) -> None:
    now = clock.now()
    changes = (
        Participant.holder.set(holder),
        Participant.first_name.set(names.first_name),
        Participant.name.set(names.name),
        Participant.state.set("waiting"),
        Participant.asked_at.set(now),
        Participant.seen_at.set(now),
    )
    try:
        storage.update(present, *changes)
    except Changed as fault:
        raise LinkInUse from fault  # a third browser was faster, or the host has decided meanwhile
    fleet_actions.tell(present.occurrence, Push(type="replace", epoch=0, participant=present.id))


def _give_pass(occurrence: Occurrence, participant: Participant, invitation: Invitation, holder: str) -> None:
    item = Pass(
        f"pass#{holder}",
        occurrence.partition,
        occurrence=occurrence.id,
        meeting=occurrence.meeting,
        participant=participant.id,
        invitation=invitation.id,
    )
    end = max(int(occurrence.ends_at), clock.now())
    try:
        storage.create(item, {Event.MEETING_END: end}, controller=occurrence.company)
    except AlreadyThere:  # the same browser: with another link it is another person, and the meeting may have moved
        person = Pass.participant.set(participant.id), Pass.invitation.set(invitation.id)
        storage.update(item, *storage.restamping(item, Event.MEETING_END, end), *person, always=True)


def _decide(occurrence: Occurrence, participant: str, state: str, frm: tuple[str, ...]) -> None:
    person = storage.get(Participant, occurrence.partition, f"participant#{participant}")
    if person is None or person.role == "host":
        raise NotFound
    if person.state not in frm:
        raise Conflict
    try:
        storage.update(person, Participant.state.set(state), Participant.decided_at.set(clock.now()))
    except Changed as fault:
        raise Conflict from fault


def _count_waiting(occurrence: Occurrence) -> None:
    fleet_actions.tell(occurrence.id, Push(type="waiting", epoch=0, message={"count": len(waiting(occurrence))}))


def _guest_id(occurrence: Occurrence, invitation: Invitation) -> str:
    """An invitation renewed after it was revoked is a new identity: the old one stays out."""
    return _participant_id(occurrence, f"{invitation.id}/{int(invitation.generation)}")


def _participant_id(occurrence: Occurrence, of: str) -> str:
    """One identity per person and occurrence; nothing links it to the next occurrence."""
    return keyed.opaque("participant", f"{occurrence.id}/{of}")[:16]
