"""The second factor of an account: an authenticator's codes, passkeys, and recovery codes for the day they are lost."""

import base64
import secrets
from collections.abc import Iterator, Mapping

from pynamodb.expressions.update import Action

from chalicelib import clock, keyed, sessions, storage
from chalicelib.errors import Conflict, FormErrors, Gone
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import Changed, Item, Transaction, keys
from chalicelib.storage.sealing import DataKey

from . import house, letters, links, passkeys, totp, tries
from .factor_models import Authenticator, Passkey, RecoveryCode, SignInStep
from .models import Account

WRONG = _("Ce code n’est pas le bon, ou il a déjà servi.")
OBLIGATORY = _("Votre entreprise demande un second facteur : gardez-en un.")
CODES = 10
"""Recovery codes at once; each is 50 random bits."""


def has(account: str) -> bool:
    """Whether the account (its id) has a second factor that counts."""
    return any(True for _factor in _counting(account))


def due(account: Account) -> bool:
    """Whether the company demands a second factor that the account has not."""
    rules = house.kept(account.company)
    return bool(rules is not None and rules.second_factor) and not has(account.id)


def authenticator(account: str) -> Authenticator | None:
    """The account's authenticator, confirmed or not; also while its data are restricted: it protects them."""
    return storage.get(Authenticator, f"account#{account}", "factor#totp", because="consent", key=_key(account))


def begin(account: Account) -> Authenticator:
    """A new secret, which counts once its first code was given. Raises `Conflict` when there is one that counts."""
    old = authenticator(account.id)
    if old is not None:
        if old.confirmed_at:
            raise Conflict
        storage.delete(old)
    now = clock.now()
    item = Authenticator(account.pk, "factor#totp", created_at=now)
    item.secret = totp.new_secret()
    storage.create(item, {Event.LAST_USE: now}, key=_key(account.id))
    return item


def confirm(account: Account, code: str) -> list[str]:
    """The first code: from now on it is asked. Returns the recovery codes of a first factor, to be shown once. Raises
    `FormErrors`, `TooMany`."""
    item = authenticator(account.id)
    if item is None or item.confirmed_at:
        raise Conflict
    tries.on_account("second", account.id)
    _use(item, code, Authenticator.confirmed_at.set(clock.now()))
    letters.factor_changed(account, "added")
    return _first_codes(account)


def add_passkey(account: Account, form: Mapping[str, str]) -> list[str]:
    """One more passkey, as a form brings it. Returns the recovery codes of a first factor. Raises `FormErrors`."""
    passkeys.make(account, form)
    letters.factor_changed(account, "passkey")
    return _first_codes(account)


def give_either(account: Account, form: Mapping[str, str], field: str = "code") -> str:
    """What a form brings: a passkey's answer in ``<field>_passkey``, else a code in ``field``. Returns which.

    Raises `FormErrors` about ``field``, `TooMany`.
    """
    try:
        said = form.get(f"{field}_passkey", "")
        if not said:
            return give(account, form.get(field, ""))
        tries.on_account("second", account.id)
        passkeys.give(account, said)
    except FormErrors as fault:
        raise FormErrors({field: fault.fields["code"]}) from fault
    return "passkey"


def give(account: Account, code: str) -> str:
    """Checks a code of the authenticator, or a recovery code. Returns which: ``totp`` or ``recovery``. Each works once.

    Raises `FormErrors`, `TooMany`.
    """
    tries.on_account("second", account.id)
    item = authenticator(account.id)
    if item is not None and item.confirmed_at and len("".join(code.split())) == 6:
        _use(item, code)
        return "totp"
    found = storage.get(RecoveryCode, account.pk, _recovery_sk(account, code), because="consent")
    if found is None:
        raise FormErrors({"code": WRONG})
    try:
        with Transaction() as write:  # which fails when the same code is used at this instant
            write.delete(found)
    except Changed as fault:
        raise FormErrors({"code": WRONG}) from fault
    letters.factor_changed(account, "recovery")
    return "recovery"


