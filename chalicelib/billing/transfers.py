"""Paying by bank transfer: for who would rather not meet the bank's cookies, and for whose accounts want it so."""

from chalicelib import settings

from . import bank


def account_details() -> dict[str, str] | None:
    """Where to transfer to; `None` where there is no account for it."""
    if not bank.takes_transfers():
        return None
    return {
        "iban": settings.get("TRANSFER_IBAN"),
        "bic": settings.get("TRANSFER_BIC"),
        "holder": settings.get("TRANSFER_HOLDER"),
    }
