"""Where a request comes from, as the front says: for throttling."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address

from . import settings

HOST_BITS = 64
"""Of an IPv6 address: whoever has one has as many (RFC 6177), and would have as many tries."""


def address(headers: Mapping[str, str], connected: str) -> str:
    """The visitor's IP address; of IPv6 the network's. ``headers``: names in lower case. ``connected``: who opened
    the connection, for a request that did not come through the front."""
    hops = int(settings.get("FORWARDED_HOPS"))
    forwarded = [entry.strip() for entry in headers.get("x-forwarded-for", "").split(",") if entry.strip()]
    return _network(forwarded[-hops] if 0 < hops <= len(forwarded) else connected)


def _network(visitor: str) -> str:
    try:
        found = ip_address(visitor)
    except ValueError:
        return visitor
    if not isinstance(found, IPv6Address):
        return visitor
    return str(found.ipv4_mapped or IPv6Address(int(found) >> HOST_BITS << HOST_BITS))
