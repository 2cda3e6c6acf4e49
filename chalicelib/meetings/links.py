"""Personal links: who holds one is the invited person, for that meeting only.

A link names meeting and invitation and carries a secret made from both and the invitation's generation. Nothing of the
secret is stored; raising the generation voids every earlier link. Opening a link changes nothing, so that a mail
scanner may follow it.
"""

from chalicelib import keyed, settings, storage
from chalicelib.errors import NotFound

from .models import Invitation


def token(invitation: Invitation) -> str:
    """``<meeting>.<invitation>.<secret>``."""
    return f"{invitation.meeting}.{invitation.id}.{_secret(invitation)}"


def guest_url(invitation: Invitation) -> str:
    """Where the guest enters."""
    return f"{settings.get('BASE_URL')}/i/{token(invitation)}"


def check_url() -> str:
    """Where anybody tries their equipment before a meeting."""
    return f"{settings.get('BASE_URL')}/check"


def my_data_url(invitation: Invitation) -> str:
    """Where the guest reads what is kept."""
    return f"{settings.get('BASE_URL')}/my-data/{token(invitation)}"


def invitation_of(link: str) -> Invitation:
    """The invitation a link belongs to. Raises `NotFound` for a forged, voided, revoked or forgotten one: nothing tells
    which."""
    parts = link.split(".")
    if len(parts) != 3 or not all(parts) or len(link) > 100:
        raise NotFound
    invitation = storage.get(Invitation, f"meeting#{parts[0]}", f"invitation#{parts[1]}")
    if invitation is None or not keyed.same(parts[2], _secret(invitation)) or invitation.revoked_at:
        raise NotFound
    return invitation


def _secret(invitation: Invitation) -> str:
    return keyed.link_secret("invitation", invitation.meeting, invitation.id, int(invitation.generation))
