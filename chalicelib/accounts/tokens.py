"""Tokens by which a company's own programs call the interface: each acts for the member who made it.

The secret is shown once and kept as its hash. A token opens what its scopes name and its maker may do, at the moment of
the call: who leaves, or administers no more, takes their tokens along.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib import clock, keyed, sessions, storage
from chalicelib.errors import FormErrors, NotFound, UnknownPerson
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import Changed, People

from . import actions, members, proving, roles
from .models import Account
from .roles import Power
from .rules import Checked
from .scopes import DAYS, LONGEST_NAME, MOST, Scope

BEGINS = "iboo_"
"""How a token begins: programs that look for lost secrets know it by that."""


class ApiToken(People, discriminator="api_token"):
    """``token#<hash>`` / ``token``; listed by ``tokens#<company>``.

    ``identifier``: by which its page names it; ``account``: who made it, and for whom it acts; ``used_on``: the last
    day of use, ISO 8601.
    """

    identifier = UnicodeAttribute()
    company = UnicodeAttribute()
    account = UnicodeAttribute()
    name = UnicodeAttribute()
    scopes: UnicodeSetAttribute = UnicodeSetAttribute()
    made_at = NumberAttribute()
    used_on = UnicodeAttribute(null=True)


def create(account: Account, form: Mapping[str, str]) -> str:
    """A new token, as a form's fields name, days, the ticked scopes and the password ask. Returns its secret.

    Raises `FormErrors`, `NotAllowed`, `TooMany`.
    """
    members.require(account, Power.CONNECT)
    check = Checked(form)
    name = check.text("name", _("Donnez un nom à ce jeton : celui du programme qui s’en sert."), LONGEST_NAME)
    days = check.one_of("days", DAYS, _("Choisissez quand ce jeton expire."))
    scopes = [scope for scope in Scope if form.get(scope.value)]
    if not scopes:
        check.errors[Scope.READ] = _("Cochez au moins une chose que ce jeton permet.")
    check.done()
    if len(of_company(account.company)) >= MOST:
        raise FormErrors({"": _("20 jetons au plus par entreprise : révoquez-en un d’abord.")})
    proving.require(account, form)
    return make(account, name, scopes, int(days))


def make(account: Account, name: str, scopes: list[Scope], days: int) -> str:
    """Writes a token that lives so many days. Returns its secret."""
    secret, now = BEGINS + sessions.new_token(), clock.now()
    token = ApiToken(
        f"token#{sessions.token_hash(secret)}",
        "token",
        identifier=keyed.new_id(),
        company=account.company,
        account=account.id,
        name=name,
        scopes={str(scope) for scope in scopes},
        made_at=now,
    )
    token.list_pk, token.list_sk = f"tokens#{account.company}", f"{now:012d}#{token.identifier}"
    storage.create(token, {Event.COLLECTED: now}, limit=days * 86_400)
    return secret


def of_company(company: str) -> list[ApiToken]:
    """The tokens that work, newest first."""
    return list(storage.listed(ApiToken, f"tokens#{company}", newest_first=True))


def of_account(account: Account) -> list[ApiToken]:
    """Those this member made."""
    return [token for token in of_company(account.company) if token.account == account.id]


def revoke(account: Account, identifier: str) -> ApiToken:
    """Ends a token of the company, whoever made it. Returns it. Raises `NotAllowed`, `NotFound`."""
    members.require(account, Power.CONNECT)
    for token in of_company(account.company):
        if token.identifier == identifier:
            storage.delete(token)
            return token
    raise NotFound


def end_all(account: Account) -> None:
    """Somebody leaves: their tokens end with them."""
    for token in of_account(account):
        storage.delete(token)


def caller(secret: str) -> tuple[ApiToken, Account]:
    """The token and for whom it acts; its day of use is noted. Raises `UnknownPerson`."""
    token = storage.get(ApiToken, f"token#{sessions.token_hash(secret)}", "token") if _is_one(secret) else None
    account = actions.find(token.account) if token is not None else None
    if token is None or account is None or account.company != token.company:
        raise UnknownPerson
    if not roles.may(account.role, Power.CONNECT):
        raise UnknownPerson
    today = datetime.fromtimestamp(clock.now(), UTC).date().isoformat()
    if token.used_on != today:
        with suppress(Changed):  # another request notes it
            storage.update(token, ApiToken.used_on.set(today))
    return token, account


def _is_one(secret: str) -> bool:
    return secret.startswith(BEGINS) and len(secret) < 100
