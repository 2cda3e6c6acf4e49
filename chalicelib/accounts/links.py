"""Links in mails that work once: the mail holds a random token, the store its hash.

Looking at a link's page does not use it up: mail scanners look too.
"""

from collections.abc import Iterator

from chalicelib import clock, sessions, settings, storage
from chalicelib.errors import Gone
from chalicelib.errors import mark as _
from chalicelib.register.events import Event

from .models import OneTimeLink

RESET = "reset"
CHANGE_EMAIL = "change_email"

USED_UP = _("Ce lien a déjà servi ou n’est plus valable. Demandez-en un autre.")


def key(token: str) -> str:
    """Under which a token's item is kept."""
    return f"link#{sessions.token_hash(token)}"


def address(path: str) -> str:
    """The whole address of a page of the site."""
    return settings.get("BASE_URL") + path


def issue(purpose: str, account: str, email: str, within: int) -> str:
    """A new link's token; the account's earlier ones for the same purpose are void. ``within``: seconds it works."""
    drop(account, purpose)
    token, now = sessions.new_token(), clock.now()
    link = OneTimeLink(key(token), "once", purpose=purpose, account=account, email=email)
    link.list_pk, link.list_sk = f"links#{account}", f"{purpose}#{now:012d}"
    storage.create(link, {Event.COLLECTED: now}, limit=within)
    return token


def find(token: str, purpose: str) -> OneTimeLink:
    """The link of a token. Raises `Gone` when it was used, is too old or never was."""
    link = storage.get(OneTimeLink, key(token), "once")
    if link is None or link.purpose != purpose:
        raise Gone(USED_UP)
    return link


def open_ones(account: str, purpose: str) -> Iterator[OneTimeLink]:
    """The account's links for a purpose that still work."""
    return storage.listed(OneTimeLink, f"links#{account}", since=f"{purpose}#", until=f"{purpose}#\uffff")


def drop(account: str, purpose: str) -> None:
    """Voids the account's links for a purpose."""
    for link in list(open_ones(account, purpose)):
        storage.delete(link)
