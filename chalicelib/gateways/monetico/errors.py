"""Who failed.

    MoneticoError
    ├── OurFault              we
    │   ├── Misconfigured     the terminal's settings make no sense
    │   └── Unsendable        the protocol can't carry this value; names the field, never the value
    ├── WireFault             the wire
    │   ├── Unreachable       nothing was sent, so nothing happened: may be tried again
    │   └── Unanswered        sent, not answered: it may have happened; ask for the status before trying again
    ├── Refused               they said no, for a reason that may be shown to an operator
    │   └── NotProcessed      they did not look into it (not identified, not authorised, technical trouble)
    └── Nonsense              what came is not of the protocol; if it answers an order, that may have happened
        └── BadSeal           a callback without a seal, or with a wrong one

Messages hold no personal data and no value that was sealed: they may be logged.
"""


class MoneticoError(Exception):
    """Base of everything that can go wrong with the bank's platform."""


class OurFault(MoneticoError):
    """We: trying again changes nothing."""


class Misconfigured(OurFault):
    """The terminal's settings make no sense."""


class Unsendable(OurFault):
    """A value that the protocol can't carry. ``field`` is its name on the wire, or in the order's context."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class WireFault(MoneticoError):
    """The wire: whether trying again is safe, the subclass says."""


class Unreachable(WireFault):
    """No connection was made: nothing happened."""


class Unanswered(WireFault):
    """The request left, and no whole answer came: it may have been carried out."""


ALREADY_DONE = frozenset({"paiement deja accepte", "la commande est deja annulee"})
"""Reasons that mean the wish is fulfilled, as after an `Unanswered` one tried again. Learnt from
AppVentus/CMCICConnector and Kitano/KitanoPaymentCmcicBundle."""


class Refused(MoneticoError):
    """They said no. ``code`` is the answer's ``cdr``, ``reason`` its ``lib`` as they wrote it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}".rstrip())
        self.code = code
        self.reason = reason

    @property
    def already_done(self) -> bool:
        """Whether they refuse because it is done already."""
        return self.reason.strip().casefold() in ALREADY_DONE


class NotProcessed(Refused):
    """They did not look into it: a negative ``cdr``."""


class Nonsense(MoneticoError):
    """What came is not of the protocol."""


class BadSeal(Nonsense):
    """No seal, or one that our key didn't make: an answer nobody may act upon."""
