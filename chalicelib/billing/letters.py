"""The mails of billing, each in the language of who ordered."""

from chalicelib import pages
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Attachment, Mail

from . import profiles
from .links import address
from .models import Invoice, Order


def invoice(order: Order, issued: Invoice) -> None:
    """The invoice, or the credit note, to where the company wants its invoices."""
    kind = "credit" if issued.credits else "invoice"
    to = profiles.from_json(order.billing).email
    name = f"{'avoir' if issued.credits else 'facture'}-{issued.number}.pdf"
    _send(
        "invoice",
        to,
        order.language,
        Attachment(name, "application", "pdf", issued.pdf),
        number=issued.number,
        gross=issued.gross,
        kind=kind,
        link_to=address("/subscription"),
    )


def _send(name: str, to: str, language: str, attachment: Attachment | None = None, **values: object) -> None:
    letter = pages.render_mail(name, [pages.Reader(pages.pick_language(None, None, language))], **values)
    mailing.post([Mail(to=to, letter=letter, purpose=name, attachment=attachment)])
