"""Monetico Paiement (Crédit Mutuel, CIC): a client of the payment page, the callback and the services behind them.

Usable alone: it needs `requests` and the standard library, and imports nothing of its house.

    terminal = Terminal(tpe="1234567", societe="shop", key="…")
    form = payment_form(terminal, order)          # the browser posts form.fields to form.action
    callback = read_callback(terminal, body)      # what the bank then says, proved by its seal
    Services(terminal).refund(refund, now)        # capture, cancel, stop_recurrence, refund, status

The bank's manual is not public. What is written here was learnt from its published kits and from libraries built on
them; where those are silent or disagree, the choice is a field of `Terminal` with its reason.
"""

from .callback import ACKNOWLEDGED, NOT_ACKNOWLEDGED, Authentication, Callback, Outcome, Refusal, read_callback
from .context import Billing
from .errors import (
    BadSeal,
    Misconfigured,
    MoneticoError,
    Nonsense,
    NotProcessed,
    OurFault,
    Refused,
    Unanswered,
    Unreachable,
    Unsendable,
    WireFault,
)
from .page import CardOnFile, Form, Order, payment_form
from .sealing import seal
from .services import Capture, Captured, Refund, Refunded, Services
from .status import CaptureLine, State, Status
from .terminal import Terminal

__all__ = [
    "ACKNOWLEDGED",
    "NOT_ACKNOWLEDGED",
    "Authentication",
    "BadSeal",
    "Billing",
    "Callback",
    "Capture",
    "CaptureLine",
    "Captured",
    "CardOnFile",
    "Form",
    "Misconfigured",
    "MoneticoError",
    "Nonsense",
    "NotProcessed",
    "Order",
    "OurFault",
    "Outcome",
    "Refund",
    "Refunded",
    "Refusal",
    "Refused",
    "Services",
    "State",
    "Status",
    "Terminal",
    "Unanswered",
    "Unreachable",
    "Unsendable",
    "WireFault",
    "payment_form",
    "read_callback",
    "seal",
]
