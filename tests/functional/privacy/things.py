"""Builders of the valid thing: a line of the ledger, a meeting with everything in it, a customer."""

from chalicelib import clock, sessions, storage
from chalicelib.accounts.models import Account, Company, Contract, Login, Member, Subscription
from chalicelib.accounts.roles import OWNER
from chalicelib.keyed import email_hash
from chalicelib.ledger import Disclosure
from chalicelib.meetings.models import ChatMessage, Meeting
from chalicelib.register.events import Event
from chalicelib.register.stores import EPHEMERAL, KEYS, PEOPLE, USAGE, Store
from chalicelib.sessions import Cookie
from chalicelib.storage import expiry, keys
from chalicelib.storage.expiry import Place

DAY = 86_400
DOCUMENT = {"name": "terms", "version": "1", "sha256": "0" * 64}


def keys_of(store: Store) -> set[tuple[str, str]]:
    """Primary keys of all that the table holds, hidden or not; the machinery's own notes left out."""
    return {(item["pk"], item["sk"]) for item in expiry.scan(store) if item["pk"] not in ("sweep", "census")}


def everything() -> set[tuple[str, str]]:
    """The same over the tables that tests fill."""
    return set().union(*(keys_of(store) for store in (USAGE, KEYS, PEOPLE, EPHEMERAL)))


def a_line(name: str, *, age: int = 0, limit: int | None = None) -> Place:
    """A line of the ledger, 28 days, written ``age`` seconds ago."""
    line = Disclosure(f"disclosures#{name}", name, row_key="invite", subject_hash="x", recipient="r", what="w", at=1)
    storage.create(line, {Event.COLLECTED: clock.now() - age}, controller="c1", limit=limit)
    return Place(USAGE, line.pk, line.sk)


def a_meeting(identifier: str, *, said: str) -> None:
    """A meeting that ends now, with one sealed message in it."""
    now = clock.now()
    meeting = Meeting(
        f"meeting#{identifier}",
        "meeting",
        title="Point",
        host="a1",
        company="c1",
        timezone="Europe/Paris",
        sequence=0,
        created_at=now,
    )
    storage.create(meeting, {Event.MEETING_END: now}, controller="c1")
    key = keys.key_for(f"occurrence#{identifier}", now + 28 * DAY, "c1")
    message = ChatMessage(
        f"occurrence#{identifier}",
        "chat#1",
        occurrence=identifier,
        seq=1,
        participant="p",
        client_id="i",
        said_at=now,
    )
    message.name, message.body = "Anne", said
    storage.create(message, {Event.COLLECTED: now}, controller="c1", key=key)


def a_customer(company: str = "c1", account: str = "a1", email: str = "anne@example.fr") -> Cookie:
    """A company with its owner, who is signed in."""
    now = clock.now()
    owner = Account(
        f"account#{account}",
        "account",
        email=email,
        first_name="Anne",
        name="Dupont",
        password_hash="$argon2id$secret",
        company=company,
        role=OWNER,
        language="fr",
        timezone="Europe/Paris",
        verified_at=now,
        created_at=now,
        policy_version="1",
    )
    storage.create(owner, {Event.LAST_USE: now})
    storage.create(Login(f"login#{email_hash(email)}", "login", account=account), {Event.LAST_USE: now})
    firm = Company(f"company#{company}", "company", name="Dupont SA", privacy_contact=email, created_at=now)
    storage.create(firm, {Event.LAST_USE: now})
    member = Member(f"company#{company}", f"member#{account}", account=account, role=OWNER, joined_at=now)
    storage.create(member, {Event.LAST_USE: now})
    trial = Subscription(f"company#{company}", "subscription", plan="trial", since=now)
    storage.create(trial, {Event.LAST_USE: now})
    proof = Contract(
        f"company#{company}",
        f"contract#{now}",
        company=company,
        account=account,
        company_name="Dupont SA",
        signatory="Anne Dupont",
        signatory_email=email,
        documents=[DOCUMENT],
        accepted_at=now,
    )
    storage.create(proof, {})
    return sessions.start(account, "Firefox, Linux")
