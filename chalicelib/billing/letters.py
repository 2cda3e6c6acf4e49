"""The mails of billing, each in the language of who ordered."""

from typing import Any

from chalicelib import pages
from chalicelib.accounts.models import Account
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Attachment, Mail

from . import days, matter, profiles, terms
from .links import address, paying
from .models import Invoice, Order
from .rules import Subscription


def invoice(issued: Invoice) -> None:
    """The invoice, or the credit note, to where the company wanted its invoices."""
    kind = "credit" if issued.credits else "invoice"
    about = matter.of_invoice(issued)
    name = f"{'avoir' if issued.credits else 'facture'}-{issued.number}.pdf"
    _send(
        "invoice",
        about.buyer.email,
        about.language,
        Attachment(name, "application", "pdf", issued.pdf),
        number=issued.number,
        gross=issued.gross,
        kind=kind,
        link_to=address("/subscription"),
    )


def payment_link(order: Order) -> None:
    """The link by which an order is paid, to where the company wants its invoices."""
    buyer = profiles.from_json(order.billing)
    link = address(paying(order.reference))
    _send("payment_link", buyer.email, order.language, link_to=link, gross=order.gross, buyer=buyer.name)


LINKS = {
    "payment_due": "/subscription/order?renew=1",
    "subscription_over": "/subscription/order",
    "debit_announced": "/subscription",
}


def about_term(name: str, admin: Account, held: Subscription, last4: str) -> None:
    """A term that ends, is to be debited, or is over: to who administers the company. ``name``: of the mail."""
    choice = held.next or held.choice
    values: dict[str, Any] = {
        "ends": days.noon(held.ends),
        "grace_ends": days.noon(terms.grace_end(held.ends)),
        "price": str(choice.price),
        "link_to": address(LINKS[name]),
        "last4": last4,
        "over": days.today() >= held.ends,
    }
    _send(name, admin.email, admin.language, **values)


def _send(name: str, to: str, language: str, attachment: Attachment | None = None, **values: object) -> None:
    letter = pages.render_mail(name, [pages.Reader(pages.pick_language(None, None, language))], **values)
    mailing.post([Mail(to=to, letter=letter, purpose=name, attachment=attachment)])
