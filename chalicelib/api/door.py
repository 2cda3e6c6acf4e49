"""The door of programs: a token, its scope and its rate are looked at before a view runs; errors are RFC 9457 problems.

A view gets a `Call` and returns what its operation says it answers; what stands here is said once and for all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import to_builtins

from chalicelib import storage, throttle
from chalicelib.accounts import tokens, tries
from chalicelib.accounts.models import Account
from chalicelib.accounts.scopes import Scope
from chalicelib.accounts.tokens import ApiToken
from chalicelib.doors import Answer, Door, Json, Request
from chalicelib.errors import (
    BadInput,
    Conflict,
    IbooError,
    NotJson,
    OutOfScope,
    Restricted,
    UnknownPerson,
    UnknownToken,
)
from chalicelib.storage import Frozen, Held

from . import once, problems, reading
from .once import Keyed
from .operations import Made, Operation, Result, View

PREFIX = "/api/v1"
PER_MINUTE, WINDOW = 120, 60
"""Requests one token may make in a window, which begins with its first; and its seconds."""


@dataclass(frozen=True)
class Call:
    """What a view is called with. ``body``, ``query``: as the operation names them, checked."""

    request: Request
    account: Account
    token: ApiToken
    body: Any = None
    query: Any = None


@dataclass
class _Seen:
    """What is known of a call when it ends, well or not."""

    headers: dict[str, str] = field(default_factory=dict)


class ProgramDoor(Door):
    """The operations of one part of the interface."""

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.operations: list[Operation] = []

    def operation(self, method: str, path: str, scope: Scope, says: str, **more: Any) -> Callable[[View], View]:
        """Hangs a view. ``more``: the other fields of `Operation`."""

        def hang(view: View) -> View:
            made = Operation(method, path, scope, says, view, **more)
            self.operations.append(made)

            def handle(request: Request, **parts: str) -> Answer:
                return _answered(made, request, parts)

            handle.__name__, handle.__module__, handle.__qualname__ = view.__name__, view.__module__, view.__qualname__
            self._hang(PREFIX + path, [method], problems.of, check=False, content_types=["*/*"])(handle)
            return view

        return hang


def _answered(operation: Operation, request: Request, parts: Mapping[str, str]) -> Answer:
    seen = _Seen()
    try:
        answer = _run(operation, request, parts, seen)
    except storage.Changed:
        answer = problems.of(request, Conflict())
    except (Frozen, Held):
        answer = problems.of(request, Restricted())
    except IbooError as error:
        answer = problems.of(request, error)
    answer.headers = {**answer.headers, **seen.headers}
    return answer


def _run(operation: Operation, request: Request, parts: Mapping[str, str], seen: _Seen) -> Json:
    token, account = _caller(request)
    seen.headers["RateLimit-Policy"] = f'"token";q={PER_MINUTE};w={WINDOW}'
    try:
        left = throttle.hit("api", token.identifier, PER_MINUTE, WINDOW)
    except IbooError as error:
        seen.headers["RateLimit"] = f'"token";r=0;t={getattr(error, "retry_after", WINDOW)}'
        raise
    seen.headers["RateLimit"] = f'"token";r={left.tries};t={left.seconds}'
    if operation.scope not in token.scopes:
        raise OutOfScope(scope=operation.scope.value)
    call = Call(request, account, token, _body(operation, request), _query(operation, request))
    if operation.again is None:
        return _json(operation, operation.view(call, **parts))
    return _once(operation, call, parts, seen)


def _once(operation: Operation, call: Call, parts: Mapping[str, str], seen: _Seen) -> Json:
    """An act with a key of its own is done once; the second time the answer is made of what came of the first."""
    assert operation.again is not None
    key = once.key_of(call.request.headers)
    keyed = Keyed(call.token.identifier, key, once.digest(call.request)) if key else None
    earlier = once.begin(keyed) if keyed else None
    if earlier is not None:
        seen.headers["Idempotent-Replayed"] = "true"
        return _json(operation, operation.again(call, **parts, made=earlier))
    try:
        made = operation.view(call, **parts)
    except Exception as error:
        if keyed and _did_nothing(error):
            once.forget(keyed)
        raise
    assert isinstance(made, Made)
    if keyed:
        once.finish(keyed, made.id)
    return _json(operation, operation.again(call, **parts, made=made.id))


def _did_nothing(error: Exception) -> bool:
    """Whether an act that failed so left everything as it was: refusals come before the first write."""
    return isinstance(error, IbooError) and error.status < 500


def _caller(request: Request) -> tuple[ApiToken, Account]:
    scheme, _space, secret = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise UnknownToken
        return tokens.caller(secret.strip())
    except UnknownPerson as error:
        tries.from_origin("token", request.address)
        raise UnknownToken from error


def _body(operation: Operation, request: Request) -> Any:
    if operation.body is None:
        return None
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJson
    return reading.body(request.body, operation.body)


def _query(operation: Operation, request: Request) -> Any:
    if operation.query is None:
        if request.query:
            raise BadInput
        return None
    return reading.query(request.query, operation.query)


def _json(operation: Operation, result: Result) -> Json:
    if operation.answer is None:
        return Json(status=204)
    return Json(to_builtins(result), status=operation.status)
