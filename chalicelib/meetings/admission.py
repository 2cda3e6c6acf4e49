"""Who somebody is in a meeting: entering by link, by account, as host."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from chalicelib import clock, keyed, sessions, storage
from chalicelib.accounts import conduct, house
from chalicelib.accounts.models import Account
from chalicelib.errors import Gone, LinkInUse, NotAllowed, NotFound, RecordingQuestion, UnknownPerson
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet_actions
from chalicelib.register.events import Event
from chalicelib.signalling.messages import Push
from chalicelib.storage import AlreadyThere, Changed

from . import lobby, organisers, scheduling
from .models import Invitation, Occurrence, Participant, Pass
from .timetable import is_closed

NOT_YOU = _("L’entreprise qui organise ne reçoit pas d’invités à votre adresse dans ses réunions.")


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
    if not house.lets_in(occurrence.company, invitation.email):
        raise NotAllowed(NOT_YOU)
    token = pass_token or sessions.new_token()
    holder = sessions.token_hash(token)
    present = of_invitation(occurrence, invitation)
    if present is None:
        present = _create_guest(occurrence, invitation, names, holder, policy_version)
    elif present.state in ("refused", "removed"):
        raise lobby.barred(present)
    elif present.holder == holder:
        rename(present, names)
    elif takeover:
        _take_over(occurrence, present, names, holder)
    else:
        raise LinkInUse
    give_pass(occurrence, present, invitation, holder)
    lobby.count_waiting(occurrence)
    return token


def holds(present: Participant | None, pass_token: str) -> bool:
    """Whether this browser is the one that entered as ``present``; true as well when nobody has."""
    return present is None or (bool(pass_token) and present.holder == sessions.token_hash(pass_token))


def host_of(identifier: str, account: Account) -> Occurrence:
    """The occurrence, for its organiser, whatever their role in the room. Raises `NotFound` for anybody else."""
    occurrence = scheduling.occurrence_of(identifier)
    if occurrence.host != account.id:
        raise NotFound
    return occurrence


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
    return [person for person in lobby.participants(occurrence) if person.invitation == invitation.id]


def identify(identifier: str, account: Account | None, pass_token: str) -> tuple[Occurrence, Participant]:
    """Who the caller is at an occurrence: its organiser by account, a guest by pass, a colleague of the organiser by
    account where they were named co-host or the room is open to them.

    Raises `UnknownPerson`, `NotFound`, `Gone`.
    """
    if account is None and not pass_token:
        raise UnknownPerson
    occurrence = scheduling.occurrence_of(identifier)
    if account is not None and occurrence.host == account.id:
        return occurrence, _by_account(occurrence, account, "host", "admitted")
    participant = by_pass(occurrence, pass_token)
    if participant is None and account is not None and account.company == occurrence.company:
        participant = _colleague(occurrence, account)
    if participant is None:
        raise NotFound
    return occurrence, participant


def hosting(identifier: str, account: Account | None, pass_token: str) -> tuple[Occurrence, Participant]:
    """The occurrence and the caller, who is host or co-host there. Raises as `identify`, and `NotAllowed`."""
    occurrence, participant = identify(identifier, account, pass_token)
    if not participant.hosts:
        raise NotAllowed(_("Seul l’organisateur peut faire cela."))
    return occurrence, participant


def drop_invitation(dates: Iterable[Occurrence], invitation: Invitation) -> None:
    """The invitation was revoked: whoever is in by it leaves, at whichever of the meeting's dates."""
    for occurrence in dates:
        for person in all_of_invitation(occurrence, invitation):
            if person.state in ("waiting", "admitted"):
                lobby.remove(occurrence, person.id)


def may_join(occurrence: Occurrence, participant: Participant) -> None:
    """Raises `Gone` when the meeting is over, `NotAdmitted` unless the person was let in."""
    if is_closed(occurrence, clock.now()):
        raise Gone
    if participant.state != "admitted":
        raise lobby.barred(participant)


def may_enter(occurrence: Occurrence, participant: Participant) -> None:
    """As `may_join`; while a recording is asked or runs, who comes later answers first. Who was inside may come back
    without having answered. Raises `RecordingQuestion` as well."""
    may_join(occurrence, participant)
    if not asked(occurrence, participant):
        return
    if participant.id not in fleet_actions.attendance(occurrence.id):
        raise RecordingQuestion


def asked(occurrence: Occurrence, participant: Participant) -> bool:
    """Whether this person has a question to answer. An encoder is nobody who could: who let it in answers."""
    return bool(
        not participant.is_encoder and occurrence.recording and participant.recording_answered != occurrence.recording
    )


