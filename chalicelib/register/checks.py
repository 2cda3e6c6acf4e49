"""What must be true of the register itself. The build fails on each fault these functions name."""

from collections.abc import Iterable, Iterator

from .model import Basis, Clock, Phase, Role, Row
from .period import Period
from .stores import Store


def faults(rows: Iterable[Row], stores: Iterable[Store]) -> Iterator[str]:
    """One sentence per fault; nothing when the register is sound."""
    rows = tuple(rows)
    for row in rows:
        yield from _row_faults(row)
    yield from _repeated("row", [row.key for row in rows])
    yield from _repeated("kind", [kind for row in rows for kind in row.kinds])
    named = {store for row in rows for store in (row.store, row.archive, row.objects) if store}
    for store in stores:
        if store not in named:
            yield f"store {store.key}: no row names it"
    for store in named - set(stores):
        yield f"store {store.key}: not declared"
    prefixes = [(row.objects.key, row.prefix) for row in rows if row.objects]
    yield from _repeated("prefix", [f"{bucket}/{prefix}" for bucket, prefix in prefixes])


def _row_faults(row: Row) -> Iterator[str]:
    everything = frozenset().union(*row.kinds.values()) if row.kinds else frozenset()
    if not row.clocks:
        yield f"{row.key}: no clock"
    if not row.roles:
        yield f"{row.key}: no role"
    if Role.PROCESSOR in row.roles and not row.contact:
        yield f"{row.key}: processed for a customer, without a way to forward requests"
    for clock in row.clocks:
        yield from _basis_faults(row, clock)
    if row.kinds and row.store is None:
        yield f"{row.key}: kinds without a store"
    if row.objects and not row.prefix.endswith("/"):
        yield f"{row.key}: objects without a prefix"
    for name, life in row.cookies.items():
        if not all(life.within(clock.keep, Period()) for clock in row.clocks):
            yield f"{row.key}: cookie {name} lives {life}, longer than its row"
    if unknown := row.sealed - everything:
        yield f"{row.key}: sealed fields no kind has: {sorted(unknown)}"
    for clock in row.clocks:
        store = row.archive if clock.phase is Phase.ARCHIVE else row.store
        if clock.phase is Phase.ARCHIVE and (store is None or not store.archive):
            yield f"{row.key}: archive phase without an archive store"
        if unknown := clock.fields - everything:
            yield f"{row.key}: a clock names fields no kind has: {sorted(unknown)}"
        if not clock.clause:
            yield f"{row.key}: a clock without a clause"
        window = Period(seconds=86_400 * (store.recovery_days if store else 0))
        if not clock.keep.within(clock.promise, margin=window):
            yield f"{row.key}: set {clock.keep} + recovery {window} > promise {clock.promise}"


def _basis_faults(row: Row, clock: Clock) -> Iterator[str]:
    """A controller has a basis of its own (art. 6); a processor has the customer's instruction (art. 28)."""
    instructed = clock.basis is Basis.INSTRUCTION
    if row.roles == {Role.CONTROLLER} and instructed:
        yield f"{row.key}: Iboo is its controller, without a legal basis"
    if row.roles == {Role.PROCESSOR} and not instructed:
        yield f"{row.key}: processed for a customer, on another basis than its instruction"


def starts_nobody_emits(rows: Iterable[Row], emitted: Iterable[str]) -> Iterator[str]:
    """Clocks that would never start. ``emitted``: names of the events the code writes (``COLLECTED``)."""
    known = set(emitted)
    for row in rows:
        for clock in row.clocks:
            if row.store is not None and clock.start.name not in known:
                yield f"{row.key}: no code emits {clock.start.name}"


def strangers(what: str, used: Iterable[str], named: Iterable[str]) -> Iterator[str]:
    """Tables, buckets, cookies or logs that the code uses and no row names. ``what``: which of them."""
    for name in sorted(set(used) - set(named)):
        yield f"{what} {name}: no row names it"


def _repeated(what: str, names: list[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{what} {name}: declared more than once"
