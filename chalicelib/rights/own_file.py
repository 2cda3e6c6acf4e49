"""A person's own rights file, for the copy they ask for: requests with their steps, freezes, directives."""

from collections.abc import Iterator

from chalicelib import storage
from chalicelib.accounts.models import Account
from chalicelib.privacy import export
from chalicelib.privacy.packing import Finding
from chalicelib.storage import Item, keys

from . import freezes, steps
from .models import Directive


def findings(account: Account) -> list[Finding]:
    """What is kept of a person, row by row, the rights file included."""
    own = list(_items(account))
    return [
        Finding(finding.row, tuple(export.shown(item) for item in own if item.row is finding.row), ())
        if any(item.row is finding.row for item in own)
        else finding
        for finding in export.findings(account)
    ]


def _items(account: Account) -> Iterator[Item]:
    for request in steps.of_address(account.email):
        yield request
        yield from steps.parts(request)
        yield from steps.of(request)
        yield from freezes.of_request(request)
    key = keys.standing_key(f"directive#{account.id}")
    yield from storage.query(Directive, f"directive#{account.id}", key=key)
