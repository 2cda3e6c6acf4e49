"""Who is calling: sessions of signed-in people, cookies, tokens in forms.

The cookie holds a random token; the server keeps its hash only. Which cookies there are, and how long they live, is in
the register.
"""

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from . import clock, storage
from .register import ROWS
from .register.events import Event
from .storage import Changed, Ephemeral

SESSION = "__Host-sid"
PASS = "__Host-pass"  # noqa: S105 - a cookie's name
CSRF = "__Host-csrf"
LANGUAGE = "__Host-lang"

CHOICE = "__Host-choice"

COOKIES: dict[str, int] = {name: life.seconds for row in ROWS for name, life in row.cookies.items()}
"""Every cookie Iboo sets, with its longest life in seconds: those of the register."""

SEEN_EVERY = 3_600
"""Seconds between two notes of a session's use."""


RECENT = 900
"""Seconds after signing in, or proving to be oneself again, during which grave acts ask nothing more."""


class Session(Ephemeral, discriminator="session"):
    """``session#<hash>`` / ``session``; listed by ``sessions#<account>``.

    ``proved_at``: when password and second factor were given once more; ``factor_due``: it opens nothing but the page
    where a second factor is set up.
    """

    account = UnicodeAttribute()
    created_at = NumberAttribute()
    seen_at = NumberAttribute()
    device = UnicodeAttribute()
    proved_at = NumberAttribute(null=True)
    factor_due = BooleanAttribute(null=True)


@dataclass(frozen=True)
class Cookie:
    """A ``Set-Cookie``. An empty value deletes."""

    name: str
    value: str

    def header(self, framed: bool = False) -> str:
        """The header's value. ``framed``: for a page within another site's, the cookie lives in a jar of that site's
        own (CHIPS), where no other site's pages meet it. Raises `KeyError` for a cookie that is not declared above."""
        life = COOKIES[self.name] if self.value else 0
        sent = "SameSite=None; Partitioned" if framed else "SameSite=Lax"
        return f"{self.name}={self.value}; Max-Age={life}; Path=/; Secure; HttpOnly; {sent}"


def declared(header: str) -> str:
    """A ``Set-Cookie`` as it may leave: empty for a cookie the register does not list, no longer-lived than there."""
    first, *attributes = (part.strip() for part in header.split(";"))
    name, _, value = first.partition("=")
    if name not in COOKIES:
        return ""
    words = [word for word in attributes if word.partition("=")[0].lower() not in ("max-age", "expires")]
    given = [word.partition("=")[2] for word in attributes if word.lower().startswith("max-age=")]
    asked = int(given[-1]) if given and given[-1].lstrip("-").isdigit() else COOKIES[name]
    life = 0 if not value else min(asked, COOKIES[name])
    return "; ".join([first, f"Max-Age={max(life, 0)}", *words])


def new_token() -> str:
    """A secret for a cookie or a link: 256 random bits, 43 characters."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Under which a random token is kept: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(account: str, device: str, factor_due: bool = False) -> Cookie:
    """Signs ``account`` in. ``device``: browser and system in words, for the person's list of sessions. ``factor_due``:
    a second factor must be set up first."""
    token, now = new_token(), clock.now()
    session = Session(
        f"session#{token_hash(token)}", "session", account=account, created_at=now, seen_at=now, device=device
    )
    session.factor_due = factor_due or None
    session.list_pk, session.list_sk = f"sessions#{account}", f"{now:012d}"
    storage.create(session, {Event.LAST_USE: now})
    return Cookie(SESSION, token)


def find(token: str) -> Session | None:
    """The session of a cookie's token, if it is still good; its use is noted."""
    session = storage.get(Session, f"session#{token_hash(token)}", "session") if token else None
    if session is not None and clock.now() - session.seen_at >= SEEN_EVERY:
        now = clock.now()
        with suppress(Changed):  # another request of the same page notes it
            storage.happened(session, Event.LAST_USE, now, Session.seen_at.set(now))
    return session


def proved(session: Session) -> None:
    """Password and second factor were given once more, just now."""
    storage.update(session, Session.proved_at.set(clock.now()), always=True)


def equipped(session: Session) -> None:
    """The second factor that was missing is there: the session opens everything."""
    storage.update(session, Session.factor_due.remove(), always=True)


def is_recent(session: Session) -> bool:
    """Whether the person proved to be themselves so lately that grave acts need no more."""
    return clock.now() - max(int(session.created_at), int(session.proved_at or 0)) < RECENT


def end(session: Session) -> None:
    """Signs out."""
    storage.delete(session)


def of_account(account: str) -> list[Session]:
    """The open sessions of an account, newest first."""
    return list(storage.listed(Session, f"sessions#{account}", newest_first=True))


def end_all(account: str, but: Session | None = None) -> None:
    """Signs an account out everywhere (but here)."""
    for session in of_account(account):
        if but is None or session.pk != but.pk:
            storage.delete(session)


def device_words(user_agent: str) -> str:
    """Browser and system, no versions: "Firefox, Windows"."""
    browsers = (("Firefox", "Firefox"), ("Edg/", "Edge"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in user_agent), "?")
    system = next((name for mark, name in systems if mark in user_agent), "?")
    return f"{browser}, {system}"
