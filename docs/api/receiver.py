"""A receiver of Iboo's messages (Standard Webhooks), with nothing but Python's own library.

    IBOO_WEBHOOK_SECRET=whsec_… python receiver.py 8000

It checks each signature, takes each message once however often it comes, and answers before it works. Put it behind
your web server: Iboo sends to https addresses only.
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

TOO_OLD = 300
"""Seconds: an older message may be somebody's copy."""


def is_genuine(secret: str, headers: dict[str, str], body: bytes, now: float) -> bool:
    """Whether a message comes from Iboo and is fresh. ``headers``: names in lower case."""
    identifier, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs(now - int(stamp)) > TOO_OLD:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{identifier}.{stamp}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(f"v1,{wanted}", one) for one in given)


class Inbox:
    """What came, each message once. ``path``: a file of SQLite."""

    def __init__(self, path: str) -> None:
        self._store = sqlite3.connect(path, check_same_thread=False)
        self._store.execute("CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY, body TEXT NOT NULL)")

    def take(self, identifier: str, body: bytes) -> bool:
        """Keeps a message; false for one that was here before."""
        with self._store:
            kept = self._store.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", (identifier, body.decode()))
        return kept.rowcount == 1

    def messages(self) -> list[dict[str, object]]:
        """Everything that came, in the order of arrival."""
        return [json.loads(body) for (body,) in self._store.execute("SELECT body FROM inbox ORDER BY rowid")]


class Receiver(HTTPServer):
    """Answers POST with 204, or 401 to a message that is not Iboo's."""

    def __init__(self, port: int, secret: str, inbox: Inbox) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.secret, self.inbox = secret, inbox


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        genuine = is_genuine(self.server.secret, headers, body, time.time())
        if genuine:
            self.server.inbox.take(headers["webhook-id"], body)
        self.send_response(204 if genuine else 401)
        self.end_headers()


if __name__ == "__main__":
    Receiver(int(sys.argv[1]), os.environ["IBOO_WEBHOOK_SECRET"], Inbox("inbox.sqlite")).serve_forever()
