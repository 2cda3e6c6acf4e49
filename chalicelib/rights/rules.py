"""What holds of requests: which rights there are, which state may follow which, what happens to each row. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chalicelib.errors import Conflict
from chalicelib.errors import mark as _
from chalicelib.register import Row, clocks
from chalicelib.register.model import Basis, Clock


class Right(StrEnum):
    """What a person may ask (GDPR art. 15–22; art. 85 LIL)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    MARKETING = "marketing"
    WITHDRAWAL = "withdrawal"
    REVIEW = "review"
    DEATH = "death"


LABELS: Final[Mapping[Right, str]] = {
    Right.ACCESS: _("Recevoir une copie de mes données"),
    Right.RECTIFICATION: _("Faire corriger une donnée"),
    Right.ERASURE: _("Faire effacer mes données"),
    Right.RESTRICTION: _("Faire geler mes données, sans les effacer"),
    Right.PORTABILITY: _("Emporter mes données chez un autre prestataire"),
    Right.OBJECTION: _("M’opposer à un usage de mes données"),
    Right.MARKETING: _("Ne plus recevoir de prospection"),
    Right.WITHDRAWAL: _("Retirer un consentement"),
    Right.REVIEW: _("Faire revoir une décision automatique par une personne"),
    Right.DEATH: _("Agir pour une personne décédée"),
}


class State(StrEnum):
    """Where a request or one of its parts stands."""

    RECEIVED = "received"
    IDENTITY_ASKED = "identity_asked"
    SPLIT = "split"
    ANSWERING = "answering"
    FORWARDED = "forwarded"
    DECIDED = "decided"
    EXECUTED = "executed"
    TOLD = "told"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a request or a part ended."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    UNIDENTIFIED = "unidentified"


FOLLOWS: Final[Mapping[State, frozenset[State]]] = {
    State.RECEIVED: frozenset({State.IDENTITY_ASKED, State.SPLIT, State.CLOSED}),
    State.IDENTITY_ASKED: frozenset({State.SPLIT, State.CLOSED}),
    State.SPLIT: frozenset({State.DECIDED}),
    State.ANSWERING: frozenset({State.DECIDED}),
    State.FORWARDED: frozenset({State.DECIDED}),
    State.DECIDED: frozenset({State.EXECUTED}),
    State.EXECUTED: frozenset({State.TOLD, State.CLOSED}),
    State.TOLD: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
}
"""The one state machine of requests and their parts."""

DAY: Final = 86_400
REMIND_AFTER: Final = (7, 14, 21)
"""Days after which a customer who has not answered is reminded."""
FORWARD_WITHIN: Final = 2
"""Working days in which a request must have reached the customer."""
PROVISIONAL_FREEZE: Final = 7 * DAY
"""Seconds for which a customer's data is frozen at the person's request until the customer decides."""
ALERTS: Final = (50, 75, 90, 100)
"""Per cent of the time to answer at which the data protection officer is alerted; the last one means late."""
TRIES: Final = 3
"""Wrong identity codes before a request is closed as not identified."""
LONGEST_WORDS: Final = 4_000

TOO_LATE: Final = _("La prolongation devait être annoncée dans le premier mois : il est trop tard.")


def follow(before: str, after: State) -> State:
    """``after``, if it may follow. Raises `Conflict`."""
    if after not in FOLLOWS[State(before)]:
        raise Conflict
    return after


def alert_level(received_at: int, due_at: int, now: int) -> int:
    """The highest level of `ALERTS` reached: 0, 50, 75, 90 or 100."""
    if now > due_at:
        return 100
    share = 100 * (now - received_at) / max(due_at - received_at, 1)
    return max((level for level in ALERTS[:-1] if share >= level), default=0)


def outcome_of(outcomes: Iterable[str]) -> Outcome:
    """The whole of several parts."""
    found = set(outcomes)
    if found == {Outcome.GRANTED}:
        return Outcome.GRANTED
    if found == {Outcome.REFUSED}:
        return Outcome.REFUSED
    return Outcome.PARTLY


@dataclass(frozen=True)
class Fate:
    """What becomes of the items of one row. ``until``: seconds; `None` with ``erased``: now; without: not known yet.

    ``ground``: why something is kept; empty when it goes.
    """

    row: str
    erased: bool
    until: int | None
    ground: str

    def plain(self) -> dict[str, str | int | bool | None]:
        """As it is stored with the answer."""
        return {"row": self.row, "erased": self.erased, "until": self.until, "ground": self.ground}


GROUNDS: Final[Mapping[Basis, str]] = {
    Basis.LEGAL_DUTY: _("La loi nous oblige à la conserver (article 17.3.b du RGPD)."),
    Basis.LEGITIMATE_INTEREST: _("Elle prouve le contrat, en cas de litige (article 17.3.e du RGPD)."),
}
RUNNING: Final = _("Le contrat est en cours : résiliez-le pour qu’elle soit effacée.")
LEFT_ALONE: Final = _("Sous forme d’empreinte, pour ne plus jamais vous écrire (article 21.3 du RGPD).")
HELD: Final = _("Une procédure en cours oblige à la garder (article 17.3.e du RGPD).")


def fate(row: Row, events: Mapping[str, int], *, running: bool, held: bool) -> Fate:
    """What an erasure does to items of ``row`` whose clocks started at ``events``.

    ``running``: a contract needs them still. A duty or a proof that outlasts the contract keeps its own fields only,
    until its own clock has run out.
    """
    if held:
        return Fate(row.key, False, None, HELD)
    if row.key == "suppression":
        return Fate(row.key, False, clocks.due(row, events), LEFT_ALONE)
    kept = [clock for clock in row.clocks if _outlasts(clock)]
    ends = [end for clock in kept if (end := clocks.end(clock, events)) is not None]
    if kept:
        return Fate(row.key, False, max(ends, default=None), GROUNDS[kept[-1].basis])
    contract = any(clock.basis is Basis.CONTRACT for clock in row.clocks)
    if running and contract:
        return Fate(row.key, False, None, RUNNING)
    return Fate(row.key, True, None, "")


def _outlasts(clock: Clock) -> bool:
    """Whether this purpose resists an erasure: art. 17 (3) b and e. Interests other than proof give way."""
    return clock.basis is Basis.LEGAL_DUTY or (clock.basis is Basis.LEGITIMATE_INTEREST and clock.phase == "archive")