def _colleague(occurrence: Occurrence, account: Account) -> Participant | None:
    key = occurrence.partition, f"participant#{participant_id(occurrence, account.id)}"
    known = storage.get(Participant, *key)
    if known is not None:
        return known
    role = organisers.role_in(occurrence.meeting, account)
    if role is not None and role.cohosts:
        return _by_account(occurrence, account, "cohost", "admitted")
    rules = house.of(occurrence.company)
    if not occurrence.open_company or not conduct.uninvited_colleagues(rules):
        return None
    waits = occurrence.locked or rules.lobby == "always"
    return _by_account(occurrence, account, "guest", "waiting" if waits else "admitted")


def _by_account(occurrence: Occurrence, account: Account, role: str, state: str) -> Participant:
    """The participant a signed-in person is, made when they come for the first time. Raises `Gone`."""
    identifier = participant_id(occurrence, account.id)
    key = occurrence.partition, f"participant#{identifier}"
    present = storage.get(Participant, *key)
    if present is not None:
        return present
    if is_closed(occurrence, clock.now()):
        raise Gone
    now = clock.now()
    person = Participant(
        *key,
        occurrence=occurrence.id,
        first_name=account.first_name,
        name=account.name,
        role=role,
        state=state,
        account=account.id,
        asked_at=now,
        seen_at=now,
        policy_version=account.policy_version,
    )
    if role != "host":
        person.list_pk, person.list_sk = f"attends#{account.id}", occurrence.id
    try:
        storage.create(person, {Event.COLLECTED: now}, controller=occurrence.company)
    except AlreadyThere:
        return _by_account(occurrence, account, role, state)
    return person


def by_pass(occurrence: Occurrence, pass_token: str) -> Participant | None:
    """Who this browser is at an occurrence."""
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
    if lobby.open_to(occurrence, guest):
        guest.state = "admitted"
    try:
        storage.create(guest, {Event.COLLECTED: now}, controller=occurrence.company)
    except AlreadyThere as fault:
        raise LinkInUse from fault
    return guest


def rename(present: Participant, names: Names) -> None:
    """While they wait: whom the host has let in keeps the name the host saw."""
    changes = Participant.first_name.set(names.first_name), Participant.name.set(names.name)
    with suppress(Changed):
        storage.update(present, *changes, condition=Participant.state == "waiting", always=True)


def _take_over(occurrence: Occurrence, present: Participant, names: Names, holder: str) -> None:
    now = clock.now()
    state = "admitted" if lobby.open_to(occurrence, present) else "waiting"
    changes = (
        Participant.holder.set(holder),
        Participant.first_name.set(names.first_name),
        Participant.name.set(names.name),
        Participant.state.set(state),
        Participant.role.set("guest"),  # whoever this is, it is not who was given another role
        Participant.hand_at.remove(),
        Participant.revision.add(1),
        Participant.asked_at.set(now),
        Participant.seen_at.set(now),
    )
    try:
        storage.update(present, *changes)
    except Changed as fault:
        raise LinkInUse from fault  # a third browser was faster, or the host has decided meanwhile
    fleet_actions.tell(present.occurrence, Push(type="replace", epoch=0, participant=present.id))


def give_pass(occurrence: Occurrence, participant: Participant, invitation: Invitation | None, holder: str) -> None:
    """This browser (the hash of its pass) is that participant from now on."""
    item = Pass(
        f"pass#{holder}",
        occurrence.partition,
        occurrence=occurrence.id,
        meeting=occurrence.meeting,
        participant=participant.id,
        invitation=invitation.id if invitation else None,
    )
    end = max(int(occurrence.ends_at), clock.now())
    try:
        storage.create(item, {Event.MEETING_END: end}, controller=occurrence.company)
    except AlreadyThere:  # the same browser: with another link it is another person, and the meeting may have moved
        by = Pass.invitation.set(invitation.id) if invitation else Pass.invitation.remove()
        person = Pass.participant.set(participant.id), by
        storage.update(item, *storage.restamping(item, Event.MEETING_END, end), *person, always=True)


def _guest_id(occurrence: Occurrence, invitation: Invitation) -> str:
    """An invitation renewed after it was revoked is a new identity: the old one stays out."""
    return participant_id(occurrence, f"{invitation.id}/{int(invitation.generation)}")


def participant_id(occurrence: Occurrence, of: str) -> str:
    """One identity per person and occurrence; nothing links it to the next occurrence."""
    return keyed.opaque("participant", f"{occurrence.id}/{of}")[:16]
