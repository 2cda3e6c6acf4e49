"""Passkeys as a second factor (WebAuthn level 3), by py_webauthn: made, given, removed.

A challenge is written down when it is asked for, bound to the account and to what it is for, and taken once. No
attestation is asked: which make of authenticator somebody has is none of our business.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers import parse_registration_credential_json as parse_registration
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chalicelib import clock, keyed, settings, storage
from chalicelib.errors import Conflict, FormErrors
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed, Transaction

from .factor_models import FactorChallenge, Passkey
from .models import Account
from .rules import Checked

Purpose = Literal["make", "give"]

MOST = 10
"""Passkeys of one account."""
LONGEST_NAME = 40
LONGEST = 20_000
"""Characters of what a browser sends: keys and signatures are a few hundred."""

WRONG = _("Cette clé d’accès n’a pas été reconnue. Recommencez.")
NAMELESS = _("Donnez-lui un nom : celui de l’appareil, par exemple.")

_NONSENSE = (
    *(WebAuthnException, ValueError, TypeError, LookupError, AttributeError),
    *(struct.error, OverflowError, RecursionError),
)
"""What the library raises of what nobody would send in good faith."""


def of_account(account: str) -> list[Passkey]:
    """Every passkey of an account (its id), the oldest first; also while its data are restricted: they protect it."""
    found = storage.query(Passkey, f"account#{account}", "factor#passkey#", because="storage")
    return sorted(found, key=lambda one: (int(one.made_at), one.sk))


def offer(account: Account) -> dict[str, Any]:
    """What a browser needs to make one (PublicKeyCredentialCreationOptionsJSON). Raises `Conflict` beyond `MOST`."""
    there = of_account(account.id)
    if len(there) >= MOST:
        raise Conflict(_("Dix clés d’accès au plus : retirez-en une d’abord."))
    options = webauthn.generate_registration_options(
        rp_id=relying_party()[0],
        rp_name="Iboo",
        user_id=account.id.encode(),
        user_name=account.email,
        user_display_name=f"{account.first_name} {account.name}",
        exclude_credentials=_descriptors(there),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    _remember(account, options.challenge, "make")
    return _as_json(options)


def make(account: Account, form: Mapping[str, str]) -> None:
    """Keeps the passkey that a form's fields ``passkey`` and ``passkey_name`` bring. Raises `FormErrors`."""
    check = Checked(form)
    name = check.text("passkey_name", NAMELESS, LONGEST_NAME)
    check.done()
    party, origin = relying_party()
    with _refused("passkey"):
        credential = parse_registration(form.get("passkey", "")[:LONGEST])
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    _take(account, challenge, "make")
    with _refused("passkey"):
        verified = webauthn.verify_registration_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=party, expected_origin=origin
        )
    now = clock.now()
    item = Passkey(
        account.pk,
        _sk(verified.credential_id),
        name=name,
        credential=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        made_at=now,
    )
    try:
        storage.create(item, {Event.LAST_USE: now})
    except AlreadyThere as fault:
        raise FormErrors({"passkey": WRONG}) from fault


def question(account: Account) -> dict[str, Any]:
    """What a browser needs to use one (PublicKeyCredentialRequestOptionsJSON). Raises `Conflict`: there is none."""
    there = of_account(account.id)
    if not there:
        raise Conflict
    options = webauthn.generate_authentication_options(
        rp_id=relying_party()[0],
        allow_credentials=_descriptors(there),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    _remember(account, options.challenge, "give")
    return _as_json(options)


def give(account: Account, said: str) -> None:
    """Checks what a browser answered to `question`. Each answer works once. Raises `FormErrors`."""
    party, origin = relying_party()
    with _refused("code"):
        credential = parse_authentication_credential_json(said[:LONGEST])
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    _take(account, challenge, "give")
    item = storage.get(Passkey, account.pk, _sk(credential.raw_id), because="consent")
    if item is None:
        raise FormErrors({"code": WRONG})
    with _refused("code"):
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party,
            expected_origin=origin,
            credential_public_key=item.public_key,
            credential_current_sign_count=int(item.sign_count),
        )
    seen = Passkey.sign_count.set(verified.new_sign_count), Passkey.used_at.set(clock.now())
    try:
        storage.update(item, *seen, because="consent")
    except Changed as fault:
        raise FormErrors({"code": WRONG}) from fault


def find(account: Account, identifier: str) -> Passkey | None:
    """One of the account's, by the end of its key."""
    return next((one for one in of_account(account.id) if one.id == identifier), None)


def challenges(account: str) -> Iterator[FactorChallenge]:
    """What was asked of the account's browsers and not answered yet."""
    yield from storage.query(FactorChallenge, f"account#{account}", "challenge#", because="storage")


def relying_party() -> tuple[str, str]:
    """Id and origin (WebAuthn 5.1.3). An address that is no name can't be one: a laptop is reached as localhost."""
    base = urlsplit(settings.get("BASE_URL"))
    name = base.hostname or ""
    if _is_loopback(name):
        name = "localhost"
    port = f":{base.port}" if base.port else ""
    return name, f"{base.scheme}://{name}{port}"


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _remember(account: Account, challenge: bytes, purpose: Purpose) -> None:
    item = FactorChallenge(account.pk, _challenge_sk(challenge), purpose=purpose)
    storage.create(item, {Event.COLLECTED: clock.now()})


def _take(account: Account, challenge: bytes, purpose: Purpose) -> None:
    """Raises `FormErrors` for one that was not asked, not of this account, not for this, or was answered before."""
    field = "passkey" if purpose == "make" else "code"
    found = storage.get(FactorChallenge, account.pk, _challenge_sk(challenge))
    if found is None or found.purpose != purpose:
        raise FormErrors({field: WRONG})
    try:
        with Transaction() as write:
            write.delete(found)
    except Changed as fault:
        raise FormErrors({field: WRONG}) from fault


@contextmanager
def _refused(field: str) -> Iterator[None]:
    try:
        yield
    except _NONSENSE as fault:
        raise FormErrors({field: WRONG}) from fault


def _descriptors(there: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential) for one in there]


def _sk(credential: bytes) -> str:
    return f"factor#passkey#{keyed.opaque('passkey', credential.hex())[:32]}"


def _challenge_sk(challenge: bytes) -> str:
    return f"challenge#{keyed.opaque('challenge', challenge.hex())[:32]}"


def _as_json(options: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return made
