"""The end of a company: nothing is debited any more, what was kept to invoice it goes. Invoices stay, as they must."""

from chalicelib import storage

from . import cards
from .models import BillingProfile


def company_ends(company: str) -> None:
    """Before the company's accounts are closed. Raises `storage.Held` when a legal hold stands in the way."""
    cards.remove(company, "company closed")
    profile = storage.get(BillingProfile, f"company#{company}", "billing", because="storage")
    if profile is not None:
        storage.delete(profile)
