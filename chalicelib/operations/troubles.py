"""What went wrong for a company's people: invitations that did not arrive, rooms that could not be entered.

An operator sees a meeting's id, the domain of an address and a cause; neither titles nor names nor whole addresses.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib import storage
from chalicelib.accounts import members
from chalicelib.accounts.models import Account
from chalicelib.billing.acts import Operator
from chalicelib.errors import NotFound
from chalicelib.mailing.models import Delivery
from chalicelib.mailing.rules import trouble
from chalicelib.meetings import invitations, scheduling
from chalicelib.meetings.models import Invitation

SHOWN = ("delayed", "failed", "complained")


@dataclass(frozen=True)
class Undelivered:
    """An invitation that did not arrive. ``state``: one of `SHOWN`; ``cause``: a `chalicelib.mailing.rules.Trouble`."""

    meeting: str
    invitation: str
    domain: str
    state: str
    cause: str
    at: int

    @property
    def key(self) -> str:
        """By which a form names it."""
        return f"{self.meeting}/{self.invitation}"


def undelivered(company: str) -> list[Undelivered]:
    """Of meetings to come, newest first."""
    found = (one for _host, meeting in _meetings(company) for one in _of(meeting))
    return sorted(found, key=lambda one: one.at, reverse=True)


def resend(by: Operator, company: str, key: str) -> None:
    """Sends an invitation again, in its host's name; it counts like one of theirs. Raises `FormErrors`, `NotFound`."""
    meeting, _, identifier = key.partition("/")
    hosts = {of: host for host, of in _meetings(company)}
    if meeting not in hosts:
        raise NotFound
    planned = scheduling.read(meeting)
    invitation = invitations.find(planned.meeting, identifier)
    by.note("resend", meeting, company=company)
    invitations.resend(planned, hosts[meeting], invitation)


def _meetings(company: str) -> Iterator[tuple[Account, str]]:
    """Host and id of each meeting that is not over."""
    for account in members.accounts_of(company):
        own = {str(one.meeting) for one in scheduling.upcoming(account) if one.host == account.id}
        yield from ((account, meeting) for meeting in sorted(own))


def _of(meeting: str) -> Iterator[Undelivered]:
    for delivery in storage.query(Delivery, f"meeting#{meeting}", "delivery#"):
        identifier = str(delivery.sk).partition("#")[2]
        invitation = storage.get(Invitation, f"meeting#{meeting}", f"invitation#{identifier}")
        if delivery.state in SHOWN and invitation is not None and not invitation.revoked_at:
            yield Undelivered(
                meeting,
                identifier,
                str(invitation.email).rpartition("@")[2],
                str(delivery.state),
                trouble(delivery.reason or ""),
                int(delivery.changed_at),
            )
