"""The history of a request, and the moves of its state."""

import secrets

from pynamodb.expressions.update import Action

from chalicelib import clock, keyed, storage
from chalicelib.register.events import Event

from .models import Part, Pointer, Request, Step
from .rules import State, follow

OPEN = "rights#open"
CLOSED = "rights#closed"


def place(request: Request, due_at: int) -> str:
    """Where a request stands among the open ones (``list_sk``): what is due first, then what came first."""
    return f"{due_at:012d}#{int(request.received_at):012d}#{request.id}"


def note(request: Request, actor: str, what: str, words: str | None = None) -> None:
    """One line more in the request's history."""
    now = clock.now()
    order = f"{int(clock.precise_now() * 1_000_000):018d}"
    step = Step(request.pk, f"step#{order}#{secrets.token_hex(2)}", at=now, actor=actor, what=what, note=words)
    storage.create(step, {})


def of(request: Request) -> list[Step]:
    """The history, oldest first."""
    return list(storage.query(Step, request.pk, "step#"))


def parts(request: Request) -> list[Part]:
    """The parts of a request, in order."""
    return list(storage.query(Part, request.pk, "part#"))


def move(item: Request | Part, after: State, *actions: Action) -> None:
    """Brings a request or part to its next state. Raises `Conflict` when the state machine has no such move."""
    follow(item.state, after)
    storage.update(item, type(item).state.set(after.value), *actions)


def settled(request: Request, outcome: str) -> None:
    """Closes a request: the clocks of everything in its file start."""
    now = clock.now()
    changes = (
        Request.state.set(follow(request.state, State.CLOSED).value),
        Request.outcome.set(outcome),
        Request.closed_at.set(now),
        Request.list_pk.set(CLOSED),
        Request.list_sk.set(f"{now:012d}#{request.id}"),
    )
    storage.happened(request, Event.CLOSED, now, *changes)
    note(request, "system", "closed")
    pointer = storage.get(Pointer, f"rights-of#{request.email_hash}", request.id)
    if pointer is not None:
        storage.happened(pointer, Event.CLOSED, now)
    for part in parts(request):
        storage.happened(part, Event.CLOSED, now)
    for step in of(request):
        storage.happened(step, Event.CLOSED, now)


def open_ones() -> list[Request]:
    """Every open request, the most urgent first."""
    return list(storage.listed(Request, OPEN))


def of_address(email: str) -> list[Request]:
    """The requests about an address."""
    pointers = storage.query(Pointer, f"rights-of#{keyed.email_hash(email)}")
    return [request for pointer in pointers if (request := find(str(pointer.sk))) is not None]


def find(identifier: str) -> Request | None:
    """The request with this id."""
    return storage.get(Request, f"right#{identifier}", "request")
