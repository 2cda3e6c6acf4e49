"""The two records of the register: a row (a category of data) and its clocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .events import Event
from .period import Period
from .stores import Store


class Role(StrEnum):
    """Iboo's part under the GDPR, art. 4 (7) and (8)."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


class Basis(StrEnum):
    """Legal basis, art. 6 (1) GDPR; or the customer's instruction where Iboo is processor (art. 28 (3) a)."""

    CONSENT = "6.1.a"
    CONTRACT = "6.1.b"
    LEGAL_DUTY = "6.1.c"
    LEGITIMATE_INTEREST = "6.1.f"
    INSTRUCTION = "28.3.a"
    STRICTLY_NECESSARY = "82 LIL"
    """Art. 82 of the French data protection act: cookies the service cannot do without."""


class Phase(StrEnum):
    """Where an item stands in its life: in use, or kept apart as proof."""

    ACTIVE = "active"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class Words:
    """A text in both languages of the product."""

    fr: str
    en: str


@dataclass(frozen=True)
class Clock:
    """For what an item is kept, and how long after which event.

    ``promise`` is the published ceiling, ``keep`` what the system does: shorter, so that the promise holds with the
    store's recovery window on top. ``fields`` are those this purpose needs (empty: all of them); once the clock has run
    out, fields no other clock needs are gone. ``clause`` names the policy section or article of law.
    """

    purpose: Words
    basis: Basis
    start: Event
    keep: Period
    promise: Period
    clause: str
    fields: frozenset[str] = frozenset()
    phase: Phase = Phase.ACTIVE
    before: Period | None = None
    """How long it was until ``effective``: a longer period holds only for what begins after it was announced."""
    effective: int = 0
    """Seconds since 1970; nothing without ``before``."""


@dataclass(frozen=True)
class Row:
    """A category of data.

    ``kinds``: the kinds of item in it, each with the fields it may have. ``sealed``: fields encrypted at item level.
    ``store``: where the active phase lives; ``archive``: where the archive phase lives. ``prefix``: of its objects, in
    a bucket ``objects``. ``roles``: Iboo's hats; with two, each item says which. ``unsigned``: choices of ours that
    the policy does not settle and that a person responsible has yet to sign. ``published``: its key among the policy's
    categories; working rows have none. ``resealed``: a legal hold moves its objects, opened and sealed again under a
    key of that hold, where others are copied as they are.
    """

    key: str
    label: Words
    subjects: Words
    roles: frozenset[Role]
    store: Store | None
    clocks: tuple[Clock, ...]
    kinds: Mapping[str, frozenset[str]]
    why: str
    sealed: frozenset[str] = frozenset()
    archive: Store | None = None
    objects: Store | None = None
    prefix: str = ""
    resealed: bool = False
    recipients: tuple[Words, ...] = ()
    unsigned: tuple[str, ...] = ()
    published: bool = False
    cookies: Mapping[str, Period] = field(default_factory=dict)
    """Names of the cookies it allows, each with its longest life."""
    logs: frozenset[str] = frozenset()
    """Names of the log groups it allows, within the installation."""
    contact: str = ""
    """For what Iboo processes on behalf of a customer: how a request reaches that customer."""
