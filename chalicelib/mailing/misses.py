"""How many invitations of a company reached nobody, or somebody who called them unwanted, within a day.

Who sends invitations to bought or guessed addresses is known by that, hours before people complain to us.
"""

from chalicelib import throttle

SCOPE = "mail_misses"
DAY = 86_400
UNWANTED = 5
"""Somebody who says that a mail is unwanted weighs as much as so many addresses nobody has."""


def note(company: str, *, unwanted: bool) -> None:
    """One more."""
    throttle.count(SCOPE, company, UNWANTED if unwanted else 1, DAY)


def of(company: str) -> throttle.Counted:
    """Those of the day that began with the first of them."""
    return throttle.counted(SCOPE, company)


def forget(company: str) -> None:
    """A person said that they were no abuse."""
    throttle.forget(SCOPE, company)
