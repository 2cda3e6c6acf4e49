"""A small client of Iboo's programming interface, with nothing but Python's own library.

IBOO=https://iboo.live/api/v1 TOKEN=iboo_… python client.py
"""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from typing import Any

TRIES = 4


class Problem(Exception):
    """What the interface refused. ``code``: for programs; ``fields``: what is wrong with which."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        super().__init__(said.get("detail", f"status {status}"))
        self.status, self.code = status, said.get("code", "")
        self.fields = {one["field"]: one["detail"] for one in said.get("errors", [])}


class Iboo:
    """The interface, with a token. ``wait``: how to sleep some seconds."""

    def __init__(self, address: str, token: str, wait: Callable[[float], None] = time.sleep) -> None:
        self._address, self._token, self._wait = address, token, wait

    def meetings(self, when: str = "upcoming") -> Iterator[dict[str, Any]]:
        """All meetings, however many pages they come in."""
        cursor = None
        while True:
            query = {"when": when, "limit": "100", **({"cursor": cursor} if cursor else {})}
            page = self.ask("GET", "/meetings?" + urllib.parse.urlencode(query))
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def plan(self, meeting: dict[str, Any]) -> dict[str, Any]:
        """Plans a meeting, once, whatever the network does."""
        made: dict[str, Any] = self.ask("POST", "/meetings", meeting, key=str(uuid.uuid4()))
        return made

    def ask(self, method: str, path: str, data: Any = None, key: str = "") -> Any:
        """One request; again after a while where it was too early, or where nothing was answered and it can't be done
        twice. Raises `Problem`, `OSError`."""
        again = method in ("GET", "PATCH", "DELETE") or bool(key)
        for left in reversed(range(TRIES)):
            try:
                return self._ask(method, path, data, key)
            except urllib.error.HTTPError as refused:
                said = json.loads(refused.read() or b"{}")
                if refused.code not in (429, 502, 503) or not left:
                    raise Problem(refused.code, said) from None
                self._wait(float(refused.headers.get("Retry-After", 2)))
            except OSError:
                if not again or not left:
                    raise
                self._wait(2)
        raise AssertionError("not reached")

    def _ask(self, method: str, path: str, data: Any, key: str) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": "en"}
        if data is not None:
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(self._address + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            content = answer.read()
        return json.loads(content) if content else None


if __name__ == "__main__":
    for found in Iboo(os.environ["IBOO"], os.environ["TOKEN"]).meetings():
        print(found["starts_at"], found["title"], found["url"])
