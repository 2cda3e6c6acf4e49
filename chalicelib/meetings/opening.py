"""Who comes into a room without waiting, and whether anybody new may."""

from contextlib import suppress
from typing import Any

from chalicelib import storage
from chalicelib.accounts import conduct, house
from chalicelib.errors import BadInput, Conflict, NotAllowed
from chalicelib.errors import mark as _
from chalicelib.fleet import actions as fleet
from chalicelib.signalling.messages import Push
from chalicelib.storage import Changed

from . import lobby
from .models import Occurrence, Participant

FIELDS = {"locked": Occurrence.locked, "invited": Occurrence.open_invited, "company": Occurrence.open_company}
"""Name in the protocol → field."""

EVERYBODY_WAITS = _("Les règles de votre entreprise veulent que tout le monde attende d’être admis.")
INVITED_ONLY = _("Les règles de votre entreprise ne laissent entrer que qui est invité à son adresse.")


def of(occurrence: Occurrence) -> dict[str, bool]:
    """The three settings, as the protocol names them and as they hold: a rule of the company has the last word."""
    barred = refused(occurrence.company)
    return {
        "locked": bool(occurrence.locked),
        "invited": bool(occurrence.open_invited) and "invited" not in barred,
        "company": bool(occurrence.open_company) and "company" not in barred,
    }


def refused(company: str) -> dict[str, str]:
    """The settings that a company's rules do not let be switched on, each with the sentence that says so."""
    rules = house.of(company)
    found = {} if conduct.uninvited_colleagues(rules) else {"company": INVITED_ONLY}
    if rules.lobby == "always":
        found |= {"invited": EVERYBODY_WAITS, "company": EVERYBODY_WAITS}
    return found


def change(occurrence: Occurrence, by: Participant, wanted: Any) -> None:
    """Changes some of the settings. Everybody inside is told; who waits and needs to no more comes in.

    Raises `BadInput`, `Conflict`; `NotAllowed` where the company's rules are stricter.
    """
    given = {name: wanted[name] for name in FIELDS if name in wanted}
    if not given or not all(isinstance(value, bool) for value in given.values()):
        raise BadInput
    for name, why in refused(occurrence.company).items():
        if given.get(name):
            raise NotAllowed(why)
    try:
        storage.update(occurrence, *(FIELDS[name].set(value) for name, value in given.items()))
    except Changed as fault:
        raise Conflict from fault
    word = {"type": "door", "by": by.id, **of(occurrence)}
    fleet.tell(occurrence.id, Push(type="tell", epoch=0, message=word))
    for person in lobby.waiting(occurrence):
        if lobby.open_to(occurrence, person):
            with suppress(Conflict):  # somebody else decided this instant
                lobby.admit(occurrence, person.id)
