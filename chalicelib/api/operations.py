"""What the interface offers: one record per method and path, which the door enforces and the document is made of."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from chalicelib.accounts.scopes import Scope


@dataclass(frozen=True)
class Made:
    """What a view of an act that is done once returns: the id of what came of it, from which the answer is made."""

    id: str


Result = msgspec.Struct | Made | None
View = Callable[..., Result]


@dataclass(frozen=True)
class Operation:
    """One method on one path, as the document says it and the door enforces it. ``says``: a French sentence for the
    catalog. ``answer``: the type of a good answer; `None`: 204. ``again``: makes the answer of an act done once."""

    method: str
    path: str
    scope: Scope
    says: str
    view: View
    answer: type[msgspec.Struct] | None = None
    status: int = 200
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    again: View | None = None

    @property
    def name(self) -> str:
        """Its operationId."""
        return self.view.__name__
