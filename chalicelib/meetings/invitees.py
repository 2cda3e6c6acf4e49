"""Who is invited, as the host sees it: what became of the mail; putting an address right."""

from contextlib import suppress
from dataclasses import dataclass

from chalicelib import keyed, storage
from chalicelib.accounts.models import Account
from chalicelib.accounts.rules import email_address
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _
from chalicelib.mailing.models import Delivery
from chalicelib.mailing.rules import is_in_vain, trouble
from chalicelib.storage import Held

from . import admission, book, invitations, replies
from .addresses import Address
from .models import Invitation, Meeting, Occurrence, Reply
from .scheduling import Planned


@dataclass(frozen=True)
class Invitee:
    """A person invited. ``state``: queued, sent, delayed, delivered, failed, complained, revoked; ``trouble``: why it
    is delayed or failed (`chalicelib.mailing.rules.Trouble`), else empty. ``answer``: accepted, declined, tentative or
    empty; ``outdated``: it was given before the last change."""

    id: str
    name: str
    email: str
    state: str
    state_at: int
    trouble: str
    answer: str
    outdated: bool


def overview(meeting: Meeting, date: Occurrence) -> list[Invitee]:
    """Everybody invited, in the order of the invitations; the answers are those about a date."""
    deliveries = {str(item.sk).partition("#")[2]: item for item in storage.query(Delivery, meeting.pk, "delivery#")}
    answers = replies.of(meeting)
    invited = sorted(invitations.of(meeting), key=lambda item: item.invited_at)
    return [_seen(item, deliveries.get(item.id), answers.get(item.id, []), date) for item in invited]


def correct(planned: Planned, account: Account, invitation: Invitation, typed: str) -> None:
    """Another address in the place of a wrong one: invited like a new person, by a new link. The old link is dead, and
    the old address is forgotten: it may be a stranger's. Raises `FormErrors`."""
    field = f"email-{invitation.id}"
    try:
        email = email_address(typed.strip())
    except ValueError as fault:
        raise FormErrors({field: _("Cette adresse e-mail n’est pas complète ou contient une erreur.")}) from fault
    email_hash = keyed.email_hash(email)
    if email_hash == invitation.email_hash:
        raise FormErrors({field: _("C’est l’adresse qui n’a pas reçu l’invitation. Corrigez-la.")})
    if any(item.email_hash == email_hash and not item.revoked_at for item in invitations.of(planned.meeting)):
        raise FormErrors({field: _("Cette personne est déjà invitée.")})
    fresh = Address(email, invitation.name)
    invitations.invite(planned, account, [fresh])
    invitations.revoke(invitation)
    admission.drop_invitation(planned.dates, invitation)
    _forget(planned, account, invitation, fresh)


def _forget(planned: Planned, account: Account, invitation: Invitation, fresh: Address) -> None:
    delivery = storage.get(Delivery, invitation.pk, f"delivery#{invitation.id}")
    if delivery is not None and is_in_vain(delivery.state, delivery.reason):
        book.correct(account, invitation.email, fresh)
    for item in (*([delivery] if delivery else []), *replies.of_invitation(invitation), invitation):
        with suppress(Held):  # it stays, revoked
            storage.delete(item)


def _seen(invitation: Invitation, delivery: Delivery | None, answers: list[Reply], date: Occurrence) -> Invitee:
    state = "revoked" if invitation.revoked_at else (delivery.state if delivery else "queued")
    changed = invitation.revoked_at or (delivery.changed_at if delivery else invitation.invited_at)
    because = trouble(delivery.reason or "") if delivery and state in ("delayed", "failed") else ""
    reply = replies.about_date(answers, date)
    return Invitee(
        invitation.id,
        invitation.name,
        invitation.email,
        state,
        int(changed),
        because,
        reply.answer if reply and state != "revoked" else "",
        reply is not None and replies.is_older(reply, date),
    )
