"""Checks of a network before a meeting: one real exchange with a real worker, in no room and with no trace."""

from random import SystemRandom

from chalicelib import clock, log, settings
from chalicelib.errors import BadOffer, NoWorker
from chalicelib.gateways import workers as gateway
from chalicelib.gateways.workers import WorkerError, WorkerRefused
from chalicelib.signalling import messages, tickets
from chalicelib.signalling.messages import CheckOrder

from .actions import candidates
from .rules import choose

TRIES = 2


def check(offer: str) -> str:
    """A worker's answer to an offer of data channels alone. Raises `BadOffer`, `NoWorker`."""
    able = candidates()
    for _ in range(TRIES):
        chosen = choose(able, clock.now(), SystemRandom())
        if chosen is None:
            raise NoWorker
        order = CheckOrder(offer)
        private_key = settings.get("TICKET_PRIVATE_KEY")
        token = tickets.sign_order(messages.dump(order), chosen.incarnation, private_key, clock.wall_clock())
        try:
            return gateway.check(chosen.control, order, token).answer
        except WorkerError as fault:
            if isinstance(fault, WorkerRefused) and fault.code == "bad_offer":
                raise BadOffer from fault
            log.info("check_missed", reason=type(fault).__name__)
            able = [one for one in able if one.incarnation != chosen.incarnation]
    raise NoWorker
