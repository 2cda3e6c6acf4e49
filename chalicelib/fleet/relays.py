"""Relays (TURN) for networks that let no media through: credentials that end by themselves (docs/decisions/0110).

The form is coturn's "TURN REST API" (draft-uberti-behave-turn-rest-00): a user name that begins with the second of its
end, and as password its HMAC under a secret shared with the relays. Nothing is stored; the relays keep no list either.
"""

import base64
import hashlib
import hmac
from typing import Any

from chalicelib import clock, keyed, settings

WINDOW = 3_600
"""Seconds. Credentials last until the end of the next window: one to two of them. The same person gets the same ones
all through a window, so that a relay's quota per user name counts."""
CHECKING = 120
"""Seconds they last for who only checks a network."""

Json = dict[str, Any]


def of_participant(participant: str) -> Json | None:
    """For somebody who was admitted: ``{"servers": [RTCIceServer], "lifetime": seconds}``; `None`: no relay here."""
    now = clock.wall_clock()
    return _issued(keyed.opaque("relay", participant), (now // WINDOW + 2) * WINDOW - now)


def of_check() -> Json | None:
    """For somebody unknown who checks a network."""
    return _issued(keyed.new_id(), CHECKING)


def _issued(who: str, lifetime: int) -> Json | None:
    urls = [url.strip() for url in settings.get("TURN_URLS").split(",") if url.strip()]
    if not urls:
        return None
    username = f"{clock.wall_clock() + lifetime}:{who}"
    digest = hmac.new(settings.get("TURN_SECRET").encode(), username.encode(), hashlib.sha1).digest()
    server = {"urls": urls, "username": username, "credential": base64.b64encode(digest).decode()}
    return {"servers": [server], "lifetime": lifetime}
