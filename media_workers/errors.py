"""What can go wrong, as a tree.

WorkerError
├── Malformed            a packet, a message: dropped, counted, harms nobody
└── Refusal              an answer of the control port, with a status and a code
    ├── BadRequest       400 bad_request
    ├── BadOffer         400 bad_offer
    ├── BadTicket        401 bad_ticket
    ├── NotAdmitted      403 not_admitted
    ├── NoRoom           404 not_found
    ├── RoomFull         409 room_full
    ├── StaleEpoch       409 stale_epoch
    ├── AtCapacity       503 at_capacity
    └── Draining         503 draining
"""


class WorkerError(Exception):
    """The root."""


class Malformed(WorkerError):
    """Bytes from the wire that are not what they claim to be."""


class Refusal(WorkerError):
    """The control port says no."""

    status = 400
    code = "bad_request"


class BadRequest(Refusal):
    """The body is not of the contract."""


class BadOffer(Refusal):
    """The SDP offer can't be answered."""

    code = "bad_offer"


class BadTicket(Refusal):
    """Forged, expired, used, for another worker or for another offer."""

    status = 401
    code = "bad_ticket"


class NotAdmitted(Refusal):
    """The participant was removed from this room."""

    status = 403
    code = "not_admitted"


class NoRoom(Refusal):
    """This worker holds no such room at this epoch."""

    status = 404
    code = "not_found"


class RoomFull(Refusal):
    """The plan's number of people is reached."""

    status = 409
    code = "room_full"


class StaleEpoch(Refusal):
    """The room has moved on: a higher epoch was seen here."""

    status = 409
    code = "stale_epoch"


class AtCapacity(Refusal):
    """This worker has enough to do: another one should take the room."""

    status = 503
    code = "at_capacity"


class Draining(Refusal):
    """This worker is about to stop: another one should take the room."""

    status = 503
    code = "draining"
