"""Time-based one-time passwords (RFC 6238), by pyotp. Pure: the moment is an argument."""

import hmac
from typing import Final

import pyotp

STEP: Final = 30
"""Seconds of a time step (RFC 6238, 5.2)."""
ISSUER: Final = "Iboo"


def new_secret() -> str:
    """160 random bits, as authenticators read them (base 32)."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """The ``otpauth:`` address an authenticator reads."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=email, issuer_name=ISSUER)


def matching_step(secret: str, code: str, last_step: int, now: int) -> int | None:
    """The time step a code belongs to: this one or a neighbour, later than the last one used."""
    totp, given = pyotp.TOTP(secret, interval=STEP), "".join(code.split()).encode()
    for step in (now // STEP - 1, now // STEP, now // STEP + 1):
        if step > last_step and hmac.compare_digest(totp.at(step * STEP).encode(), given):
            return step
    return None
