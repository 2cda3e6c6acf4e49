"""A company's address book: addresses a member chose to keep, offered to its members while they invite.

It is the company's: Iboo holds it for it, and forgets an address a year after its last use. Who is in it can object, by
the link of any invitation; then only the hash of the address stays, so that it is not entered again.
"""

from collections.abc import Iterable
from contextlib import suppress

from chalicelib import clock, keyed, storage
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed, Frozen, Held

from .addresses import Address
from .models import BookEntry

MOST = 2_000
OFFERED = 8
SHORTEST = 2
"""Letters from which addresses are offered."""
USED_EVERY = 86_400
"""Seconds between two notes of an address's use."""


def entries(company: str) -> list[BookEntry]:
    """What is kept, by name."""
    found = [entry for entry in storage.query(BookEntry, f"book#{company}", "entry#") if not entry.refused]
    return sorted(found, key=lambda entry: (entry.name or entry.email).casefold())


def offered(company: str, typed: str) -> list[BookEntry]:
    """The entries with what was typed in name or address, a few."""
    word = " ".join(typed.split()).casefold()
    if len(word) < SHORTEST:
        return []
    return [one for one in entries(company) if word in f"{one.name} {one.email}".casefold()][:OFFERED]


def keep(account: Account, people: Iterable[Address]) -> int:
    """Enters addresses a member chose to keep. Returns how many are kept now that were not; who objected is left out.
    Raises `FormErrors` when the book is full."""
    wanted = list(people)
    if wanted and len(entries(account.company)) + len(wanted) > MOST:
        raise FormErrors({"invitees": _("Le carnet d’adresses est plein : 2 000 adresses au plus.")})
    return sum(_keep(account.company, person) for person in wanted)


def used(company: str, people: Iterable[Address]) -> None:
    """These people are being invited: those in the book stay in it for another year."""
    for person in people:
        entry = of_address(company, person.email)
        if entry is None or entry.refused or clock.now() - entry.moments()[Event.LAST_USE] < USED_EVERY:
            continue
        with suppress(Changed, Frozen):
            storage.happened(entry, Event.LAST_USE, clock.now())


def correct(account: Account, wrong: str, right: Address) -> None:
    """An address of the book that nobody has gives way to the right one."""
    entry = of_address(account.company, wrong)
    if entry is None or entry.refused:
        return
    _keep(account.company, Address(right.email, right.name or entry.name))
    with suppress(Held):
        storage.delete(entry)


def forget(account: Account, identifier: str) -> None:
    """A member takes an address out. Raises `NotFound`."""
    entry = storage.get(BookEntry, f"book#{account.company}", f"entry#{identifier}")
    if entry is None or entry.refused:
        raise NotFound
    storage.delete(entry)


def refuse(company: str, email: str) -> None:
    """The person objects: address and name go now, and are not entered again for as long as an entry lives. Raises
    `Conflict`."""
    entry = of_address(company, email)
    if entry is None or entry.refused:
        return
    gone = BookEntry.email.set(""), BookEntry.name.set(""), BookEntry.refused.set(True)
    try:
        storage.happened(entry, Event.LAST_USE, clock.now(), *gone, because="consent")
    except Changed as fault:
        raise Conflict from fault


def of_address(company: str, email: str) -> BookEntry | None:
    """What a company keeps of an address."""
    return of_hash(company, keyed.email_hash(email))


def of_hash(company: str, email_hash: str) -> BookEntry | None:
    """The same, by the keyed hash of the address."""
    return storage.get(BookEntry, f"book#{company}", f"entry#{email_hash}", because="storage")


def companies_with(email: str) -> list[str]:
    """The companies that keep an address."""
    listed = storage.listed(BookEntry, f"booked#{keyed.email_hash(email)}", because="storage")
    return sorted(str(entry.controller) for entry in listed if not entry.refused)


def all_of(company: str) -> list[BookEntry]:
    """Every entry, with those that only say that somebody objected."""
    return list(storage.query(BookEntry, f"book#{company}", "entry#"))


def erase(company: str) -> None:
    """The customer goes: the book goes with it, but for what a legal hold keeps."""
    for entry in all_of(company):
        with suppress(Held):
            storage.delete(entry)


def _keep(company: str, person: Address) -> bool:
    email_hash = keyed.email_hash(person.email)
    entry = BookEntry(f"book#{company}", f"entry#{email_hash}", email=person.email, name=person.name)
    entry.list_pk, entry.list_sk = f"booked#{email_hash}", company
    try:
        storage.create(entry, {Event.LAST_USE: clock.now()}, controller=company)
    except AlreadyThere:
        return False
    return True
