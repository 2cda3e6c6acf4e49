"""Who holds a meeting: its host, co-hosts named beforehand, and who planned it for them; all of one company.

The meeting is the host's: their room, their calendar, their data. Who planned it goes on changing it and inviting
people; what is written and who was there is not theirs to take. Co-hosts see it and come in as such.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib import storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import members
from chalicelib.accounts.models import Account
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere

from . import timetable
from .models import Meeting, MeetingRole, Occurrence

if TYPE_CHECKING:
    from .scheduling import Planned

MOST_COHOSTS = 5


@dataclass(frozen=True)
class Organisers:
    """Who a meeting is planned for. ``planner``: who did it, if it is not the host."""

    host: Account
    cohosts: tuple[Account, ...] = ()
    planner: Account | None = None


def read(account: Account, form: Mapping[str, str], planner: Account | None) -> Organisers:
    """The organisers in a form's fields host (an account's id; empty: ``account``) and cohost_<id>, among the members
    of the company. ``planner``: who plans, or planned, it. Raises `FormErrors`."""
    known = {one.id: one for one in candidates(account)}
    host = known.get(form.get("host", "") or account.id)
    if host is None:
        raise FormErrors({"host": _("Choisissez qui organise parmi les membres de votre entreprise.")})
    ticked = [name.removeprefix("cohost_") for name, value in form.items() if name.startswith("cohost_") and value]
    cohosts = tuple(known[one] for one in ticked if one in known and one != host.id)
    if len(cohosts) < len([one for one in ticked if one != host.id]):
        raise FormErrors({"cohosts": _("Choisissez les coorganisateurs parmi les membres de votre entreprise.")})
    if len(cohosts) > MOST_COHOSTS:
        raise FormErrors({"cohosts": _("5 coorganisateurs au plus.")})
    return Organisers(host, cohosts, planner if planner is not None and planner.id != host.id else None)


def candidates(account: Account) -> list[Account]:
    """Who may be chosen, by name."""
    found = [one for one in members.accounts_of(account.company) if not one.frozen or one.id == account.id]
    return sorted(found, key=lambda one: f"{one.first_name} {one.name}".casefold())


def of(meeting: Meeting) -> Organisers | None:
    """Who holds a meeting; `None` when the host's account is no more."""
    host = accounts.find(meeting.host, because="consent")
    if host is None:
        return None
    roles = [(role, accounts.find(role.account, because="consent")) for role in roles_of(meeting)]
    return Organisers(
        host,
        tuple(one for role, one in roles if one is not None and role.cohosts),
        next((one for role, one in roles if one is not None and role.plans), None),
    )


def roles_of(meeting: Meeting) -> list[MeetingRole]:
    """The roles in a meeting beside its host's."""
    return list(storage.query(MeetingRole, meeting.pk, "role#"))


def role_in(meeting: str, account: Account) -> MeetingRole | None:
    """The role somebody has in a meeting (its id) that is not theirs."""
    return storage.get(MeetingRole, f"meeting#{meeting}", f"role#{account.id}")


def listed(account: Account) -> list[MeetingRole]:
    """The meetings of others in which somebody has a role."""
    return list(storage.listed(MeetingRole, f"roles#{account.id}"))


def forget(account: Account) -> None:
    """Somebody leaves the company: their roles go with them."""
    for role in list(storage.listed(MeetingRole, f"roles#{account.id}", because="storage")):
        storage.delete(role)


def rows(meeting: Meeting, wanted: Organisers) -> list[MeetingRole]:
    """The roles as they are to be stored."""
    found = {
        one.id: MeetingRole(meeting.pk, f"role#{one.id}", meeting=meeting.id, account=one.id) for one in _all(wanted)
    }
    for identifier, role in found.items():
        role.plans = wanted.planner is not None and identifier == wanted.planner.id
        role.cohosts = any(identifier == one.id for one in wanted.cohosts)
        role.list_pk, role.list_sk = f"roles#{identifier}", meeting.id
    return list(found.values())


def write(planned: "Planned", wanted: Organisers) -> None:
    """Other organisers from now on: the dates to come are the new host's. Raises `Conflict`."""
    meeting, changed = planned.meeting, {}
    if meeting.host != wanted.host.id:
        moved = Occurrence.host.set(wanted.host.id), Occurrence.list_pk.set(f"host#{wanted.host.id}")
        still = timetable.as_they_are(planned.dates)
        changed = {date.number: timetable.with_actions(still[date.number], *moved) for date in planned.open_dates()}
    raised = Meeting.sequence.set(int(meeting.sequence) + 1)
    timetable.write(meeting, planned.dates, changed, Meeting.host.set(wanted.host.id), raised)
    kept = rows(meeting, wanted)
    for old in roles_of(meeting):
        storage.delete(old)
    for role in kept:
        try:
            storage.create(role, {Event.MEETING_END: timetable.last_end(planned.dates)}, controller=meeting.company)
        except AlreadyThere:
            continue  # the same form was sent twice


def host_of(meeting: Meeting) -> Account:
    """The host's account. Raises `NotFound` when it is no more."""
    found = accounts.find(meeting.host, because="consent")
    if found is None:
        raise NotFound
    return found


def _all(wanted: Organisers) -> Iterable[Account]:
    found = {one.id: one for one in (*wanted.cohosts, *([wanted.planner] if wanted.planner else []))}
    return found.values()
