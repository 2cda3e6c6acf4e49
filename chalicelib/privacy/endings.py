"""What hangs on an item and goes, or changes, before its time is up: one function per kind."""

from collections.abc import Callable

from chalicelib import clock, sessions, storage
from chalicelib.accounts.models import Contract, Member
from chalicelib.register import row_of
from chalicelib.register.events import Event
from chalicelib.storage import expiry, objects
from chalicelib.storage.expiry import Raw

from . import certificates


def before(item: Raw) -> None:
    """To be done before ``item`` is deleted because its time is up. Doing it twice changes nothing."""
    row = row_of(item["kind"])
    if row.objects is not None:
        objects.delete_all(row, objects.name_for(item["pk"], item["sk"], ""))
    ending = ENDINGS.get(item["kind"])
    if ending is not None:
        ending(item)


def _account(item: Raw) -> None:
    sessions.end_all(str(item["pk"]).partition("#")[2])


def _company(item: Raw) -> None:
    """A customer nobody has come back to: the contract ends, and with it every session."""
    for contract in storage.query(Contract, item["pk"], "contract#", because="storage"):
        if Event.TERMINATED not in contract.moments():
            storage.happened(contract, Event.TERMINATED, clock.now())
    for member in expiry.partition(Member.store, item["pk"], "member#"):
        sessions.end_all(str(member["sk"]).partition("#")[2])


def _occurrence(item: Raw) -> None:
    """A meeting's time is up: the customer gets a certificate of what goes with it."""
    meeting = str(item["meeting"])
    occurrence = f"{meeting}-{int(str(item['sk']).partition('#')[2])}"
    places = (f"occurrence#{occurrence}", item["pk"], f"key#occurrence#{occurrence}")
    certificates.issue("meeting", occurrence, places, customer=item.get("controller"), twice=occurrence)


def _recording(item: Raw) -> None:
    """A recording's time is up: its key has gone first, and with it every copy of every track."""
    places = (item["pk"], f"key#{item['pk']}")
    certificates.issue("recording", str(item["occurrence"]), places, customer=item.get("controller"), twice=item["pk"])


ENDINGS: dict[str, Callable[[Raw], None]] = {
    "account": _account,
    "company": _company,
    "occurrence": _occurrence,
    "recording": _recording,
}
