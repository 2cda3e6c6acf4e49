"""The promise, as data.

Every category of data Iboo keeps is a row here: whose it is, why it is kept, which clock starts at which event, how
long was promised and how long is set, where it lives. Storage, expiry, rights and the published texts derive from it.
This package imports nothing of the rest of Iboo.
"""

from .face import FACE
from .factors import FACTORS
from .model import Basis, Clock, Phase, Role, Row, Words
from .paying import PAYING
from .programs import PROGRAMS
from .published import PUBLISHED
from .rights import RIGHTS_ROWS
from .stores import STORES, Store
from .trust import TRUST
from .working import WORKING

ROWS: tuple[Row, ...] = PUBLISHED + PAYING + RIGHTS_ROWS + TRUST + WORKING + FACTORS + PROGRAMS + FACE

LOGS: dict[str, int] = {name: row.clocks[0].keep.seconds // 86_400 for row in ROWS for name in row.logs}
"""Every log group, by its name within the installation, with the days it keeps its lines."""

_BY_KIND = {kind: row for row in ROWS for kind in row.kinds}


class UnknownKind(LookupError):
    """A kind of item no row of the register names."""


def row_of(kind: str) -> Row:
    """The row a kind of item belongs to. Raises `UnknownKind`."""
    try:
        return _BY_KIND[kind]
    except KeyError:
        raise UnknownKind(kind) from None


__all__ = [
    "LOGS",
    "ROWS",
    "STORES",
    "Basis",
    "Clock",
    "Phase",
    "Role",
    "Row",
    "Store",
    "UnknownKind",
    "Words",
    "row_of",
]
