"""The frame of the console's pages: who may enter, and what is written down. To anybody else there is nothing here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from chalicelib.doors import Answer, Page, Redirect, Request
from chalicelib.errors import NotFound

from . import officers

View = Callable[..., Answer]

OFFICERS, OPERATIONS = "officers", "operations"
"""The console's rooms: the data protection officer's, and the operators'."""


def guard_for(role: str) -> Callable[[View], View]:
    """For officers of this role who gave the second factor; each look and act is written down first. Others get
    `NotFound`."""

    def guarding(view: View) -> View:
        @wraps(view)
        def guard(request: Request, **parts: str) -> Answer:
            visitor = request.visitor
            if visitor is None or request.session is None or not officers.has_role(visitor.id, role):
                raise NotFound
            if not officers.entered(request.session, visitor.id):
                return Redirect("/console/enter")
            officers.write_down(visitor.id, f"{request.method} {request.path}")
            return view(request, **parts)

        return guard

    return guarding


guarded = guard_for(officers.DPO)
for_operators = guard_for(officers.OPERATOR)


@dataclass(frozen=True)
class Entry:
    """One field of a form. ``kind``: text, area, date, or choice with ``options`` [(value, words)]."""

    name: str
    label: str
    kind: str = "text"
    options: Sequence[tuple[str, str]] = ()
    required: bool = True


@dataclass(frozen=True)
class Button:
    """One act by POST."""

    address: str
    words: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One row of a book: cells in the order of the heads, and what can be done with it."""

    cells: tuple[str, ...]
    buttons: tuple[Button, ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Book:
    """A table and the form that adds to it, in a room of the console. Words are French; the template translates."""

    title: str
    lead: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    action: str = ""
    submit: str = ""
    entries: tuple[Entry, ...] = ()
    room: str = OFFICERS


def shown(request: Request, book: Book, errors: Mapping[str, str] | None = None) -> Page:
    """A book's page; what was typed stays when something is wrong."""
    values: dict[str, Any] = {
        "book": book,
        "errors": errors or {},
        "form": request.form if errors else {},
    }
    return Page("pages/console_book.html", values, status=400 if errors else 200)
