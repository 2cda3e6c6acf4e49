"""Giving money back: all of an invoice, or a part of it.

A refund is written down before the bank is asked, so that it can be taken up again wherever it stopped: asked → given →
credited, or failed. The bank is asked what it gave back so far before each try. The schedule, which alone may write
into the store of invoices, writes the credit note within a minute, in the transaction that closes the refund. What a
refund needs to know is in the invoice and in the archive of payments.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from chalicelib import clock, log, storage
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.gateways.monetico import CaptureLine, MoneticoError, Refused, Status, Unreachable
from chalicelib.gateways.monetico import Refund as BankRefund
from chalicelib.register.events import Event
from chalicelib.storage import AlreadyThere, Changed, Transaction

from . import bank, days, invoicing, letters, matter, vat
from .acts import Operator
from .models import REFUNDS, Invoice, Payment, Refund
from .money import rounded
from .vat import Totals

ASKED, GIVEN, CREDITED, FAILED = "asked", "given", "credited", "failed"
TRIES: Final = 20

NOT_BY_SERVICE = _(
    "La banque ne rembourse d’ici que les paiements par carte faits sur sa page. Remboursez par virement ou dans son "
    "espace commerçant, puis notez-le ici."
)
NO_EVIDENCE = _(
    "La preuve de ce paiement n’est plus là : six mois sont passés. Remboursez dans l’espace commerçant de la banque, "
    "puis notez-le ici."
)
NO_CAPTURE = _(
    "La banque ne connaît pas d’encaissement dont ce montant puisse être rendu. Regardez dans son espace commerçant."
)
REFUSED = _("La banque a refusé : %(why)s. Rien n’est rendu, aucun avoir n’est écrit.")
UNREACHABLE = _("La banque ne répond pas. Rien n’est rendu ; réessayez plus tard.")
UNCLEAR = _(
    "La banque n’a pas confirmé : le remboursement est peut-être fait. Reprenez-le plus tard, il ne sera pas fait deux "
    "fois."
)
OPEN = _("Un remboursement de cette facture est en cours : reprenez-le d’abord.")
AMOUNT = _("Indiquez un montant, jusqu’à ce qui n’est pas encore rendu.")


def left_of(invoice: Invoice) -> Decimal:
    """Euros of an invoice, VAT included, that nobody gave back or is about to."""
    pending = (Decimal(one.amount) for one in all_of(invoice.number) if one.state in (ASKED, GIVEN))
    return _uncredited(invoice).gross - sum(pending, Decimal(0))


def all_of(number: str) -> list[Refund]:
    """The refunds of an invoice of the last twelve months, in their order."""
    return list(storage.query(Refund, f"refund#{number}"))


def open_ones() -> list[Refund]:
    """Those whose credit note isn't written, oldest first."""
    return list(storage.listed(Refund, REFUNDS))


def refund(by: Operator, number: str, amount: str, noted: bool = False) -> None:
    """Gives ``amount`` (euros, VAT included) back; a credit note follows. ``noted``: it was done elsewhere.

    Raises `FormErrors`, `NotFound`.
    """
    invoice = _invoice(number)
    wanted = _amount(amount, left_of(invoice))
    earlier = all_of(number)
    if any(one.state in (ASKED, GIVEN) for one in earlier):
        raise FormErrors({"": OPEN})
    by.note("refund", number, f"{wanted} {'noted' if noted else 'at the bank'}", str(invoice.company))
    item = Refund(
        f"refund#{number}",
        f"{int(earlier[-1].sk) + 1 if earlier else 1:04d}",
        number=number,
        company=invoice.company,
        amount=str(wanted),
        noted=noted,
        state=ASKED,
        operator=by.name,
        reason=by.reason,
        at=clock.now(),
    )
    item.list_pk, item.list_sk = REFUNDS, f"{clock.now():012d}"
    try:
        storage.create(item, {Event.COLLECTED: clock.now()})
    except AlreadyThere as fault:
        raise FormErrors({"": OPEN}) from fault
    _carried_on(by, item, invoice)


def carry_on(by: Operator, number: str) -> None:
    """Takes up an invoice's refund the bank gave no clear answer to. Raises `FormErrors`, `NotFound`."""
    found = [one for one in all_of(number) if one.state == ASKED]
    if not found:
        raise NotFound
    by.note("refund_carried_on", number)
    _carried_on(by, found[0], _invoice(number))


def credit_due() -> int:
    """Writes the credit notes of what was given back; the schedule's act. Returns how many."""
    written = 0
    for item in open_ones():
        if item.state == GIVEN:
            try:
                written += _credit(item, _invoice(item.number))
            except Exception as fault:  # a setting is missing, say: the next minute tries again, the others don't wait
                log.fault("invoice_failed", fault, invoice=item.number)
    return written


def _carried_on(by: Operator, item: Refund, invoice: Invoice) -> None:
    if not item.noted:
        _give(by, item, invoice)
    _given(item)


