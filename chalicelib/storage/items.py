"""The base of every stored kind.

A kind is a class with its register key as discriminator. Importing one that the register doesn't know, or that has a
field its row doesn't list, fails. Each item carries the moments that started its clocks (``events``), what follows
from them (``delete_by``, ``ttl``, ``act_at``), who is responsible for it (``hat``, ``controller``), and what may stand
in the way of its deletion (``hold``, ``frozen``) or stood there past its time (``released``).
"""

import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from inspect import getmembers
from typing import Any, ClassVar

from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    DiscriminatorAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import MetaModel, Model

from chalicelib import settings
from chalicelib.register import Role, Row, clocks, row_of, stores
from chalicelib.register.events import OPENED_LATER, Event

SHARDS = 8
"""Into how many parts each hour of the due index is cut, so that no partition of it runs hot."""


class Refused(Exception):
    """The register doesn't allow this write."""


class Frozen(Exception):
    """The item is restricted (art. 18 GDPR) and nobody gave one of the lawful reasons to use it."""


class Sealed:
    """A text field whose value is encrypted under the item's data key; in memory it is plain."""

    name: str

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, item: Any, owner: type | None = None) -> str:
        plain: dict[str, str] = item.__dict__.setdefault("_plain", {})
        return plain.get(self.name, "")

    def __set__(self, item: Any, value: str) -> None:
        item.__dict__.setdefault("_plain", {})[self.name] = value


class ItemMeta(MetaModel):
    """Checks each kind against the register when its class is made."""

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], discriminator: Any = None) -> None:
        if discriminator is not None:
            cls._check(namespace, discriminator)
        super().__init__(name, bases, namespace, discriminator)

    def _check(cls, namespace: dict[str, Any], discriminator: str) -> None:
        row = row_of(discriminator)
        declared = {field for field, _ in getmembers(cls, lambda a: isinstance(a, Attribute))} - SYSTEM
        sealed = {field for field, value in namespace.items() if isinstance(value, Sealed)}
        if unknown := (declared | sealed) - row.kinds[discriminator]:
            raise Refused(f"{discriminator}: the register doesn't know {sorted(unknown)}")
        if sealed != row.sealed & row.kinds[discriminator]:
            raise Refused(f"{discriminator}: sealed must be exactly {sorted(row.sealed & row.kinds[discriminator])}")
        store = getattr(cls, "store", None)
        if store not in (row.store, row.archive):
            raise Refused(f"{discriminator}: the register keeps it in {row.store}")


class ByList(GlobalSecondaryIndex[Any]):
    """The index by which items are listed: ``list_pk`` says of what, ``list_sk`` in which order."""

    class Meta:
        index_name = "list"
        projection = AllProjection()

    list_pk = UnicodeAttribute(hash_key=True)
    list_sk = UnicodeAttribute(range_key=True)


_KIND = DiscriminatorAttribute()


class Item(Model, metaclass=ItemMeta):
    """What every stored item has."""

    store: ClassVar[stores.Store]

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    kind = _KIND
    hat = UnicodeAttribute()
    controller = UnicodeAttribute(null=True)
    events: MapAttribute[str, int] = MapAttribute()
    limit = NumberAttribute(null=True)
    delete_by = NumberAttribute(null=True)
    ttl = NumberAttribute(null=True)
    act_at = NumberAttribute(null=True)
    due_slot = UnicodeAttribute(null=True)
    hold = UnicodeSetAttribute(null=True)
    frozen = BooleanAttribute(default=False)
    released = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    data_key = UnicodeAttribute(null=True)
    sealed: MapAttribute[str, bytes] = MapAttribute(of=BinaryAttribute(legacy_encoding=False), null=True)
    list_pk = UnicodeAttribute(null=True)
    list_sk = UnicodeAttribute(null=True)
    by_list = ByList()

    def __init__(self, *args: Any, **attributes: Any) -> None:
        plain = {name: attributes.pop(name) for name in list(attributes) if isinstance(_field(self, name), Sealed)}
        super().__init__(*args, **attributes)
        for name, value in plain.items():
            setattr(self, name, value)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        cls.Meta.table_name = table_name(cls.store)
        found = super()._get_connection()
        if found.connection is not shared_connection():
            schema = found.get_meta_table()
            found.connection = shared_connection()
            with suppress(ValueError):  # another kind of the same table was here first: the schema is the same
                found.connection.add_meta_table(schema)
        return found

    @property
    def kind_name(self) -> str:
        """The kind's name in the register."""
        return kind_name(type(self))

    @property
    def row(self) -> Row:
        """The register row this item belongs to."""
        return row_of(self.kind_name)

    def moments(self) -> dict[str, int]:
        """The events that started this item's clocks."""
        return {name: int(at) for name, at in self.events.as_dict().items()}


