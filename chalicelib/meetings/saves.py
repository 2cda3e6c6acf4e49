"""What the customer takes out of a meeting: a copy it answers for from then on.

Each person concerned has a line in the recipients ledger (GDPR art. 15 (1) c), and everybody in the room is told.
"""

import secrets
from collections.abc import Iterable

from chalicelib import clock, ledger, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Account
from chalicelib.fleet import actions as fleet
from chalicelib.register.events import Event
from chalicelib.signalling.messages import Push

from . import admission
from .models import Occurrence, Participant, Save


def record(occurrence: Occurrence, account: Account, what: str, row: str, concerned: Iterable[Participant]) -> None:
    """``account`` takes ``what`` (a word of the protocol's ``saved``): data of the category ``row`` of those
    ``concerned``."""
    now = clock.now()
    name = f"{account.first_name} {account.name}"
    line = Save(
        occurrence.partition,
        f"save#{now:012d}#{secrets.token_hex(4)}",
        occurrence=occurrence.id,
        what=what,
        account=account.id,
        name=name,
        at=now,
    )
    line.list_pk, line.list_sk = f"saves#{account.id}", f"{now:012d}#{occurrence.id}"
    storage.create(line, {Event.COLLECTED: now}, controller=occurrence.company)
    company = accounts.company_name(account)
    for person in concerned:
        subject = address(occurrence, person)
        if subject:
            ledger.record(row, subject, company, what, occurrence.company)
    fleet.tell(occurrence.id, Push(type="tell", epoch=0, message={"type": "saved", "what": what, "by": name}))


def note_viewing(occurrence: Occurrence, account: Account, concerned: Iterable[Participant]) -> None:
    """``account`` watches a recording in which those ``concerned`` are heard or seen: a line for each.
    Who works for the customer is no recipient of its own: the company is."""
    company = accounts.company_name(account)
    for person in concerned:
        subject = address(occurrence, person)
        if subject:
            ledger.record("recording", subject, company, _watched(occurrence), occurrence.company)


def viewings(occurrence: Occurrence, email: str) -> list[ledger.Disclosure]:
    """The lines that say when somebody was watched in a recording of this meeting, oldest first."""
    return [line for line in ledger.of(email) if line.what == _watched(occurrence)]


def of(occurrence: Occurrence) -> list[Save]:
    """What was taken, oldest first."""
    return list(storage.query(Save, occurrence.partition, "save#"))


def _watched(occurrence: Occurrence) -> str:
    return f"recording watched/{occurrence.id}"


def address(occurrence: Occurrence, person: Participant) -> str:
    """Under which address the ledger knows a participant; empty for an encoder."""
    if person.account:
        found = accounts.find(person.account)
        return str(found.email) if found else ""
    invitation = admission.invitation_of(occurrence, person)
    return str(invitation.email) if invitation else ""