def new_codes(account: Account) -> list[str]:
    """Ten recovery codes, for which earlier ones are void: seen once, kept as hashes."""
    now = clock.now()
    for old in list(_recovery(account.id)):
        storage.delete(old)
    codes = [_readable(secrets.token_bytes(7)) for _number in range(CODES)]
    for code in codes:
        storage.create(RecoveryCode(account.pk, _recovery_sk(account, code), made_at=now), {Event.LAST_USE: now})
    return codes


def codes_left(account: Account) -> int:
    """How many recovery codes still work."""
    return sum(1 for _code in _recovery(account.id))


def remove(account: Account, factor: Authenticator | Passkey) -> None:
    """Takes one factor away; with the last one go the recovery codes. Raises `FormErrors` where the company demands
    that one stays."""
    others = [one for one in _counting(account.id) if one.sk != factor.sk]
    rules = house.kept(account.company)
    if not others and rules is not None and rules.second_factor:
        raise FormErrors({"": OBLIGATORY})
    if others:
        storage.delete(factor)
    else:
        clear(account.id)
    letters.factor_changed(account, "less" if others else "removed")


def reset(colleague: Account, by: str = "reset") -> None:
    """Somebody has lost it: it is taken away, every session ends, a mail says so. ``by``: ``reset``, by who
    administers, or ``us``, at the owner's request."""
    clear(colleague.id)
    sessions.end_all(colleague.id)
    letters.factor_changed(colleague, by)


def clear(account: str) -> None:
    """Nothing of a second factor is left."""
    for item in list(items(account)):
        storage.delete(item)


def items(account: str) -> Iterator[Item]:
    """Everything kept of the account's second factor; its secret stays sealed."""
    found = storage.get(Authenticator, f"account#{account}", "factor#totp", because="storage")
    yield from [found] if found is not None else []
    yield from passkeys.of_account(account)
    yield from _recovery(account)


def step(account: Account, browser: str, after: str) -> str:
    """The password was right: a token for the page that asks for the rest, in this browser, for ten minutes."""
    token, now = sessions.new_token(), clock.now()
    known = keyed.opaque("second-browser", browser)
    item = SignInStep(links.key(token), "second", account=account.id, browser=known, after=after)
    storage.create(item, {Event.COLLECTED: now})
    return token


def asked(token: str, browser: str) -> SignInStep:
    """The sign-in that waits for its second factor. Raises `Gone`, in any other browser too."""
    found = storage.get(SignInStep, links.key(token), "second")
    if found is None or not keyed.same(found.browser, keyed.opaque("second-browser", browser)):
        raise Gone(_("Cette connexion a trop attendu. Recommencez."))
    return found


def finish(waiting: SignInStep) -> None:
    """The second factor was given: the token opens nothing more. Raises `Gone` when somebody else used it just now."""
    try:
        with Transaction() as write:
            write.delete(waiting)
    except Changed as fault:
        raise Gone(links.USED_UP) from fault


def _counting(account: str) -> Iterator[Authenticator | Passkey]:
    found = authenticator(account)
    if found is not None and found.confirmed_at:
        yield found
    yield from passkeys.of_account(account)


def _first_codes(account: Account) -> list[str]:
    return [] if codes_left(account) else new_codes(account)


def _use(item: Authenticator, code: str, *more: Action) -> None:
    now = clock.now()
    matching = totp.matching_step(item.secret, code, int(item.last_step), now)
    if matching is None:
        raise FormErrors({"code": WRONG})
    try:
        storage.update(item, Authenticator.last_step.set(matching), *more, because="consent")
    except Changed as fault:
        raise FormErrors({"code": WRONG}) from fault


def _recovery(account: str) -> Iterator[RecoveryCode]:
    yield from storage.query(RecoveryCode, f"account#{account}", "factor#recovery#", because="storage")


def _recovery_sk(account: Account, code: str) -> str:
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    return f"factor#recovery#{keyed.opaque('recovery', f'{account.id}/{plain}')[:32]}"


def _readable(secret: bytes) -> str:
    """As people copy it: two groups of five letters and digits."""
    letters_ = base64.b32encode(secret).decode().lower()[:10]
    return f"{letters_[:5]}-{letters_[5:]}"


def _key(account: str) -> DataKey:
    return keys.standing_key(f"factor#{account}")
