"""A company's identity provider, as we ask it (OpenID Connect Core 1.0, Discovery 1.0).

Where it may be, `outside` says; no redirect is followed, and nothing longer than `LONGEST` is read.
"""

import json
from typing import Any
from urllib.parse import urlencode

import urllib3

from .outside import NotDelivered, pool, target

LONGEST = 256_000
"""Bytes of an answer."""

Json = dict[str, Any]


def get(url: str) -> Json:
    """A document of the provider. Raises `NotDelivered`."""
    return _ask("GET", url, None, {})


def exchange(url: str, fields: dict[str, str], client: str, secret: str) -> Json:
    """A code for tokens; the client names itself in the header (RFC 6749, 2.3.1). Raises `NotDelivered`."""
    words = urllib3.util.make_headers(basic_auth=f"{_encoded(client)}:{_encoded(secret)}")
    headers = {**words, "Content-Type": "application/x-www-form-urlencoded"}
    return _ask("POST", url, urlencode(fields).encode(), headers)


def _encoded(word: str) -> str:
    return urlencode({"": word})[1:]


def _ask(method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Json:
    path, host = target(url)
    sent = {**headers, "Host": host, "Accept": "application/json"}
    try:
        with pool(url) as connections:
            answer = connections.request(
                method, path, body=body, headers=sent, redirect=False, retries=False, preload_content=False
            )
            content = answer.read(LONGEST + 1)
            answer.close()
    except (urllib3.exceptions.HTTPError, OSError) as fault:
        raise NotDelivered("no answer") from fault
    if answer.status != 200 or len(content) > LONGEST:
        raise NotDelivered(f"status {answer.status}")
    try:
        found = json.loads(content)
    except ValueError as fault:
        raise NotDelivered("no JSON") from fault
    if not isinstance(found, dict):
        raise NotDelivered("no JSON")
    return found
