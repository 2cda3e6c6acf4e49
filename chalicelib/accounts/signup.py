"""Registering: asked for on a page, confirmed from a mail."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib import clock, keyed, sessions, storage
from chalicelib.errors import FormErrors, Gone
from chalicelib.errors import mark as _
from chalicelib.pages import Language
from chalicelib.register.events import Event
from chalicelib.storage import Changed, Transaction
from chalicelib.words import DEFAULT_ZONE, zones

from . import actions, hashing, letters, links, roles, tries
from .documents import document
from .models import Account, Company, Contract, Login, Member, SignUp, Subscription
from .rules import LONGEST_COMPANY, RESET_WITHIN, TRIAL, VERIFY_WITHIN, Checked, first_name, last_name

SIGNED = ("terms", "processor_agreement")
"""The documents whoever opens a company's account accepts in its name."""


@dataclass(frozen=True)
class Wanted:
    """A registration as its form asks for it, every field checked."""

    first_name: str
    name: str
    email: str
    password: str
    company: str
    privacy_contact: str
    language: Language
    timezone: str


def read(form: Mapping[str, str], language: Language) -> Wanted:
    """The registration in a form. Raises `FormErrors`."""
    check = Checked(form)
    first, name = first_name(check), last_name(check)
    company = check.text("company", _("Indiquez le nom de votre entreprise."), LONGEST_COMPANY)
    email = check.email("email")
    password = check.new_password("password", (first, name, company, email))
    contact = check.email("privacy_contact", default=email) if form.get("privacy_contact") else email
    check.accepted("terms", _("Acceptez les conditions d’utilisation pour continuer."))
    check.accepted("dpa", _("Acceptez l’accord de sous-traitance pour continuer."))
    check.done()
    return Wanted(first, name, email, password, company, contact, language, known_zone(form.get("timezone", "")))


def known_zone(name: str) -> str:
    """The IANA zone called so, else that of Paris."""
    return name if name in zones() else DEFAULT_ZONE


def ask(wanted: Wanted, browser: str) -> None:
    """Sends the link that confirms the address; to an address with an account, a reminder of it.

    ``browser``: the secret of the browser that asks; another one must give the password to confirm.

    Either way: one password hashed, one link stored, one mail. Raises `TooMany`.
    """
    tries.on_account("signup", wanted.email)
    password_hash = hashing.hashed(wanted.password)
    account = actions.by_email(wanted.email)
    if account is None:
        letters.verify(wanted.email, wanted.language, _remember(wanted, password_hash, browser))
    else:
        letters.already_registered(account, links.issue(links.RESET, account.id, account.email, RESET_WITHIN))


def asked(token: str) -> SignUp:
    """The registration a link is about. Raises `Gone`."""
    found = storage.get(SignUp, links.key(token), "signup")
    if found is None:
        raise Gone(_("Ce lien a déjà servi ou n’est plus valable. Connectez-vous, ou recommencez l’inscription."))
    return found


def asked_here(wanted: SignUp, browser: str) -> bool:
    """Whether this browser asked for the registration."""
    return keyed.same(wanted.browser, _known_as(browser))


def confirm(token: str, browser: str, password: str) -> Account:
    """Opens the account and its company, and notes the contract: all of it or nothing.

    In another browser than the one that asked, the password proves that the same person confirms: otherwise a stranger
    could register somebody's address and own the account once its owner presses the button. Raises `Gone`,
    `FormErrors`, `TooMany`.
    """
    wanted, now = asked(token), clock.now()
    if not asked_here(wanted, browser):
        tries.on_account("signin", wanted.email)
        if not hashing.matches(wanted.password_hash, password):
            raise FormErrors({"password": _("Ce n’est pas le mot de passe choisi à l’inscription.")})
    company = keyed.new_id()
    account = opened(wanted, company, roles.OWNER)
    used = {Event.LAST_USE: now}
    try:
        with Transaction() as write:
            create_account(write, account)
            write.create(_company(wanted, company, now), used)
            write.create(Subscription(f"company#{company}", "subscription", plan=TRIAL, since=now), used)
            write.create(_contract(wanted, account), {})
            write.delete(wanted)
    except Changed as fault:  # used twice at once, or another link for the same address was faster
        raise Gone(links.USED_UP) from fault
    return account


def opened(wanted: SignUp, company: str, role: str) -> Account:
    """The account of a registration whose address is confirmed now; nothing is written."""
    now = clock.now()
    return Account(
        f"account#{keyed.new_id()}",
        "account",
        email=wanted.email,
        first_name=wanted.first_name,
        name=wanted.name,
        password_hash=wanted.password_hash,
        company=company,
        role=role,
        language=wanted.language,
        timezone=wanted.timezone,
        verified_at=now,
        created_at=now,
        policy_version=wanted.policy_version,
    )


def create_account(write: Transaction, account: Account) -> None:
    """Writes an account, its membership and the look-up of its address, which fails when the address has one."""
    used = {Event.LAST_USE: int(account.created_at)}
    member = Member(
        f"company#{account.company}",
        f"member#{account.id}",
        account=account.id,
        role=account.role,
        joined_at=account.created_at,
    )
    write.create(account, used)
    write.create(Login(actions.login_key(account.email), "login", account=account.id), used)
    write.create(member, used)


def _remember(wanted: Wanted, password_hash: str, browser: str) -> str:
    token, now = sessions.new_token(), clock.now()
    item = SignUp(
        links.key(token),
        "signup",
        email=wanted.email,
        first_name=wanted.first_name,
        name=wanted.name,
        password_hash=password_hash,
        company_name=wanted.company,
        privacy_contact=wanted.privacy_contact,
        documents=[document(name).record() for name in SIGNED],
        language=wanted.language,
        timezone=wanted.timezone,
        accepted_at=now,
        policy_version=document("policy").version,
        browser=_known_as(browser),
    )
    storage.create(item, {Event.COLLECTED: now}, limit=VERIFY_WITHIN)
    return token


def _known_as(browser: str) -> str:
    return keyed.opaque("signup-browser", browser)


def _company(wanted: SignUp, company: str, now: int) -> Company:
    return Company(
        f"company#{company}",
        "company",
        name=wanted.company_name,
        privacy_contact=wanted.privacy_contact,
        created_at=now,
    )


def _contract(wanted: SignUp, account: Account) -> Contract:
    return Contract(
        f"company#{account.company}",
        f"contract#{wanted.accepted_at:012d}",
        company=account.company,
        account=account.id,
        company_name=wanted.company_name,
        signatory=f"{wanted.first_name} {wanted.name}",
        signatory_email=wanted.email,
        documents=wanted.documents,
        accepted_at=wanted.accepted_at,
    )
