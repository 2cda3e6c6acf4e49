"""Where everything is kept. Nothing enters a store but what the register knows.

* `items`: the base of every stored kind, its clock stamped at write.
* `access`: create, read, update, delete.
* `keys`, `sealing`: content encrypted at item level, and the keys whose destruction erases it.
* `objects`: sealed files in buckets; `holding`: those that are held or frozen, apart.
* `expiry`: what the sweep and the census need.
"""

from .access import (
    AlreadyThere,
    Changed,
    Held,
    Reason,
    Transaction,
    create,
    delete,
    get,
    happened,
    listed,
    query,
    restamping,
    update,
)
from .items import Contracts, Ephemeral, Frozen, Invoices, Item, Keys, Payments, People, Refused, Rights, Sealed, Usage
from .terms import CompanyRules, due

__all__ = [
    "AlreadyThere",
    "Changed",
    "CompanyRules",
    "Contracts",
    "Ephemeral",
    "Frozen",
    "Held",
    "Invoices",
    "Item",
    "Keys",
    "Payments",
    "People",
    "Reason",
    "Refused",
    "Rights",
    "Sealed",
    "Transaction",
    "Usage",
    "create",
    "delete",
    "due",
    "get",
    "happened",
    "listed",
    "query",
    "restamping",
    "update",
]
