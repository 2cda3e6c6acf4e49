"""Rows for a customer's own programs: the tokens they call with, the addresses at which they are told."""

from .common import NOBODY, RUNNING
from .events import Event
from .model import Basis, Clock, Row, Words
from .period import period
from .published import CONTROLLER, MEMBERS
from .stores import EPHEMERAL, PEOPLE

TELLING = Words("prévenir les programmes du client", "to tell the customer's programs")

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

WEBHOOK = Row(
    key="webhook",
    label=Words("Adresse à prévenir", "Address to be told"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=PEOPLE,
    clocks=(Clock(TELLING, Basis.CONTRACT, Event.RENEWED, period("12m"), period("13m"), "policy §4"),),
    kinds={"webhook": frozenset({"identifier", "company", "url", "told", "generation", "renewed_at", "paused_at"})},
    why="Where a customer's program hears of its meetings; forgotten a year after the last message it took.",
)

WEBHOOK_MESSAGE = Row(
    key="webhook_message",
    label=Words("Message à un programme", "Message to a program"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=(Clock(TELLING, Basis.CONTRACT, Event.COLLECTED, period("7d"), period("8d"), "policy §4"),),
    kinds={
        "webhook_message": frozenset(
            {"message", "webhook", "event", "meeting", "about", "sequence", "at", "state", "attempts", "status"}
        )
    },
    why="Ids, what happened and when: no name, no title, no address. Kept a week, so that it can be sent again.",
)

WEBHOOK_COUNT = Row(
    key="webhook_count",
    label=Words("Numéro du dernier message d'une réunion", "Number of a meeting's last message"),
    subjects=NOBODY,
    roles=CONTROLLER,
    store=EPHEMERAL,
    clocks=(Clock(TELLING, Basis.CONTRACT, Event.RENEWED, period("400d"), period("14m"), "policy §4"),),
    kinds={"webhook_count": frozenset({"number"})},
    why="Puts the messages of one meeting in their order; meetings are planned a year ahead at most.",
)

PROGRAMS: tuple[Row, ...] = (API_TOKEN, API_REQUEST, WEBHOOK, WEBHOOK_MESSAGE, WEBHOOK_COUNT)
