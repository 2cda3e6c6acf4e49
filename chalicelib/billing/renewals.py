"""The next term: debited from a stored card where that was wished, else by a link in a mail; reminders; then rest.

Nothing is deleted when nobody pays: after the grace period what is there can be read.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from chalicelib import clock, log, storage
from chalicelib.accounts import members, roles
from chalicelib.accounts.models import Account, Member
from chalicelib.accounts.models import Subscription as Kept
from chalicelib.accounts.roles import Power
from chalicelib.gateways.monetico import MoneticoError, Refused, Unreachable
from chalicelib.storage import Changed

from . import bank, cards, contracts, days, letters, ordering, profiles, rules, settling, subscriptions, terms
from .models import CardOnFile, Order
from .rules import Subscription
from .settling import Evidence
from .terms import Standing


def renew_due() -> int:
    """Reminds, debits, or does nothing, for every subscription whose day has come. Returns how many were looked at."""
    today = days.today()
    due = list(storage.listed(Kept, subscriptions.LISTED, until=today.isoformat(), limit=200, because="consent"))
    for item in due:
        look_at(item, today)
    return len(due)


def look_at(item: Kept, today: date) -> None:
    """What is to be done for one subscription today, once; then its next day."""
    stored = subscriptions.read(item)
    if stored is None:
        return
    held = stored.on(today)
    if held != stored and not _moved_on(item, held):
        return
    company = str(item.pk).partition("#")[2]
    told = date.fromisoformat(item.told) if item.told else None
    debited = date.fromisoformat(item.debited) if item.debited else None
    if held.standing(today) in (Standing.ENDED, Standing.READ_ONLY):
        contracts.ended(company)
        cards.remove(company, "subscription over")  # it was kept to renew
        if _noted(item, today, None):
            _tell(company, "subscription_over", held)
        return
    if held.ending or held.prepaid or not terms.reminder_due(held.ends, told, today):
        _noted(item, told, subscriptions.next_day(held, today))
        return
    if not _noted(item, today, subscriptions.next_day(held, today)):
        return  # another run was faster
    card = cards.of(company) if bank.renews_by_itself() else None
    if card is None:
        _tell(company, "payment_due", held)
    elif today < held.ends:
        _tell(company, "debit_announced", held, last4=card.last4)
    elif debited is None or debited < held.ends:
        _debit(item, company, held, card, today)
    else:
        _tell(company, "payment_due", held)


def _moved_on(item: Kept, held: Subscription) -> bool:
    """A term that was paid ahead begins; `False` when somebody else has noted something meanwhile."""
    try:
        storage.update(item, *subscriptions.changes(held), because="consent")
    except Changed:
        return False
    return True


def _noted(item: Kept, told: date | None, following: date | None) -> bool:
    """Notes what was done; `False` when somebody else has noted something meanwhile."""
    actions = [Kept.told.set(told.isoformat()) if told else Kept.told.remove()]
    if following is None:
        actions += [Kept.list_pk.remove(), Kept.list_sk.remove()]
    else:
        actions += [Kept.list_pk.set(subscriptions.LISTED), Kept.list_sk.set(following.isoformat())]
    try:
        storage.update(item, *actions, because="consent")
    except Changed:
        return False
    return True


def _debit(item: Kept, company: str, held: Subscription, card: CardOnFile, today: date) -> None:
    """One try to take the next term from the stored card. Whatever goes wrong leads to a link."""
    try:
        storage.update(item, Kept.debited.set(today.isoformat()), because="consent")
    except Changed:
        return
    placed = order_of_next(company, held, "stored")
    if placed is None or Decimal(placed.gross) > Decimal(card.total):
        _tell(company, "payment_due", held)  # a recurring order captures up to its own amount
        return
    amount = Decimal(placed.gross)
    try:
        captured = bank.services().capture(cards.capture_of(card, amount), days.moment(clock.now()))
    except (Refused, Unreachable) as fault:
        log.warning("debit_refused", fault=type(fault).__name__)
        _tell(company, "payment_due", held)
        return
    except MoneticoError as fault:
        log.warning("debit_unclear", fault=type(fault).__name__, reference=card.reference)
        settling.put_in_doubt(placed, "debit unclear")
        return  # it may have been taken: an operator asks the status before anybody pays again
    cards.took(company, amount)
    evidence = Evidence(
        reference=placed.reference,
        key=f"{placed.reference}*capture",
        result="captured",
        amount=amount,
        currency=settling.CURRENCY,
        paid_at=clock.now(),
        authorisation=captured.authorisation,
        brand=card.brand,
        last4=card.last4,
    )
    settling.settle(evidence, means="stored")


def order_of_next(company: str, held: Subscription, means: str) -> Order | None:
    """An order for the next term; `None` where nobody is left to order, or nothing known to invoice to."""
    change = rules.renewed(replace(held, ending=False), days.today())
    known, admin = profiles.of(company), admin_of(company)
    if change is None or known is None or admin is None:
        return None
    return ordering.place(admin, "renew", held, change, known[0], means)


def admin_of(company: str) -> Account | None:
    """Who is written to about a company's terms, and orders the next: who was given that role; else its owner, else an
    administrator; of several, whoever has been there for the longest time."""
    joined = {
        one.account: int(one.joined_at)
        for one in storage.query(Member, f"company#{company}", "member#", because="storage")
    }
    order = (roles.BILLING, roles.OWNER, roles.ADMINISTRATOR)
    found = [one for one in members.accounts_of(company) if roles.may(one.role, Power.PAY)]
    return min(found, key=lambda one: (order.index(roles.known(one.role)), joined.get(one.id, 0)), default=None)


def _tell(company: str, name: str, held: Subscription, last4: str = "") -> None:
    admin = admin_of(company)
    if admin is not None:
        letters.about_term(name, admin, held, last4)
