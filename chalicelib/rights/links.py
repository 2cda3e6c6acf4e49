"""Links by which people without an account follow their request, and customers answer one. Nothing of a secret is
stored; whoever has the link sees where things stand, never the data itself.
"""

from chalicelib import keyed, settings, storage
from chalicelib.errors import NotFound

from .models import Part, Request


def token(request: Request) -> str:
    """``<request>.<secret>``: the person's."""
    return f"{request.id}.{_secret(request, 'person')}"


def url(request: Request) -> str:
    """Where the person follows the request."""
    return f"{settings.get('BASE_URL')}/rights/{token(request)}"


def part_token(request: Request, part: Part) -> str:
    """``<request>.<part>.<secret>``: the customer's."""
    return f"{request.id}.{part.number}.{_secret(request, f'part/{part.number}')}"


def part_url(request: Request, part: Part) -> str:
    """Where the customer gives instructions."""
    return f"{settings.get('BASE_URL')}/instructions/{part_token(request, part)}"


def request_of(link: str) -> Request:
    """The request of a person's link. Raises `NotFound`."""
    identifier, _, secret = link.partition(".")
    request = _request(identifier)
    if not secret or not keyed.same(secret, _secret(request, "person")):
        raise NotFound
    return request


def part_of(link: str) -> tuple[Request, Part]:
    """The part of a customer's link. Raises `NotFound`."""
    words = link.split(".")
    if len(words) != 3:
        raise NotFound
    request = _request(words[0])
    part = storage.get(Part, request.pk, f"part#{words[1]}")
    if part is None or not part.company or not keyed.same(words[2], _secret(request, f"part/{words[1]}")):
        raise NotFound
    return request, part


def _request(identifier: str) -> Request:
    request = storage.get(Request, f"right#{identifier}", "request") if identifier else None
    if request is None:
        raise NotFound
    return request


def _secret(request: Request, who: str) -> str:
    return keyed.link_secret("right", who, request.id, int(request.generation))
