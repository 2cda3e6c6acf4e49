"""What a program's token may open: never more than the member who made it. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from chalicelib.errors import mark as _


class Scope(StrEnum):
    """What a token opens, if its maker may do it."""

    READ = "meetings:read"
    WRITE = "meetings:write"
    ATTENDANCE = "attendance:read"
    RECORDINGS = "recordings:read"
    USAGE = "usage:read"


WORDS: Final[Mapping[Scope, str]] = {
    Scope.READ: _("Lire les réunions et leurs invités"),
    Scope.WRITE: _("Planifier, modifier et annuler des réunions, inviter"),
    Scope.ATTENDANCE: _("Lire les présences"),
    Scope.RECORDINGS: _("Lire la liste et l’état des enregistrements"),
    Scope.USAGE: _("Lire l’usage en chiffres"),
}
DAYS: Final[Mapping[str, str]] = {
    "30": _("30 jours"),
    "90": _("90 jours"),
    "180": _("180 jours"),
    "365": _("Un an"),
}
"""After how many days a token expires."""
LONGEST_NAME: Final = 60
MOST: Final = 20
"""Tokens of one company."""
