"""An old copy of a table, before it is opened: what was forgotten since is forgotten again."""

from collections.abc import Container

from chalicelib.register import STORES

from . import expiry, tombstones


def forget_again(table: str, gone: Container[str], now: int) -> tuple[int, int]:
    """Deletes from a restored table what was deleted since (``gone``: locators of tombstones), what is past its time
    and what no row knows. Returns how many items went and how many stayed."""
    went = stayed = 0
    for item in expiry.scan_table(table):
        due = item.get("delete_by")
        late = due is not None and due <= now and not item.get("hold")
        known = any(expiry.belongs(item, store) for store in STORES)
        if late or not known or tombstones.locator_of(item["kind"], item["pk"], item["sk"]) in gone:
            expiry.remove(table, item["pk"], item["sk"])
            went += 1
        else:
            stayed += 1
    return went, stayed
