"""Handing a file to another provider by a signed address the person gives (GDPR art. 20 (2)).

One PUT, no redirect, 30 seconds; never repeated: the person sees how it ended and may try again. Only HTTPS, and only
to addresses of the public internet, so that nobody reaches our own network through us.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

import requests

TIMEOUT = 30


class NotAccepted(Exception):
    """The address may not be used (ours to say), or the other side refused or did not answer (theirs)."""


def put(url: str, content: bytes) -> None:
    """Hands ``content`` over. Raises `NotAccepted`."""
    check(url)
    try:
        answer = requests.put(
            url,
            data=content,
            headers={"Content-Type": "application/zip"},
            timeout=TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException as fault:
        raise NotAccepted("no answer") from fault
    if answer.status_code not in (200, 201, 204):
        raise NotAccepted(f"status {answer.status_code}")


def check(url: str) -> None:
    """Raises `NotAccepted` unless ``url`` is HTTPS on its usual port and every address of its host is public."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.port not in (None, 443):
        raise NotAccepted("not an https address")
    try:
        found = socket.getaddrinfo(parts.hostname, 443, type=socket.SOCK_STREAM)
    except OSError as fault:
        raise NotAccepted("no such host") from fault
    if not all(ipaddress.ip_address(entry[4][0]).is_global for entry in found):
        raise NotAccepted("not a public address")
