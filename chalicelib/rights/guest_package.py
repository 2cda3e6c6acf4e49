"""A guest's copy of what one customer's meetings hold, made when that customer grants it."""

from chalicelib.privacy.export import shown
from chalicelib.privacy.packing import Finding
from chalicelib.privacy.packing import pack as packed
from chalicelib.register import row_of
from chalicelib.storage import Item

from .models import Part


def pack(found: list[Item], part: Part, now: int) -> bytes:
    """The ZIP: the rows in which something was found. Other people's names and words are not in it (art. 15 (4))."""
    rows = {item.row.key: item.row for item in found}
    findings = [
        Finding(row, tuple(shown(item) for item in found if row_of(item.kind_name) is row), ()) for row in rows.values()
    ]
    return packed(findings, f"{part.company_name}\n{part.contact}\n", now)
