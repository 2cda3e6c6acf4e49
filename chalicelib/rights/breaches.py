"""Breaches: 72 hours in hours, whatever the day; every one documented (GDPR art. 33, 34)."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from chalicelib import clock, keyed, ledger, sessions, storage
from chalicelib.accounts.members import accounts_of
from chalicelib.accounts.models import Account, Company
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.meetings import admission, invitations, scheduling
from chalicelib.meetings.models import Invitation, Occurrence
from chalicelib.privacy.packing import moment
from chalicelib.register.events import Event
from chalicelib.register.stores import PEOPLE
from chalicelib.storage import expiry

from . import letters
from .records import Breach, BreachNotice, BreachPhase

LIST = "breaches"
HOURS = 72
CUSTOMERS_WITHIN = 24
WITHIN = HOURS * 3_600
RISKS = ("none", "risk", "high")
EXCEPTIONS = ("encrypted", "removed", "public")
LATE = _("Le délai de 72 heures est passé : dites pourquoi (article 33.1).")
NEEDED = _("Ce champ est nécessaire.")


def open_breach(form: Mapping[str, str], aware_at: int, companies: Iterable[str]) -> Breach:
    """Opens a file. ``companies``: ids of the customers concerned, each told with its own meetings. Raises
    `FormErrors`."""
    fields = ("title", "nature", "categories", "consequences", "measures")
    wrong = {name: NEEDED for name in fields if not form.get(name)}
    if form.get("risk") not in RISKS:
        wrong["risk"] = NEEDED
    if aware_at > clock.now():
        wrong["aware"] = _("Cette date est à venir.")
    if wrong:
        raise FormErrors(wrong)
    breach = Breach(
        f"breach#{keyed.new_id()}",
        "breach",
        **{name: form[name] for name in (*fields, "risk")},
        aware_at=aware_at,
        people=_number(form.get("people", "")),
        records=_number(form.get("records", "")),
        exception=form.get("exception") if form.get("exception") in EXCEPTIONS else None,
        state="open",
    )
    breach.list_pk, breach.list_sk = LIST, f"{aware_at:012d}#{breach.id}"
    storage.create(breach, {})
    for identifier in companies:
        _draft(breach, identifier)
    return breach


def find(identifier: str) -> Breach:
    """Raises `NotFound`."""
    breach = storage.get(Breach, f"breach#{identifier}", "breach")
    if breach is None:
        raise NotFound
    return breach


def due_at(breach: Breach) -> int:
    """The moment until which the CNIL must know."""
    return int(breach.aware_at) + WITHIN


def form_for_cnil(breach: Breach) -> dict[str, str]:
    """The fields of art. 33 (3), as the CNIL's form asks for them."""
    return {
        "a. nature": f"{breach.title}. {breach.nature}",
        "a. categories": breach.categories,
        "a. people": str(int(breach.people)),
        "a. records": str(int(breach.records)),
        "b. contact": "RIGHTS_EMAIL",
        "c. consequences": breach.consequences,
        "d. measures": breach.measures,
        "aware at": moment(breach.aware_at),
        "notify by": moment(due_at(breach)),
        "recordings and chat": "encrypted item by item; "
        + ("keys not exposed" if breach.exception == "encrypted" else "see nature"),
    }


def notify(breach: Breach, late_reason: str) -> BreachPhase:
    """Notes that this state of the form was sent to the CNIL; phases follow each other. Raises `FormErrors` when the
    first comes late without a reason."""
    now = clock.now()
    if not breach.notified_at and now > due_at(breach) and not late_reason:
        raise FormErrors({"late_reason": LATE})
    sent = json.dumps(form_for_cnil(breach), sort_keys=True).encode()
    number = len(phases(breach)) + 1
    phase = BreachPhase(
        breach.pk,
        f"phase#{number:03d}",
        at=now,
        number=number,
        late_reason=late_reason or None,
        digest=hashlib.sha256(sent).hexdigest(),
    )
    storage.create(phase, {})
    if not breach.notified_at:
        storage.update(breach, Breach.notified_at.set(now), Breach.late_reason.set(late_reason))
    return phase