def _give(by: Operator, item: Refund, invoice: Invoice) -> None:
    """The bank gives the money back, unless it has already. Raises `FormErrors`."""
    evidence = _evidence(by, item, invoice)
    wanted, services, status = Decimal(item.amount), bank.services(), None
    tried = item.before is not None
    try:
        ordered_on = matter.of_invoice(invoice).ordered_on
        status = services.status(invoice.reference, ordered_on, Decimal(invoice.gross))
        line = _capture(item, status, evidence)
        if tried and line.refunded >= Decimal(item.before or 0) + wanted:
            return  # the earlier try had worked
        # Written each time: of two who take it up at the same moment, one finds it changed and asks nothing.
        storage.update(item, Refund.before.set(str(item.before if tried else line.refunded)))
        services.refund(_order_to_bank(invoice, line, status, wanted, ordered_on), days.moment(clock.now()))
    except MoneticoError as fault:
        by.note("refund_failed", invoice.number, f"{type(fault).__name__}: {fault}", str(invoice.company))
        if (tried and status is None) or not isinstance(fault, Refused | Unreachable):
            log.warning("refund_unclear", fault=type(fault).__name__)
            raise FormErrors({"": UNCLEAR}) from fault
        _failed(item)
        raise FormErrors({"": REFUSED if isinstance(fault, Refused) else UNREACHABLE}, why=str(fault)) from fault


def _evidence(by: Operator, item: Refund, invoice: Invoice) -> Payment:
    """The payment in the archive. Raises `FormErrors` for what no service gives back; the refund has failed then."""
    if invoice.means != "card":
        _failed(item)
        raise FormErrors({"": NOT_BY_SERVICE})
    by.note("read_payments", invoice.reference, "for a refund", str(invoice.company))
    found = storage.get(Payment, f"payment#{invoice.reference}", "paid", because="legal claim")
    if found is None:
        _failed(item)
        raise FormErrors({"": NO_EVIDENCE})
    return found


def _capture(item: Refund, status: Status, evidence: Payment) -> CaptureLine:
    """The capture of the payment. Raises `FormErrors` when there is none; the refund has failed then."""
    total = Decimal(evidence.amount or 0)
    lines = [one for one in status.captures if one.captured_on and one.amount == total]
    mine = [one for one in lines if one.authorisation == evidence.authorisation] or lines
    before = None if not mine else mine[0].refunded if item.before is None else Decimal(item.before)
    if before is None or before + Decimal(item.amount) > total:
        _failed(item)
        raise FormErrors({"": NO_CAPTURE})
    return mine[0]


def _order_to_bank(
    invoice: Invoice, line: CaptureLine, status: Status, wanted: Decimal, ordered_on: date
) -> BankRefund:
    captured_on = line.captured_on
    assert captured_on is not None  # filtered in `_capture`
    return BankRefund(
        reference=invoice.reference,
        ordered_on=ordered_on,
        captured_on=captured_on,
        authorisation=line.authorisation,
        total=Decimal(invoice.gross),
        amount=wanted,
        possible=sum((one.amount - one.refunded for one in status.captures if one.amount), Decimal(0)),
    )


def _credit(item: Refund, invoice: Invoice) -> bool:
    """The credit note, in the transaction that closes the refund; `False` when somebody else has written it."""
    for _try in range(TRIES):
        current = storage.get(Refund, str(item.pk), str(item.sk))
        if current is None or current.state != GIVEN:
            return False
        totals = vat.part_of(matter.totals_of(invoice), Decimal(current.amount), _uncredited(invoice))

        def finish(write: Transaction, number: str, item: Refund = current) -> None:
            done = Refund.state.set(CREDITED), Refund.list_pk.remove(), Refund.list_sk.remove()
            write.update(item, *done, Refund.note.set(number))

        try:
            note = invoicing.credit(matter.credit_of(invoice, totals), finish)
        except Changed:
            continue
        letters.invoice(note)
        return True
    raise Changed("counter")


def _uncredited(invoice: Invoice) -> Totals:
    """What of an invoice no credit note takes back. The index of notes trails; a refund knows its own."""
    notes = {note.number: note for note in invoicing.notes_of(invoice)}
    for number in {str(one.note) for one in all_of(invoice.number) if one.note} - set(notes):
        if (found := invoicing.find(number)) is not None:
            notes[number] = found
    left = matter.totals_of(invoice)
    for note in notes.values():
        given = matter.totals_of(note)
        left = Totals(left.net - given.net, left.vat - given.vat, left.gross - given.gross)
    return left


def _invoice(number: str) -> Invoice:
    found = invoicing.find(number)
    if found is None or found.credits:
        raise NotFound
    return found


def _given(item: Refund) -> None:
    """The money is given back, whatever another try at the same moment believed."""
    queued = Refund.list_pk.set(REFUNDS), Refund.list_sk.set(f"{int(item.at):012d}")
    try:
        storage.update(item, Refund.state.set(GIVEN), *queued, condition=Refund.state != CREDITED, always=True)
    except Changed:
        return  # its credit note is written already


def _failed(item: Refund) -> None:
    storage.update(item, Refund.state.set(FAILED), Refund.list_pk.remove(), Refund.list_sk.remove())


def euros(given: str) -> Decimal | None:
    """Euros as people type them, 12,50 or 12.50; `None` for what is no such amount."""
    typed = "".join(given.replace("€", "").split()).replace(",", ".")
    return Decimal(typed) if re.fullmatch(r"\d{1,7}(\.\d{1,2})?", typed, re.ASCII) else None


def _amount(given: str, most: Decimal) -> Decimal:
    """Raises `FormErrors`."""
    found = euros(given)
    if found is None or not 0 < found <= most:
        raise FormErrors({"amount": AMOUNT})
    return rounded(found)
