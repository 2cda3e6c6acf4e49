"""Disclosures to authorities: only against an order, only through here, counted and published by year (policy §6)."""

import hashlib
from collections import Counter
from collections.abc import Mapping

from chalicelib import clock, keyed, ledger, storage
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.meetings.models import Meeting
from chalicelib.privacy.export import shown
from chalicelib.privacy.packing import Finding, pack
from chalicelib.register.events import Event

from . import deadlines, guest_data, letters
from .records import Authority

LIST = "authorities"
NEEDED = _("Ce champ est nécessaire.")
FIELDS = ("authority", "reference", "ground", "asked", "given")


def disclose(
    form: Mapping[str, str], officer: str, email: str, gag_until: int | None = None
) -> tuple[Authority, bytes]:
    """Hands out what an order asks of one person in one meeting, and writes down who decided, on what ground, how far.

    ``form``: authority, reference, ground, asked, given, meeting. Returns the line and the package. Raises
    `FormErrors`, `NotFound`.
    """
    if wrong := {name: NEEDED for name in (*FIELDS, "meeting") if not form.get(name)}:
        raise FormErrors(wrong)
    meeting = storage.get(Meeting, f"meeting#{form['meeting']}", "meeting", because="legal claim")
    if meeting is None:
        raise NotFound
    now = clock.now()
    items = guest_data.items([form["meeting"]], keyed.email_hash(email))
    rows = {item.row.key: item.row for item in items}
    findings = [Finding(row, tuple(shown(one) for one in items if one.row is row), ()) for row in rows.values()]
    content = pack(findings, f"{form['authority']}\n{form['reference']}\n", now)
    line = Authority(
        f"authority#{keyed.new_id()}",
        "authority",
        **{name: form[name] for name in FIELDS},
        decided_by=officer,
        decided_at=now,
        meeting=form["meeting"],
        digest=hashlib.sha256(content).hexdigest(),
        gag_until=gag_until,
        year=deadlines.day_of(now).year,
    )
    line.list_pk, line.list_sk = LIST, f"{now:012d}#{line.id}"
    storage.create(line, {})
    ledger.record("disclosed", email, form["authority"], f"order {form['reference']}", str(meeting.company))
    if gag_until is None:
        tell(line, email)
    return line, content


def tell(line: Authority, email: str) -> None:
    """Tells the person. Raises `Conflict` while the order forbids it."""
    now = clock.now()
    if line.gag_until and now < line.gag_until:
        raise Conflict(_("L’ordre interdit d’en parler avant sa date."))
    letters.write(
        email,
        None,
        lambda t, language: (
            t(_("Une autorité a reçu des données vous concernant")),
            t(_("Sur l’ordre de %(authority)s (%(ground)s), nous avons remis : %(given)s."))
            % {"authority": line.authority, "ground": line.ground, "given": line.given},
        ),
        purpose="disclosure",
    )
    storage.happened(line, Event.CLOSED, now, Authority.told_at.set(now), Authority.closed_at.set(now))


def every() -> list[Authority]:
    """Every line, the newest first."""
    return list(storage.listed(Authority, LIST, newest_first=True))


def by_year() -> dict[int, int]:
    """How many a year: published."""
    return dict(sorted(Counter(int(line.year) for line in every()).items()))