def tell_customers(breach: Breach) -> int:
    """Writes to every customer concerned that does not know yet, each with its own meetings. Returns how many."""
    told = 0
    for notice in notices(breach):
        if notice.told_at:
            continue
        letters.write(
            notice.contact,
            None,
            lambda t, language, notice=notice: (  # type: ignore[misc]
                t(_("Une violation de données concerne vos réunions")),
                f"{breach.title}. {breach.nature}",
                t(_("Conséquences probables : %(text)s")) % {"text": breach.consequences},
                t(_("Mesures prises : %(text)s")) % {"text": breach.measures},
                t(_("Réunions concernées : %(number)s. La liste est sur votre page."))
                % {"number": len(notice.meetings)},
            ),
            purpose="breach",
            controller=notice.company,
        )
        now = clock.now()
        storage.update(
            notice,
            BreachNotice.told_at.set(now),
            BreachNotice.list_pk.set(f"breached#{notice.company}"),
            BreachNotice.list_sk.set(f"{now:012d}#{breach.id}"),
        )
        told += 1
    return told


def tell_people(breach: Breach) -> int:
    """Writes in plain words to the members of the customers concerned, at high risk (art. 34). Raises `Conflict` where
    the law asks for none. Returns how many."""
    if breach.risk != "high" or breach.exception:
        raise Conflict(_("L’article 34 ne demande pas de prévenir les personnes ici."))
    people = [one for notice in notices(breach) for one in accounts_of(notice.company)]
    for person in people:
        letters.write(
            person.email,
            person.language,
            lambda t, language: (
                t(_("Vos données ont pu être vues par d’autres")),
                f"{breach.title}. {breach.nature}",
                t(_("Conséquences probables : %(text)s")) % {"text": breach.consequences},
                t(_("Mesures prises : %(text)s")) % {"text": breach.measures},
            ),
            purpose="breach_person",
        )
        ledger.record("breach", person.email, person.email, "breach notice")
    return len(people)


def contain(companies: Iterable[str], everybody: Iterable[Account] = ()) -> int:
    """One act of containment: every session of these companies' members ends, every personal link to their meetings is
    void and whoever is in by one leaves. Hosts may send new links. Returns how many members."""
    people = {one.id for company in companies for one in accounts_of(company)} | {one.id for one in everybody}
    for person in people:
        sessions.end_all(person)
        _void_links(person)
    return len(people)


def contain_all() -> int:
    """The same for every customer there is. Reads the whole table: the console may, and seldom does."""
    found = [str(item["pk"]).partition("#")[2] for item in expiry.scan(PEOPLE) if item.get("kind") == "company"]
    return contain(found)


def close(breach: Breach) -> None:
    """Closes a file; it is kept five years. Raises `FormErrors` when the CNIL was to be told and was not."""
    if breach.risk != "none" and not breach.notified_at:
        raise FormErrors({"": _("Notifiez d’abord la CNIL, ou établissez l’absence de risque.")})
    now = clock.now()
    changes = Breach.state.set("closed"), Breach.closed_at.set(now)
    storage.happened(breach, Event.CLOSED, now, *changes)
    for item in (*notices(breach), *phases(breach)):
        storage.happened(item, Event.CLOSED, now)


def every() -> list[Breach]:
    """Every breach on file, newest first."""
    return list(storage.listed(Breach, LIST, newest_first=True))


def notices(breach: Breach) -> list[BreachNotice]:
    """The customers concerned."""
    return list(storage.query(BreachNotice, breach.pk, "notice#"))


def phases(breach: Breach) -> list[BreachPhase]:
    """What the CNIL was sent."""
    return list(storage.query(BreachPhase, breach.pk, "phase#"))


def of_company(company: str) -> list[tuple[Breach, BreachNotice]]:
    """The breaches a customer was told of."""
    told = storage.listed(BreachNotice, f"breached#{company}")
    return [(find(str(notice.pk).partition("#")[2]), notice) for notice in told]


def _draft(breach: Breach, identifier: str) -> None:
    company = storage.get(Company, f"company#{identifier}", "company", because="rights of another")
    if company is None:
        return
    hosted = (one for host in accounts_of(identifier) for one in storage.listed(Occurrence, f"host#{host.id}"))
    notice = BreachNotice(
        breach.pk,
        f"notice#{identifier}",
        company=identifier,
        company_name=company.name,
        contact=company.privacy_contact,
        meetings=sorted({one.meeting for one in hosted}),
    )
    storage.create(notice, {})


def _void_links(host: str) -> None:
    for occurrence in storage.listed(Occurrence, f"host#{host}"):
        for invitation in storage.query(Invitation, f"meeting#{occurrence.meeting}", "invitation#"):
            if not invitation.revoked_at:
                invitations.revoke(invitation)
                admission.drop_invitation(scheduling.read(occurrence.meeting).dates, invitation)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
