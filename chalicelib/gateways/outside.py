"""The way to an address that a customer gave.

Only HTTPS on its usual port, only to public addresses: the host is looked up once, each address it has must be of the
public internet, and that very address is connected to, so that no name can lead into our own network the second time.
On a developer's machine 127.0.0.1 is allowed as well.
"""

import socket
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import certifi
import urllib3
from urllib3.util import Timeout

from chalicelib import settings

TIMEOUT = Timeout(connect=5, read=10)
LOOPBACK = "127.0.0.1"


class NotDelivered(Exception):
    """The address may not be used, or nobody answers there. ``reason``: a code without personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(url: str) -> None:
    """Raises `NotDelivered` unless `pool` would go there."""
    _address(urlsplit(url))


def target(url: str) -> tuple[str, str]:
    """What is asked for, and of which host."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), parts.netloc


def pool(url: str) -> urllib3.HTTPConnectionPool:
    """Connections to the host of an address. Raises `NotDelivered`."""
    parts = urlsplit(url)
    address = _address(parts)
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, parts.port or 80, timeout=TIMEOUT)
    return urllib3.HTTPSConnectionPool(
        address,
        443,
        timeout=TIMEOUT,
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
    )


def _address(parts: SplitResult) -> str:
    """Where to connect: IPv4, as our one way out is (docs/decisions/0091)."""
    if parts.scheme == "http" and parts.hostname == LOOPBACK and settings.in_dev():
        return LOOPBACK
    if parts.scheme != "https" or not parts.hostname or parts.port not in (None, 443):
        raise NotDelivered("not an https address")
    try:
        found = socket.getaddrinfo(parts.hostname, 443, socket.AF_INET, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise NotDelivered("no such host") from fault
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise NotDelivered("not a public address")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is of the public internet."""
    found = ip_address(address)
    return found.is_global and not found.is_multicast
