"""A company and the people in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib import clock, sessions, storage
from chalicelib.errors import Conflict, FormErrors, Gone, NotAllowed, NotFound
from chalicelib.errors import mark as _
from chalicelib.pages import Language
from chalicelib.register.events import Event
from chalicelib.storage import Changed

from . import actions, hashing, letters, links, ownership, plans, proving, roles, suspension, tries
from .documents import document
from .models import Account, Company, Member, MemberInvitation, SignUp
from .roles import Power
from .rules import JOIN_WITHIN, LONGEST_COMPANY, Checked, first_name, last_name
from .signup import create_account, known_zone, opened

TAKEN = _("Un compte existe déjà avec cette adresse : fermez-le d’abord, ou faites-vous inviter à une autre.")
FULL = _(
    "Toutes les places sont prises. Qui administre l’entreprise peut en ajouter à la page « Abonnement », ou retirer "
    "un membre."
)


OWNERS = _("Cette personne est propriétaire de l’entreprise : elle doit d’abord la transmettre.")


@dataclass(frozen=True)
class Person:
    """A member of a company, or who is invited to be one (``pending``; ``id`` is then the invitation's)."""

    id: str
    name: str
    email: str
    role: str
    pending: bool
    you: bool


def people(account: Account) -> list[Person]:
    """The account's company: members by name, then who is invited."""
    members = [
        Person(one.id, f"{one.first_name} {one.name}", one.email, roles.known(one.role), False, one.id == account.id)
        for one in accounts_of(account.company)
        if not one.frozen or one.id == account.id  # restricted: no display (art. 18)
    ]
    pending = [Person(one.id, "", one.email, roles.known(one.role), True, False) for one in _invited(account.company)]
    return sorted(members, key=lambda person: person.name.casefold()) + pending


def accounts_of(company: str) -> list[Account]:
    """The accounts of a company's members."""
    members = storage.query(Member, f"company#{company}", "member#", because="storage")
    found = (actions.find(member.account, because="storage") for member in members)
    return [account for account in found if account is not None]


def change_company(admin: Account, form: Mapping[str, str]) -> None:
    """New name or privacy contact. Raises `FormErrors`, `NotAllowed`."""
    require(admin, Power.RULES)
    check = Checked(form)
    name = check.text("name", _("Indiquez le nom de votre entreprise."), LONGEST_COMPANY)
    contact = check.email("privacy_contact")
    check.done()
    company = actions.company_of(admin)
    if company is None:
        raise NotFound
    try:
        storage.update(company, Company.name.set(name), Company.privacy_contact.set(contact))
    except Changed as fault:
        raise Conflict from fault


def invite(admin: Account, form: Mapping[str, str]) -> str:
    """Invites a colleague by e-mail; an earlier invitation of the same address is void. Returns the address.

    Raises `FormErrors`, `NotAllowed`, `TooMany`.
    """
    require(admin, Power.MEMBERS)
    check = Checked(form)
    email = check.email("email")
    role = check.one_of("role", roles.GIVEN, _("Choisissez un rôle."))
    check.done()
    if any(one.email.casefold() == email.casefold() for one in accounts_of(admin.company)):
        raise FormErrors({"email": _("Cette personne fait déjà partie de l’entreprise.")})
    earlier = [one for one in _invited(admin.company) if one.email.casefold() == email.casefold()]
    if not earlier and _is_full(admin.company):
        raise FormErrors({"email": FULL})
    tries.on_account("invite", admin.company)
    for one in earlier:
        storage.delete(one)
    _invite(admin, email, role)
    return email


def resend(admin: Account, identifier: str) -> str:
    """Sends an invitation again, with a new link; the old one is void. Returns the address. Raises as `invite`."""
    old = pending(admin, identifier)
    return invite(admin, {"email": old.email, "role": roles.known(old.role)})


def withdraw(admin: Account, identifier: str) -> str:
    """Takes an invitation back. Returns the address. Raises `NotAllowed`, `NotFound`."""
    invitation = pending(admin, identifier)
    storage.delete(invitation)
    return str(invitation.email)


def pending(admin: Account, identifier: str) -> MemberInvitation:
    """An open invitation of the administrator's company. Raises `NotAllowed`, `NotFound`."""
    require(admin, Power.MEMBERS)
    for invitation in _invited(admin.company):
        if invitation.id == identifier:
            return invitation
    raise NotFound


def invited(token: str) -> MemberInvitation:
    """The invitation of a link. Raises `Gone`."""
    invitation = storage.get(MemberInvitation, links.key(token), "member")
    if invitation is None:
        raise Gone(_("Cette invitation a déjà servi ou n’est plus valable. Demandez-en une autre à votre collègue."))
    return invitation


def join(token: str, form: Mapping[str, str], language: Language) -> Account:
    """Opens the account of an invited colleague. Raises `FormErrors`, `Gone`."""
    invitation = invited(token)
    check = Checked(form)
    first, name = first_name(check), last_name(check)
    password = check.new_password("password", (first, name, invitation.email, invitation.company_name))
    check.accepted("terms", _("Acceptez les conditions d’utilisation pour continuer."))
    check.done()
    if len(accounts_of(invitation.company)) >= plans.of(invitation.company).members:
        raise FormErrors({"": FULL})
    wanted = SignUp(
        email=invitation.email,
        first_name=first,
        name=name,
        password_hash=hashing.hashed(password),
        language=language,
        timezone=known_zone(form.get("timezone", "")),
        policy_version=document("policy").version,
    )
    account = opened(wanted, invitation.company, roles.known(invitation.role))
    if actions.company_of(account) is None:  # closed meanwhile
        raise Gone(links.USED_UP)
    if actions.by_email(invitation.email) is not None:
        raise FormErrors({"": TAKEN})  # only who reads this address's mail gets here
    try:
        with storage.Transaction() as write:
            create_account(write, account)
            write.delete(invitation)
    except Changed as fault:
        raise Gone(links.USED_UP) from fault
    return account


def require(account: Account, power: Power) -> None:
    """Raises `NotAllowed` for who has no role with this power."""
    if not roles.may(account.role, power):
        raise NotAllowed


def colleague(admin: Account, identifier: str) -> Account:
    """Another member of the same company, whom the role allows to remove or change. Raises `NotAllowed`, `NotFound`."""
    require(admin, Power.MEMBERS)
    found = another(admin, identifier)
    if not roles.may_touch(admin.role, found.role):
        raise NotAllowed(OWNERS)
    return found


def another(account: Account, identifier: str) -> Account:
    """Another member of the same company. Raises `NotFound`: people of other companies look like nobody."""
    found = actions.find(identifier)
    if found is None or found.company != account.company or found.id == account.id:
        raise NotFound
    return found


def give_role(admin: Account, identifier: str, form: Mapping[str, str]) -> Account:
    """Gives a colleague another role. Returns the colleague. Raises `Conflict`, `FormErrors`, `NotAllowed`,
    `NotFound`."""
    found = colleague(admin, identifier)
    check = Checked(form)
    role = check.one_of("role", roles.GIVEN, _("Choisissez un rôle."))
    check.done()
    ownership.change_role(found, role)
    return found


def hand_over(owner: Account, form: Mapping[str, str]) -> Account:
    """Hands the company to a colleague; the password says that it is meant. Returns the new owner.

    Raises `Conflict`, `FormErrors`, `NotAllowed`, `TooMany`.
    """
    require(owner, Power.OWN)
    found = next((one for one in accounts_of(owner.company) if one.id == form.get("to") and one.id != owner.id), None)
    if found is None or found.frozen:
        raise FormErrors({"to": _("Choisissez la personne à qui transmettre l’entreprise.")})
    proving.require(owner, form)
    ownership.hand_over(owner, found)
    letters.owner_now(found, owner, actions.company_name(owner))
    return found


def _invite(admin: Account, email: str, role: str) -> None:
    suspension.require_none(admin.company)
    token, now, company = sessions.new_token(), clock.now(), actions.company_name(admin)
    invitation = MemberInvitation(
        links.key(token),
        "member",
        company=admin.company,
        company_name=company,
        email=email,
        role=role,
        invited_by=admin.id,
    )
    invitation.list_pk, invitation.list_sk = f"invited#{admin.company}", f"{now:012d}"
    storage.create(invitation, {Event.COLLECTED: now}, limit=JOIN_WITHIN)
    letters.member_invitation(email, admin, company, token)


def _invited(company: str) -> list[MemberInvitation]:
    return list(storage.listed(MemberInvitation, f"invited#{company}"))


def _is_full(company: str) -> bool:
    return len(accounts_of(company)) + len(_invited(company)) >= plans.of(company).members
