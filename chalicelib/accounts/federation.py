"""Signing in through the company's own identity provider (OpenID Connect, code flow with PKCE).

It signs members in, it makes none: who comes must be a member at an address the provider has verified. The company's
owner alone names the provider, since whoever does can sign in as any member; Iboo's own second factor is asked as ever.
Why so: docs/decisions/0156.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chalicelib import clock, keyed, log, sessions, settings, storage
from chalicelib.errors import FormErrors, Gone, NotFound
from chalicelib.errors import mark as _
from chalicelib.gateways import openid
from chalicelib.gateways.outside import NotDelivered
from chalicelib.register.events import Event
from chalicelib.storage import Changed, Transaction, keys
from chalicelib.storage.sealing import DataKey

from . import actions, links, proving
from .factor_models import FederatedStep
from .members import require
from .models import Account, Federation
from .roles import Power

PATH = "/signin/company"
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
LEEWAY = 120
"""Seconds by which the provider's clock may differ. Our choice."""
LONGEST = 500
UNREADABLE = _("Ce fournisseur ne répond pas comme OpenID Connect le veut : vérifiez l’adresse de l’émetteur.")
NEEDED = _("Indiquez-le comme votre fournisseur le donne.")
AWAY = _("Le fournisseur d’identité de votre entreprise ne répond pas. Réessayez, ou connectez-vous par mot de passe.")
REFUSED = _("Votre fournisseur d’identité n’a pas confirmé la connexion. Recommencez, ou utilisez votre mot de passe.")
NO_MEMBER = _(
    "Votre fournisseur d’identité ne confirme pas d’adresse qui soit celle d’un membre de l’entreprise. Connectez-vous "
    "par mot de passe, ou faites-vous inviter à cette adresse."
)


class Refused(FormErrors):
    """The provider's answer signs nobody in: one sentence, for the page to sign in."""

    def __init__(self, sentence: str) -> None:
        super().__init__({"": sentence})


@dataclass(frozen=True)
class Provider:
    """What its discovery document says."""

    issuer: str
    authorization: str
    token: str
    keys: str


def of(company: str) -> Federation | None:
    """The company's provider, if it has one; also while restricted: it lets its people in."""
    return storage.get(Federation, f"company#{company}", "federation", because="consent", key=_key(company))


def link(company: str) -> str:
    """Where the company's members sign in by it."""
    return f"{settings.get('BASE_URL')}{PATH}/{company}"


def return_address() -> str:
    """Where the provider sends them back: to be registered with it."""
    return f"{settings.get('BASE_URL')}{PATH}"


def change(owner: Account, form: Mapping[str, str]) -> None:
    """Names the provider, or another one; a secret left empty stays. Raises `FormErrors`, `NotAllowed`, `TooMany`."""
    require(owner, Power.OWN)
    known = of(owner.company)
    issuer, client = form.get("issuer", "").strip().rstrip("/"), form.get("client_id", "").strip()
    secret = form.get("client_secret", "").strip() or (known.secret if known else "")
    wrong = {} if 0 < len(client) <= LONGEST else {"client_id": NEEDED}
    if not 0 < len(secret) <= LONGEST:
        wrong["client_secret"] = NEEDED
    try:
        _discovered(issuer[:LONGEST])
    except NotDelivered:
        wrong["issuer"] = UNREADABLE
    if wrong:
        raise FormErrors(wrong)
    proving.require(owner, form)
    now = clock.now()
    if known is not None:
        storage.delete(known)
    item = Federation(f"company#{owner.company}", "federation", issuer=issuer, client_id=client, changed_at=now)
    item.secret = secret
    storage.create(item, {Event.LAST_USE: now}, key=_key(owner.company))


def remove(owner: Account, form: Mapping[str, str]) -> None:
    """From now on passwords alone sign in. Raises `FormErrors`, `NotAllowed`, `NotFound`, `TooMany`."""
    require(owner, Power.OWN)
    known = of(owner.company)
    if known is None:
        raise NotFound
    proving.require(owner, form)
    storage.delete(known)


