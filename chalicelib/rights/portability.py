"""Data to take along (GDPR art. 20): what the person provided or did, on consent or contract; nothing derived, nothing
of others. JSON, and beside it the forms other programs read: CSV, iCalendar, vCard. Pure.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar, Event

from chalicelib.privacy.packing import Finding, Kept, moment, zipped
from chalicelib.register import Role, Row
from chalicelib.register.model import Basis

PORTABLE = frozenset({Basis.CONSENT, Basis.CONTRACT})
FORMAT = "iboo-portability-1"


def portable(row: Row) -> bool:
    """Whether a row's data may be taken along: its basis is consent or contract; meetings are the host's own doing."""
    if Role.CONTROLLER in row.roles:
        return any(clock.basis in PORTABLE for clock in row.clocks)
    return row.key == "meeting"


def pack(findings: Iterable[Finding], words: str, made_at: int) -> bytes:
    """The ZIP: data.json, one CSV per kind, meetings.ics, contact.vcf, manifest.json with SHA-256 of each."""
    kept = [finding for finding in findings if portable(finding.row) and finding.items]
    items = {finding.row.key: [_bare(item) for item in finding.items] for finding in kept}
    files = {"data.json": _json({"format": FORMAT, "made_at": moment(made_at), "rows": items})}
    for kind, rows in _by_kind(kept).items():
        files[f"{kind}.csv"] = _csv(rows)
    every = [item for finding in kept for item in finding.items]
    if meetings := [item["data"] for item in every if item["kind"] == "occurrence"]:
        files["meetings.ics"] = _calendar(meetings, made_at)
    if accounts := [item["data"] for item in every if item["kind"] == "account"]:
        files["contact.vcf"] = _card(accounts[0])
    files["README.txt"] = words.encode()
    described = [{"name": name, "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()]
    files["manifest.json"] = _json({"format": FORMAT, "made_at": moment(made_at), "files": described})
    return zipped(files, made_at)


def _bare(item: Kept) -> dict[str, Any]:
    return {"kind": item["kind"], "data": item["data"]}


def _by_kind(findings: Iterable[Finding]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        for item in finding.items:
            found.setdefault(str(item["kind"]), []).append(item["data"])
    return found


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _csv(rows: list[Mapping[str, Any]]) -> bytes:
    """RFC 4180, UTF-8 with its mark so that spreadsheets see it. A cell that begins like a formula gets a quote."""
    heads = sorted({name for row in rows for name in row})
    target = io.StringIO()
    writer = csv.DictWriter(target, heads)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return target.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _number(value) else text


def _number(value: Any) -> bool:
    return isinstance(value, int | float)


def _calendar(meetings: list[Mapping[str, Any]], made_at: int) -> bytes:
    """RFC 5545: what was planned, without who was invited."""
    calendar = Calendar()
    calendar.add("prodid", "-//Iboo//portability//FR")
    calendar.add("version", "2.0")
    for meeting in meetings:
        event = Event()
        event.add("uid", f"{meeting['meeting']}@iboo.live")
        event.add("dtstamp", datetime.fromtimestamp(made_at, UTC))
        event.add("dtstart", datetime.fromisoformat(meeting["starts_at"]))
        event.add("dtend", datetime.fromisoformat(meeting["ends_at"]))
        event.add("summary", meeting["title"])
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _card(account: Mapping[str, Any]) -> bytes:
    """vCard 4.0 (RFC 6350)."""
    first, last = (_escaped(str(account.get(name, ""))) for name in ("first_name", "name"))
    lines = (
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"FN:{first} {last}",
        f"N:{last};{first};;;",
        f"EMAIL:{_escaped(str(account.get('email', '')))}",
        "END:VCARD",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def _escaped(text: str) -> str:
    """RFC 6350, 3.4."""
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace(",", "\\,").replace(";", "\\;")