@cache
def shared_connection() -> Connection:
    """One client for all tables: pynamodb would make one per kind, some 20 ms each at every cold start."""
    return Connection()


SYSTEM = {field for field, _ in getmembers(Item, lambda a: isinstance(a, Attribute))}
"""Fields every item has; the register does not list them."""


class Ephemeral(Item):
    """Base of what lives for hours or days."""

    store = stores.EPHEMERAL

    class Meta:
        table_name = "ephemeral"


class Usage(Item):
    """Base of usage data: 28 days."""

    store = stores.USAGE

    class Meta:
        table_name = "usage"


class Keys(Item):
    """Base of data keys: no recovery, so that destroying one is final."""

    store = stores.KEYS

    class Meta:
        table_name = "keys"


class People(Item):
    """Base of accounts and customers: three years."""

    store = stores.PEOPLE

    class Meta:
        table_name = "people"


class Rights(Item):
    """Base of what proves that rights are respected: requests, holds, breaches."""

    store = stores.RIGHTS

    class Meta:
        table_name = "rights"


class Contracts(Item):
    """Base of the contract archive. The product has no business here."""

    store = stores.CONTRACTS

    class Meta:
        table_name = "contracts"


class Payments(Item):
    """Base of the archive of payment evidence: added to by the callback, read with a reason."""

    store = stores.PAYMENTS

    class Meta:
        table_name = "payments"


class Invoices(Item):
    """Base of invoices: written once."""

    store = stores.INVOICES

    class Meta:
        table_name = "invoices"


def table_name(store: stores.Store) -> str:
    """The name of a store's table or bucket in this installation."""
    suffix = settings.get("BUCKET_SUFFIX") if store.kind == "bucket" else ""
    return f"{settings.get('TABLE_PREFIX')}-{store.key}{suffix}"


def kind_name(model: type[Item]) -> str:
    """The register's name of a class of items. Raises `Refused` for a class that is no kind."""
    name = _KIND.get_discriminator(model)
    if name is None:
        raise Refused(f"{model.__name__} is not a kind")
    return str(name)


def all_kinds() -> dict[str, type[Item]]:
    """Every kind whose module has been imported."""
    return {kind_name(model): model for model in _KIND.get_registered_subclasses(Item)}


def stamps(
    row: Row, pk: str, events: Mapping[str, int], limit: int | None, now: int, swept: bool = False
) -> dict[str, Any]:
    """What follows from an item's events: ``delete_by``, ``ttl``, ``act_at``, ``due_slot`` (`None`: not set).

    A clock that has run out already, as the active phase of a contract does the moment it ends, makes the step due
    now; the hours before are behind the sweep. ``swept``: what such clocks ask for has just been done.
    """
    due = clocks.due(row, events, limit)
    step = clocks.next_step(row, events, now, limit)
    overdue = any((end := clocks.end(clock, events, limit)) is not None and end <= now for clock in row.clocks)
    if overdue and not swept:
        step = now
    elif step is not None and step <= now:
        step = None  # one of the clocks is still open: its event restamps the item
    return {
        "delete_by": due,
        "ttl": None if due is None else max(due, now),  # DynamoDB ignores one more than five years past
        "act_at": step,
        "due_slot": None if step is None else due_slot(step, zlib.crc32(pk.encode()) % SHARDS),
    }


def due_slot(at: int, shard: int) -> str:
    """The partition of the due index for a moment: "2026-12-21T10#3"."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H}#{shard}"


def stamp(item: Item, starts: Mapping[Event, int], controller: str | None, limit: int | None, now: int) -> None:
    """Gives a new item its clocks and its hat; one that is held from its first second has no date. Raises `Refused`."""
    row = item.row
    if row.clocks and not {clock.start for clock in row.clocks} & set(starts) and not _opens_later(row):
        raise Refused(f"{item.kind_name}: none of its clocks starts at {sorted(starts)}")
    hat = Role.PROCESSOR if controller else Role.CONTROLLER
    if hat not in row.roles:
        raise Refused(f"{item.kind_name}: Iboo is not {hat} of it")
    item.hat, item.controller, item.limit = hat.value, controller, limit
    item.events = MapAttribute(**{event.value: at for event, at in starts.items()})
    if not item.hold:
        for name, value in stamps(row, item.pk, item.moments(), limit, now).items():
            setattr(item, name, value)


def _opens_later(row: Row) -> bool:
    """Whether the row's clocks start by an event after the item is written, as a contract's do at its end."""
    return all(clock.start in OPENED_LATER for clock in row.clocks)


def _field(item: Item, name: str) -> Any:
    return type(item).__dict__.get(name)