def begin(company: str, browser: str) -> str:
    """The provider's address for a browser that wants to sign in, good for ten minutes. Raises `NotFound` for a company
    without one, `Refused` when it is away."""
    known = of(company)
    if known is None:
        raise NotFound
    try:
        provider = _discovered(known.issuer)
    except NotDelivered as fault:
        log.warning("federation_away", reason=fault.reason)
        raise Refused(AWAY) from fault
    state, nonce, verifier = (sessions.new_token() for _part in range(3))
    step = FederatedStep(
        links.key(state), "federated", company=company, browser=_known_as(browser), nonce=nonce, verifier=verifier
    )
    storage.create(step, {Event.COLLECTED: clock.now()})
    asked = {
        "response_type": "code",
        "client_id": known.client_id,
        "redirect_uri": return_address(),
        "scope": "openid email",
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier),  # type: ignore[no-untyped-call]
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(provider.authorization).query else "?"
    return f"{provider.authorization}{joint}{urlencode(asked)}"


def finish(answer: Mapping[str, str], browser: str) -> Account:
    """The member that the provider's answer signs in; it works once, in the browser that began. Raises `Refused`,
    `Gone`."""
    step = _step(answer.get("state", ""), browser)
    known = of(step.company)
    code = answer.get("code", "")
    if known is None or not code or answer.get("iss", known.issuer) != known.issuer:
        raise Refused(REFUSED)
    try:
        provider = _discovered(known.issuer)
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": return_address(),
            "code_verifier": step.verifier,
        }
        tokens = openid.exchange(provider.token, fields, known.client_id, known.secret)
        claims = _claims(str(tokens.get("id_token", "")), provider, known.client_id, step.nonce)
    except NotDelivered as fault:
        log.warning("federation_away", reason=fault.reason)
        raise Refused(AWAY) from fault
    except (JoseError, ValueError, TypeError, KeyError) as fault:
        log.warning("federation_refused", reason=type(fault).__name__)
        raise Refused(REFUSED) from fault
    email = claims.get("email")
    account = actions.by_email(email) if isinstance(email, str) and claims.get("email_verified") is True else None
    if account is None or account.company != step.company:
        raise Refused(NO_MEMBER)
    return account


def _discovered(issuer: str) -> Provider:
    """Raises `NotDelivered`: also for a document of another issuer, which could mix two up (RFC 9700, 4.4)."""
    found = openid.get(f"{issuer}/.well-known/openid-configuration")
    try:
        OpenIDProviderMetadata(found).validate()
    except ValueError as fault:
        raise NotDelivered("no provider") from fault
    if str(found["issuer"]).rstrip("/") != issuer:
        raise NotDelivered("another issuer")
    return Provider(
        str(found["issuer"]),
        str(found["authorization_endpoint"]),
        str(found.get("token_endpoint", "")),
        str(found["jwks_uri"]),
    )


def _claims(token: str, provider: Provider, client: str, nonce: str) -> dict[str, Any]:
    """Of an ID token that is signed by the provider, for us, now, for this sign-in (Core 1.0, 3.1.3.7)."""
    read = jwt.decode(token, KeySet.import_key_set(openid.get(provider.keys)), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]
    options = {"iss": {"essential": True, "value": provider.issuer}, "aud": {"essential": True, "value": client}}
    found = CodeIDToken(read.claims, read.header, options, {"nonce": nonce, "client_id": client})
    found.validate(now=clock.now(), leeway=LEEWAY)
    if found.get("nonce") != nonce:
        raise ValueError("another nonce")
    return dict(read.claims)


def _step(state: str, browser: str) -> FederatedStep:
    """The sign-in that waits for this answer, which is used up. Raises `Gone`."""
    found = storage.get(FederatedStep, links.key(state), "federated") if state else None
    if found is None or not keyed.same(found.browser, _known_as(browser)):
        raise Gone(_("Cette connexion a trop attendu. Recommencez."))
    try:
        with Transaction() as write:
            write.delete(found)
    except Changed as fault:
        raise Gone(links.USED_UP) from fault
    return found


def _known_as(browser: str) -> str:
    return keyed.opaque("federated-browser", browser)


def _key(company: str) -> DataKey:
    return keys.standing_key(f"federation#{company}")
