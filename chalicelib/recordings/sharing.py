"""Showing a recording to colleagues: its organiser picks members of the company, nobody else; and takes it back."""

from collections.abc import Iterator
from contextlib import suppress

from chalicelib import clock, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.members import accounts_of
from chalicelib.accounts.models import Account
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Frozen

from . import letters
from .models import Recording, Share

NOBODY = _("Choisissez un membre de votre entreprise.")


def share(recording: Recording, organiser: Account, member: str) -> Account:
    """``member`` of the company may watch it from now on, and hears of it by mail. Twice is once.

    Raises `FormErrors` for anybody who is no member, or the organiser.
    """
    found = next((one for one in accounts_of(recording.company) if one.id == member), None)
    if found is None or found.frozen or found.id == organiser.id or found.company != recording.company:
        raise FormErrors({"member": NOBODY})
    share = Share(recording.pk, f"share#{found.id}", recording=recording.id, account=found.id, shared_at=clock.now())
    share.list_pk, share.list_sk = f"shared#{found.id}", f"{int(recording.asked_at):012d}#{recording.id}"
    begun = {Event.COLLECTED: int(recording.began_at or recording.asked_at)}  # it goes with the recording
    with suppress(AlreadyThere):
        storage.create(share, begun, controller=recording.company)
        letters.tell_member(recording, organiser, found)
    return found


def withdraw(recording: Recording, member: str) -> None:
    """The member may not watch it any more; what is playing ends with its next links. Raises `NotFound`."""
    found = storage.get(Share, recording.pk, f"share#{member}")
    if found is None:
        raise NotFound
    storage.delete(found)


def allows(recording: Recording, account: Account) -> bool:
    """Whether it is shared with a person who belongs to the company now."""
    if account.company != recording.company:
        return False
    return storage.get(Share, recording.pk, f"share#{account.id}", because="consent") is not None


def members(recording: Recording) -> list[Account]:
    """With whom it is shared: members of today, by name."""
    shares = {share.account for share in storage.query(Share, recording.pk, "share#")}
    found = [one for one in accounts_of(recording.company) if one.id in shares and not one.frozen]
    return sorted(found, key=_name)


def others(recording: Recording, organiser: Account) -> list[Account]:
    """Members with whom it could be shared as well, by name."""
    known = {organiser.id, *(one.id for one in members(recording))}
    found = [one for one in accounts_of(recording.company) if one.id not in known and not one.frozen]
    return sorted(found, key=_name)


def with_person(account: Account) -> Iterator[Recording]:
    """What others of the company share with somebody, newest first."""
    for share in storage.listed(Share, f"shared#{account.id}", newest_first=True):
        with suppress(Frozen):
            recording = storage.get(Recording, str(share.pk), "recording")
            if recording is not None and recording.company == account.company:
                yield recording


def shares_of(account: str) -> Iterator[Share]:
    """What says that this person may watch something."""
    return storage.listed(Share, f"shared#{account}")


def organiser_of(recording: Recording) -> str:
    """The organiser's name; empty where the account is gone or restricted."""
    with suppress(Frozen):
        found = accounts.find(recording.host)
        return f"{found.first_name} {found.name}" if found else ""
    return ""


def _name(account: Account) -> str:
    return f"{account.first_name} {account.name}".casefold()
