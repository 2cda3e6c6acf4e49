"""Who works for us (GDPR art. 28): no contract, no data; customers hear of a new one thirty days before."""

import re
from collections.abc import Mapping

from chalicelib import clock, keyed, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.register.stores import PEOPLE
from chalicelib.storage import AlreadyThere, expiry

from . import letters
from .records import Subprocessor, SubprocessorObjection

LIST = "subprocessors"
NOTICE = 30 * 86_400
"""Seconds between the notice and the first datum (policy §6; art. 28 (2))."""
EUROPE = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS"}
    | {"IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"}
)
NO_CONTRACT = _("Sans contrat (article 28), pas de données : indiquez l’empreinte SHA-256 du contrat signé.")
NO_TOOL = _("Hors de l’Espace économique européen, il faut un outil de transfert (articles 45 à 49).")
NEEDED = _("Ce champ est nécessaire.")


def draft(form: Mapping[str, str]) -> Subprocessor:
    """Writes a candidate down. Raises `FormErrors`, `Conflict`."""
    fields = ("name", "seat", "parent", "place", "task")
    wrong = {name: NEEDED for name in fields if not form.get(name)}
    if wrong:
        raise FormErrors(wrong)
    now = clock.now()
    item = Subprocessor(
        f"subprocessor#{keyed.opaque('subprocessor', form['name'].casefold())[:16]}",
        "subprocessor",
        **{name: form[name] for name in fields},
        contract_digest=_digest(form.get("contract_digest", "")),
        transfer_tool=form.get("transfer_tool") or None,
        state="draft",
    )
    item.list_pk, item.list_sk = LIST, f"{now:012d}#{item.id}"
    try:
        storage.create(item, {})
    except AlreadyThere as fault:
        raise Conflict from fault
    return item


def find(identifier: str) -> Subprocessor:
    """Raises `NotFound`."""
    item = storage.get(Subprocessor, f"subprocessor#{identifier}", "subprocessor")
    if item is None:
        raise NotFound
    return item


def announce(item: Subprocessor, contract_digest: str) -> int:
    """Tells every customer; works for us thirty days later. Returns how many were told.

    Raises `FormErrors` without a contract, or without a tool for a transfer; `Conflict` when it was announced.
    """
    digest = item.contract_digest or _digest(contract_digest)
    if not digest:
        raise FormErrors({"contract_digest": NO_CONTRACT})
    if not {item.seat, item.parent} <= EUROPE and not item.transfer_tool:
        raise FormErrors({"transfer_tool": NO_TOOL})
    if item.state != "draft":
        raise Conflict
    now = clock.now()
    storage.update(
        item,
        Subprocessor.contract_digest.set(digest),
        Subprocessor.state.set("announced"),
        Subprocessor.announced_at.set(now),
        Subprocessor.active_from.set(now + NOTICE),
    )
    contacts = _contacts()
    for contact in contacts:
        letters.write(
            contact,
            None,
            lambda t, language: (
                t(_("Un nouveau sous-traitant à partir du %(date)s")) % {"date": letters.day(now + NOTICE, language)},
                t(_("%(name)s (%(seat)s) : %(task)s. Données en %(place)s."))
                % {"name": item.name, "seat": item.seat, "task": item.task, "place": item.place},
                t(_("Vous pouvez vous y opposer d’ici là, dans votre espace, page « Données personnelles ».")),
            ),
            purpose="subprocessor",
        )
    return len(contacts)


def may_work(name: str) -> bool:
    """Whether a subprocessor of this name may receive data now."""
    item = storage.get(
        Subprocessor, f"subprocessor#{keyed.opaque('subprocessor', name.casefold())[:16]}", "subprocessor"
    )
    return item is not None and is_active(item, clock.now())


def is_active(item: Subprocessor, now: int) -> bool:
    """Announced, its thirty days passed, not ended."""
    return item.state == "announced" and bool(item.active_from) and now >= item.active_from


def end(item: Subprocessor) -> None:
    """It works for us no longer."""
    now = clock.now()
    storage.happened(item, Event.CLOSED, now, Subprocessor.state.set("ended"), Subprocessor.ended_at.set(now))


def object_to(identifier: str, account: Account, words: str) -> None:
    """A customer objects (art. 28 (2)); saying it twice is saying it once. Raises `NotFound`."""
    item = find(identifier)
    objection = SubprocessorObjection(
        item.pk,
        f"objection#{account.company}",
        company=account.company,
        company_name=accounts.company_name(account),
        words=words[:2_000],
        at=clock.now(),
    )
    try:
        storage.create(objection, {})
    except AlreadyThere:
        return


def objections(item: Subprocessor) -> list[SubprocessorObjection]:
    """Who objected."""
    return list(storage.query(SubprocessorObjection, item.pk, "objection#"))


def every() -> list[Subprocessor]:
    """All of them, the oldest first."""
    return list(storage.listed(Subprocessor, LIST))


def _contacts() -> list[str]:
    """The privacy contacts of every customer. Reads the whole table: the console may, and seldom does."""
    firms = (item for item in expiry.scan(PEOPLE) if item["kind"] == "company")
    return sorted({str(item["privacy_contact"]) for item in firms})


def _digest(text: str) -> str | None:
    found = text.strip().lower()
    return found if re.fullmatch(r"[0-9a-f]{64}", found) else None
