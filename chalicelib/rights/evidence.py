"""What was done for a person, with dates and hashes: for the CNIL after a complaint, for the person after a breach.

Facts of our own files only. The data itself is not in it: a copy of that is another right, asked on another page.
"""

import hashlib
import json
from typing import Any

from chalicelib import clock, keyed, ledger
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Account
from chalicelib.consents import objections, proofs
from chalicelib.privacy import certificates, own_data
from chalicelib.privacy.export import shown
from chalicelib.privacy.packing import moment, zipped
from chalicelib.storage import Item

from . import breaches, guest_data, steps
from .models import Request
from .records import Breach


def of_request(request: Request) -> bytes:
    """The file of one request, for a complaint: what was asked, each step, each decision with its reasons, the
    certificates, as a ZIP."""
    files = {"request.json": _json(_request(request))}
    for part in steps.parts(request):
        if part.certificate:
            paper = certificates.content(certificates.find(part.certificate))
            files[f"certificate-{part.certificate}.json"] = _json(paper)
    return _packed(files)


def of_person(email: str, breach: Breach | None = None) -> bytes:
    """What was done for the person of an address. ``breach``: with what it touched and when they were told."""
    account = accounts.by_email(email)
    said: dict[str, Any] = {
        "requests": [_request(request) for request in steps.of_address(email)],
        "recipients": [shown(line)["data"] for line in ledger.of(email)],
        "choices": [shown(one)["data"] for one in proofs.all_of(keyed.email_hash(email))],
        "objected": objections.opposed(email),
        "policy_shown": account.policy_version if account else None,
        "kept": _kept(email, account),
    }
    files = {"person.json": _json(said)}
    if breach is not None:
        files["breach.json"] = _json(_breach(breach, email))
    return _packed(files)


def _request(request: Request) -> dict[str, Any]:
    return {
        **shown(request)["data"],
        "parts": [shown(part)["data"] for part in steps.parts(request)],
        "steps": [shown(step)["data"] for step in steps.of(request)],
    }


def _kept(email: str, account: Account | None) -> list[dict[str, Any]]:
    """Which rows hold something of the person, how much, and until when."""
    found: list[Item] = [item for items in own_data.of(account).values() for item in items] if account else []
    for company, meetings in guest_data.meetings_of(email).items():
        found += guest_data.items(meetings, keyed.email_hash(email), company)
    rows: dict[str, list[Item]] = {}
    for item in found:
        rows.setdefault(item.row.key, []).append(item)
    return [
        {
            "row": row,
            "items": len(items),
            "controllers": sorted({item.controller or "iboo" for item in items}),
            "deleted_by": moment(max(dates))
            if (dates := [int(one.delete_by) for one in items if one.delete_by])
            else None,
            "sealed": any(item.sealed for item in items),
        }
        for row, items in sorted(rows.items())
    ]


def _breach(breach: Breach, email: str) -> dict[str, Any]:
    told = [line for line in ledger.of(email) if line.row_key == "breach"]
    return {
        "form": breaches.form_for_cnil(breach),
        "notified": [shown(phase)["data"] for phase in breaches.phases(breach)],
        "told_the_person_at": [moment(line.at) for line in told],
        "told_the_customers_at": {
            notice.company_name: moment(notice.told_at) for notice in breaches.notices(breach) if notice.told_at
        },
    }


def _packed(files: dict[str, bytes]) -> bytes:
    now = clock.now()
    described = [{"name": name, "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()]
    manifest = _json({"made_at": moment(now), "files": described})
    return zipped({**files, "manifest.json": manifest}, now)


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n").encode()
