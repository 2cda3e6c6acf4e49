"""Whole addresses of pages."""

from chalicelib import settings


def address(path: str) -> str:
    """A page of ours, as a mail or the bank needs it."""
    return settings.get("BASE_URL") + path
