"""The proof of what was agreed: which offer, for which days, at which terms, who ordered, who pays.

One per order that somebody placed. The clock of five years starts when the subscription ends; from then on the proof
lies in the archive (register row `contract`).
"""

from datetime import date

from chalicelib import clock, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.documents import document
from chalicelib.accounts.models import Contract
from chalicelib.register.events import Event
from chalicelib.storage import Transaction

from . import profiles, subscriptions
from .models import Order
from .offers import OFFERS


def signed(write: Transaction, order: Order, begins: date, ends: date) -> None:
    """With the payment: what the order was about. A debit of a stored card signs nothing new."""
    signatory = accounts.find(order.account, because="consent")
    if order.means == "stored" or signatory is None:
        return
    terms, buyer = document("terms"), profiles.from_json(order.billing)
    choice = subscriptions.paid_by(order.target, order.act)
    accepted = terms.record() if terms.version == order.terms else {"name": "terms", "version": order.terms}
    now = clock.now()
    contract = Contract(
        f"company#{order.company}",
        f"contract#{int(order.placed_at):012d}#{order.reference}",
        company=order.company,
        account=order.account,
        company_name=buyer.name,
        signatory=f"{signatory.first_name} {signatory.name}",
        signatory_email=order.email,
        documents=[accepted],
        accepted_at=int(order.placed_at),
        offer=f"{OFFERS[choice.offer].name.fr}, {choice.seats} × {choice.period.value} mois, {order.net} EUR HT",
        term=f"{begins.isoformat()}/{ends.isoformat()}",
        billing=", ".join(filter(None, (buyer.address, buyer.postal_code, buyer.city, buyer.country, buyer.siren))),
    )
    write.create(contract, {Event.COLLECTED: now})


def ended(company: str) -> None:
    """The subscription is over: what was agreed for it goes to the archive, to be proved five years long."""
    for contract in list(storage.query(Contract, f"company#{company}", "contract#", because="storage")):
        if contract.offer and Event.TERMINATED not in contract.moments():
            storage.happened(contract, Event.TERMINATED, clock.now(), because="storage")
