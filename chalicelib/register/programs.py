"""Rows for a customer's own programs: the tokens they call with."""

from .events import Event
from .model import Basis, Clock, Row, Words
from .period import period
from .published import CONTROLLER, MEMBERS
from .stores import EPHEMERAL, PEOPLE
from .working import NOBODY, RUNNING

API_TOKEN = Row(
    key="api_token",
    label=Words("Jeton d'un programme", "Token of a program"),
    subjects=MEMBERS,
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(
        Clock(
            Words("laisser un programme agir pour un membre", "to let a program act for a member"),
            Basis.CONTRACT,
            Event.COLLECTED,
            period("12m"),
            period("13m"),
            "policy §4, §13",
        ),
    ),
    kinds={"api_token": frozenset({"identifier", "company", "account", "name", "scopes", "made_at", "used_on"})},
    why="The hash of a secret, what it opens and the day it was last used; gone the day it expires, within a year.",
)

API_REQUEST = Row(
    key="api_request",
    label=Words("Demande d'un programme, à ne faire qu'une fois", "Request of a program, to be done once"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=(Clock(RUNNING, Basis.CONTRACT, Event.COLLECTED, period("24h"), period("2d"), "policy §4"),),
    kinds={"api_request": frozenset({"digest", "result"})},
    why="Hashes of the key and of the request, and the id of what came of it: the answer is made anew, not kept.",
)

PROGRAMS: tuple[Row, ...] = (API_TOKEN, API_REQUEST)
