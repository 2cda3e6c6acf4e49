"""A customer's program: calls the interface with a token, as any HTTP client does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalice.test import Client

from chalicelib.accounts import tokens
from chalicelib.accounts.scopes import Scope
from tests.functional.browser import functions
from tests.functional.meetings.people import Host

EVERYTHING = tuple(Scope)


@dataclass(frozen=True)
class Told:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Program:
    """Somebody's program. ``sends``: headers of every request."""

    secret: str
    language: str = "en"
    address: str = "192.0.2.9"
    sends: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Told:
        return self.call("GET", path, **headers)

    def call(self, method: str, path: str, data: Any = None, **headers: str) -> Told:
        """``data``: JSON, or bytes as they are. ``headers``: with _ for -."""
        body = data if isinstance(data, bytes) else b"" if data is None else json.dumps(data).encode()
        sent = {
            "Accept-Language": self.language,
            "Authorization": f"Bearer {self.secret}",
            "X-Forwarded-For": self.address,
            **({"Content-Type": "application/json"} if data is not None else {}),
            **self.sends,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        answer = Client(functions()).http.request(method, f"/api/v1{path}", headers=sent, body=body)
        found = {name.lower(): str(value) for name, value in answer.headers.items()}
        return Told(answer.status_code, found, answer.body)


def program_of(host: Host, *scopes: Scope, **more: Any) -> Program:
    """A program with a token of this member's; without scopes, with all of them."""
    return Program(tokens.make(host.account, "Agenda", list(scopes or EVERYTHING), 30), **more)
