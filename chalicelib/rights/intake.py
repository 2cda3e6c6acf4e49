"""A request comes in: by a signed-in page, a public form, a guest's link or a mail. Its clock starts on arrival."""

from dataclasses import dataclass

from chalicelib import clock, keyed, storage, throttle
from chalicelib.errors import mark as _

from . import deadlines, identity, letters, links, splitting, steps
from .models import Pointer, Request
from .rules import LABELS, LONGEST_WORDS, Right

NO_IDENTITY = frozenset({Right.MARKETING})
"""What nobody must prove an identity for: being left alone harms no one (facts A.9-9)."""

PER_DAY = 10


@dataclass(frozen=True)
class Wish:
    """What somebody asks. ``email``: where to answer; ``about``: the address concerned, if another.

    ``account``: of a signed-in person. ``meeting``, ``invitation``: of a guest's link. ``provider``: name of the one
    who shall receive the data.
    """

    right: Right
    door: str
    email: str
    language: str
    about: str = ""
    words: str = ""
    name: str = ""
    account: str | None = None
    freeze: bool = False
    meeting: str | None = None
    invitation: str | None = None
    provider: str | None = None


def receive(wish: Wish, arrived_at: int | None = None) -> Request:
    """Opens the file of a request, acknowledges it, and takes the first steps. ``arrived_at``: when a mail came in.

    Raises `TooMany` for the eleventh request about one address in a day.
    """
    for address in {wish.email.casefold(), (wish.about or wish.email).casefold()}:
        throttle.hit("rights/address", address, PER_DAY, 86_400)
    request = _opened(wish, clock.now() if arrived_at is None else arrived_at)
    steps.note(request, "person", f"received:{wish.door}")
    _acknowledge(request)
    if request.account:
        identity.settled(request, "session")
    elif request.invitation:
        identity.settled(request, "link")
    elif wish.right in NO_IDENTITY:
        identity.settled(request, "none needed")
    else:
        identity.ask(request)
        return request
    splitting.split(request)
    return request


def _opened(wish: Wish, received_at: int) -> Request:
    about = wish.about or wish.email
    due_at = deadlines.answer_due(received_at)
    request = Request(
        f"right#{keyed.new_id()}",
        "request",
        right=wish.right.value,
        door=wish.door,
        language=wish.language,
        email=wish.email,
        email_hash=keyed.email_hash(about),
        about=about,
        account=wish.account,
        name=wish.name or None,
        words=wish.words[:LONGEST_WORDS] or None,
        state="received",
        received_at=received_at,
        due_at=due_at,
        freeze=wish.freeze or wish.right is Right.RESTRICTION,
        meeting=wish.meeting,
        invitation=wish.invitation,
        provider=wish.provider,
    )
    request.list_pk, request.list_sk = steps.OPEN, steps.place(request, due_at)
    pointer = Pointer(f"rights-of#{request.email_hash}", request.id, at=received_at)
    with storage.Transaction() as write:
        write.create(request, {})
        write.create(pointer, {})
    return request


def _acknowledge(request: Request) -> None:
    letters.write(
        request.email,
        request.language,
        lambda t, language: (
            t(_("Votre demande nous est parvenue")),
            t(_("Vous demandez : %(wish)s.")) % {"wish": t(LABELS[Right(request.right)])},
            t(_("Nous y répondons au plus tard le %(date)s. C’est gratuit."))
            % {"date": letters.day(request.due_at, language)},
        ),
        link=links.url(request),
        action=_("Suivre ma demande"),
    )
