"""Who may open the console: a role given by hand, a second factor (TOTP, RFC 6238), every look and act written down.

python -m chalicelib.rights.officers grant anne@example.fr                the data protection officer
python -m chalicelib.rights.officers grant anne@example.fr operator       who looks after subscriptions and payments
python -m chalicelib.rights.officers grant anne@example.fr dpo,operator   both
python -m chalicelib.rights.officers revoke anne@example.fr
"""

import secrets
import sys
from collections.abc import Sequence

from chalicelib import clock, log, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import totp
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _
from chalicelib.register.events import Event
from chalicelib.sessions import Session
from chalicelib.storage import Changed, keys
from chalicelib.storage.sealing import DataKey

from .records import ConsoleAccess, ConsoleVisit, Officer

DPO, OPERATOR = "dpo", "operator"
ROLES = (DPO, OPERATOR)
WRONG = _("Ce code n’est pas le bon, ou il a déjà servi.")


def grant(account: str, role: str = DPO) -> None:
    """Gives an account a role, or several with commas between; the second factor is set up at the first visit. An
    earlier one is void."""
    revoke(account)
    now = clock.now()
    item = Officer(f"officer#{account}", "officer", role=role, granted_at=now)
    item.secret = totp.new_secret()
    storage.create(item, {Event.LAST_USE: now}, key=_key(account))
    log.info("officer_granted", officer=account)


def revoke(account: str) -> None:
    """Takes the role away; nothing happens to who has none."""
    item = find(account)
    if item is not None:
        storage.delete(item)
        log.info("officer_revoked", officer=account)


def find(account: str) -> Officer | None:
    """The officer an account is."""
    return storage.get(Officer, f"officer#{account}", "officer", key=_key(account))


def has_role(account: str, role: str) -> bool:
    """Whether an account is an officer with this role."""
    found = find(account)
    return found is not None and role in str(found.role).split(",")


def enrolment(officer: Officer, email: str) -> str:
    """The ``otpauth:`` address for an authenticator, shown until the first code was given; empty afterwards."""
    if officer.confirmed_at:
        return ""
    return totp.address(officer.secret, email)


def give_code(officer: Officer, session: Session, code: str) -> None:
    """Opens the console for this session, four hours. A code works once. Raises `FormErrors`."""
    now = clock.now()
    step = totp.matching_step(officer.secret, code, int(officer.last_step), now)
    if step is None:
        raise FormErrors({"code": WRONG})
    used = Officer.last_step.set(step), Officer.confirmed_at.set(officer.confirmed_at or now)
    try:
        storage.happened(officer, Event.LAST_USE, now, *used, condition=Officer.last_step < step)
    except Changed as fault:
        raise FormErrors({"code": WRONG}) from fault
    visit = ConsoleVisit(_visit(session), "visit", officer=_account(officer), at=now)
    old = storage.get(ConsoleVisit, visit.pk, visit.sk)
    if old is not None:
        storage.delete(old)
    storage.create(visit, {Event.COLLECTED: now})


def entered(session: Session, account: str) -> bool:
    """Whether this session of this officer gave the second factor, and the role still stands."""
    visit = storage.get(ConsoleVisit, _visit(session), "visit")
    return visit is not None and visit.officer == account and find(account) is not None


def write_down(officer: str, what: str) -> None:
    """One look or act in the console: ``GET /console/requests/…``."""
    now = clock.now()
    order = f"{int(clock.precise_now() * 1_000_000):018d}#{secrets.token_hex(2)}"
    line = ConsoleAccess(f"access#{officer}", order, officer=officer, what=what, at=now)
    line.list_pk, line.list_sk = "accesses", order
    storage.create(line, {Event.LAST_USE: now})


def accesses(most: int = 200) -> list[ConsoleAccess]:
    """The latest looks and acts."""
    return list(storage.listed(ConsoleAccess, "accesses", newest_first=True, limit=most))


def main(arguments: Sequence[str]) -> int:
    """0 when done; 2 for a wrong command or an address without an account."""
    verb, email, role = (*arguments, "", "", "")[:3]
    known = (verb == "grant" and set((role or DPO).split(",")) <= set(ROLES)) or (verb == "revoke" and not role)
    if len(arguments) not in (2, 3) or not known:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    account = accounts.by_email(email)
    if account is None:
        sys.stderr.write("There is no account with this address.\n")
        return 2
    if verb == "grant":
        grant(account.id, role or DPO)
    else:
        revoke(account.id)
    return 0


def _visit(session: Session) -> str:
    return f"visit#{session.pk.partition('#')[2]}"


def _account(officer: Officer) -> str:
    return str(officer.pk).partition("#")[2]


def _key(account: str) -> DataKey:
    return keys.standing_key(f"officer#{account}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
