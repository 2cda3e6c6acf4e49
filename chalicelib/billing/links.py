"""Whole addresses of pages."""

from chalicelib import keyed, settings


def address(path: str) -> str:
    """A page of ours, as a mail or the bank needs it."""
    return settings.get("BASE_URL") + path


def paying(reference: str) -> str:
    """The path of an order's payment page, for whoever is sent it: nothing is stored, nobody can guess it."""
    return f"/pay/{reference}/{keyed.link_secret('pay', reference)}"
