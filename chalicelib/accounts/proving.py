"""Before something grave: the password once more, and the second factor of who has one."""

from collections.abc import Mapping
from typing import Any

from . import factors, passkeys, passwords
from .models import Account


def asked(account: Account) -> dict[str, Any]:
    """What a form asks beside the password (templates/partials/factor.html)."""
    keys = bool(passkeys.of_account(account.id))
    return {"has": factors.has(account.id), "passkey": "/api/account/passkeys/question" if keys else ""}


def require(account: Account, form: Mapping[str, str], password: str = "password", code: str = "code") -> None:  # noqa: S107 - names of fields
    """Checks the fields named ``password`` and ``code`` (or ``<code>_passkey``). Raises `FormErrors`, `TooMany`."""
    passwords.check(account, password, form.get(password, ""))
    if factors.has(account.id):
        factors.give_either(account, form, code)
