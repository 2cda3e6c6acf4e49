"""Paying by a link that was mailed: whoever has it sees what is to be paid and can pay it, and nothing else."""

from chalicelib import keyed
from chalicelib.doors import Answer, Door, Request
from chalicelib.errors import NotFound

from . import ordering, payment
from .links import paying
from .models import Order

routes = Door(__name__)


@routes.page("/pay/{reference}/{secret}")
def pay_page(request: Request, reference: str, secret: str) -> Answer:
    """What is to be paid, and how."""
    order = _order(reference, secret)
    return payment.checkout(request, order, paying(reference))


@routes.form("/pay/{reference}/{secret}/transfer")
def pay_by_transfer(request: Request, reference: str, secret: str) -> Answer:
    """It will be paid by bank transfer."""
    return payment.by_transfer(_order(reference, secret), paying(reference))


@routes.page("/pay/{reference}/{secret}/return")
def returned(request: Request, reference: str, secret: str) -> Answer:
    """Back from the bank."""
    return payment.returned(request, _order(reference, secret), gave_up=False, base=paying(reference))


@routes.page("/pay/{reference}/{secret}/return/error")
def returned_unpaid(request: Request, reference: str, secret: str) -> Answer:
    """Back without having paid, as the bank's link says."""
    return payment.returned(request, _order(reference, secret), gave_up=True, base=paying(reference))


def _order(reference: str, secret: str) -> Order:
    if not keyed.same(paying(reference), f"/pay/{reference}/{secret}"):
        raise NotFound
    return ordering.find(reference)
