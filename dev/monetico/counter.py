"""The services a shop's server asks: capture, refund, status. Pure over the ledger; the answers are lines or XML."""

from collections.abc import Mapping
from datetime import datetime
from xml.etree import ElementTree

from dev.monetico.ledger import Capture, Ledger, Order, cents, euros
from dev.monetico.request import Contract

Lines = dict[str, str]


def _answer(code: int, reason: str, **more: str) -> Lines:
    return {"cdr": str(code), "lib": reason} | more


def _order(fields: Mapping[str, str], ledger: Ledger) -> Order | None:
    """The order these fields speak of: reference, day and amount must be those it was placed with."""
    order = ledger.orders.get(fields.get("reference", ""))
    if order is None or order.day != fields.get("date_commande"):
        return None
    return order


def capture(fields: Mapping[str, str], ledger: Ledger, contract: Contract) -> Lines:
    """``capture_paiement.cgi``: 1 accepted, 0 refused, below 0 not looked into."""
    order = _order(fields, ledger)
    if order is None or order.paid is None:
        return _answer(0, "commande non authentifiee")
    names = ("montant", "montant_a_capturer", "montant_deja_capture", "montant_restant")
    try:
        amounts = [cents(fields[name]) for name in names]
    except (KeyError, ValueError):
        return _answer(-1, "montant errone")
    total, now, already, remaining = (value for value, _ in amounts)
    if any(currency != order.currency for _, currency in amounts) or total != order.cents or already != order.captured:
        return _answer(-1, "montant errone")
    if fields.get("stoprecurrence") == "OUI":
        return _stop(order, contract)
    if now == 0 and remaining == 0:
        return _cancel(order)
    return _take(order, now, remaining, ledger, contract)


def _stop(order: Order, contract: Contract) -> Lines:
    if contract.mode != "recurring" or order.stopped:
        return _answer(0, "la demande ne peut aboutir")
    order.stopped = True
    return _answer(1, "recurrence stoppee")


def _cancel(order: Order) -> Lines:
    if order.cancelled:
        return _answer(0, "la commande est deja annulee")
    if order.captured:
        return _answer(0, "la demande ne peut aboutir")
    order.cancelled = True
    return _answer(1, "commande annulee")


def _take(order: Order, now: int, remaining: int, ledger: Ledger, contract: Contract) -> Lines:
    if order.cancelled or order.stopped:
        return _answer(0, "la demande ne peut aboutir")
    if contract.mode == "recurring":
        if now > order.cents:
            return _answer(-1, "montant errone")
    elif order.captured == order.cents:
        return _answer(0, "paiement deja accepte")
    elif order.captured + now + remaining != order.cents:
        return _answer(-1, "montant errone")
    taken = book(order, now, ledger)
    return _answer(1, "paiement accepte", aut=taken.authorisation)


def book(order: Order, amount: int, ledger: Ledger) -> Capture:
    """Takes the money."""
    taken = Capture(amount, ledger.now().date().isoformat(), ledger.authorisation())
    order.captures.append(taken)
    return taken


def refund(fields: Mapping[str, str], ledger: Ledger, contract: Contract) -> Lines:
    """``recredit_paiement.cgi``: the contract's success code, or an error below 0."""
    order = _order(fields, ledger)
    if order is None:
        return _answer(-1, "commande non authentifiee")
    try:
        total, amount, possible = (
            cents(fields[name])[0] for name in ("montant", "montant_recredit", "montant_possible")
        )
    except (KeyError, ValueError):
        return _answer(-1, "montant errone")
    taken = _capture_of(order, fields)
    if total != order.cents or taken is None:
        return _answer(-51, "recredit global interdit")
    if order.captured == order.refunded:
        return _answer(-46, "commande deja recreditee")
    if possible != order.captured - order.refunded:
        return _answer(-52, "montant deja recredite errone")
    if not 0 < amount <= taken.cents - sum(given for given, _ in taken.refunds):
        return _answer(-48, "recredit refuse")
    taken.refunds.append((amount, ledger.now().isoformat(timespec="seconds")))
    return _answer(contract.refund_success, "recredit effectue", aut=ledger.authorisation())


def _capture_of(order: Order, fields: Mapping[str, str]) -> Capture | None:
    def day(capture: Capture) -> str:
        return datetime.fromisoformat(capture.day).strftime("%d/%m/%Y")

    wanted = fields.get("date_remise"), fields.get("num_autorisation")
    return next((found for found in order.captures if (day(found), found.authorisation) == wanted), None)


def status(fields: Mapping[str, str], ledger: Ledger) -> str:
    """``etatpaiement.cgi``: XML; a ``cdr`` in it for an order that isn't known."""
    root = ElementTree.Element("etatpaiement")
    order = ledger.orders.get(fields.get("reference", ""))
    if order is None or order.day != fields.get("date") or not _same_amount(order, fields.get("montant", "")):
        _leaf(root, "cdr", "-1")
        _leaf(root, "lib", "commande inconnue")
    else:
        _describe(root, order)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _same_amount(order: Order, text: str) -> bool:
    try:
        return cents(text) == (order.cents, order.currency)
    except ValueError:
        return False


def state(order: Order) -> str:
    """The state as the status service writes it."""
    if order.cancelled:
        return "AN"
    if order.paid:
        return "PA"
    return "RE" if order.attempts else "EC"


def _describe(root: ElementTree.Element, order: Order) -> None:
    _leaf(root, "etat", state(order))
    if paid := order.paid:
        _leaf(root, "numauto", paid.notice["numauto"])
    _leaf(root, "montantrecouvre", euros(order.captured, order.currency))
    takings = ElementTree.SubElement(root, "recouvrements")
    for taken in order.captures:
        one = ElementTree.SubElement(takings, "recouvrement")
        _leaf(one, "resultat", "1")
        _leaf(one, "montant", euros(taken.cents, order.currency))
        _leaf(one, "date_remise", taken.day)
        _leaf(one, "numero_autorisation", taken.authorisation)
        given_back = ElementTree.SubElement(one, "recredits")
        for amount, at in taken.refunds:
            line = ElementTree.SubElement(given_back, "recredit")
            moment = datetime.fromisoformat(at)
            _leaf(line, "date_GMT", moment.date().isoformat())
            _leaf(line, "heure_GMT", moment.time().isoformat())
            _leaf(line, "montant_recredite", euros(amount, order.currency))
            _leaf(line, "methode", "IP")
    _leaf(ElementTree.SubElement(root, "recredits"), "total", euros(order.refunded, order.currency))


def _leaf(within: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(within, name).text = text
