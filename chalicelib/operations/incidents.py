"""Incidents: what operators tell everybody about an outage, from its beginning to its end."""

from collections.abc import Mapping
from typing import Final

from chalicelib import clock, keyed, storage
from chalicelib.billing.acts import Operator
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import Changed

from .models import Incident

PARTS: Final[Mapping[str, str]] = {
    "meetings": _("Réunions"),
    "mail": _("Invitations et rappels par e-mail"),
    "recording": _("Enregistrement"),
    "account": _("Comptes et abonnements"),
    "expiry": _("Suppression des données à leur terme"),
}
LIST: Final = "incidents"
SHORTEST, LONGEST = 10, 1_000
SHOWN_FOR: Final = 90 * 86_400
"""Seconds after its end during which an incident is on the public page."""
NEEDED = _("Dites-le en dix signes au moins, mille au plus, dans les deux langues.")


def words(form: Mapping[str, str]) -> dict[str, str]:
    """What is to be published, in both languages. Raises `FormErrors`."""
    found = {language: form.get(language, "").replace("\r\n", "\n").strip() for language in ("fr", "en")}
    if wrong := {language: NEEDED for language, said in found.items() if not SHORTEST <= len(said) <= LONGEST}:
        raise FormErrors(wrong)
    return found


def begin(operator: str, part: str, said: dict[str, str]) -> Incident:
    """Publishes that something is wrong. Raises `FormErrors`."""
    if part not in PARTS:
        raise FormErrors({"part": _("Choisissez dans la liste.")})
    now, identifier = clock.now(), keyed.new_id()
    Operator(operator, said["fr"]).note("incident", identifier, "begun")
    item = Incident(f"incident#{identifier}", "incident", part=part, begun_at=now, notes=[_note(said)])
    item.list_pk, item.list_sk = LIST, f"{now:012d}#{identifier}"
    storage.create(item, {})
    return item


def go_on(operator: str, identifier: str, said: dict[str, str], over: bool) -> None:
    """Publishes how it goes; ``over``: that it has ended. Raises `Conflict` for one that is over, `NotFound`."""
    item = find(identifier)
    if item.over_at:
        raise Conflict
    Operator(operator, said["fr"]).note("incident", identifier, "over" if over else "goes on")
    notes = Incident.notes.set([*_plain(item), _note(said)])
    try:
        if over:
            now = clock.now()
            storage.happened(item, Event.CLOSED, now, Incident.over_at.set(now), notes)
        else:
            storage.update(item, notes)
    except Changed as fault:
        raise Conflict from fault


def find(identifier: str) -> Incident:
    """An incident. Raises `NotFound`."""
    item = storage.get(Incident, f"incident#{identifier}", "incident")
    if item is None:
        raise NotFound
    return item


def newest() -> list[Incident]:
    """Those kept, newest first."""
    return list(storage.listed(Incident, LIST, newest_first=True))


def public() -> list[Incident]:
    """Those on the public page: what goes on, and what ended in the last ninety days."""
    since = clock.now() - SHOWN_FOR
    return [one for one in newest() if not one.over_at or one.over_at >= since]


def _note(said: dict[str, str]) -> dict[str, str]:
    return {"at": str(clock.now()), **said}


def _plain(item: Incident) -> list[dict[str, str]]:
    return [{key: str(note[key]) for key in ("at", "fr", "en")} for note in item.notes]
