"""Restriction (GDPR art. 18): frozen in storage, so that no view can forget it; lifted after the person was told."""

from collections.abc import Iterable

from chalicelib import clock, keyed, storage
from chalicelib.errors import Conflict
from chalicelib.errors import mark as _
from chalicelib.register import STORES
from chalicelib.register.events import Event
from chalicelib.storage import suspension
from chalicelib.storage.expiry import Place

from . import letters, steps
from .models import Freeze, Request

LIST = "freezes"
TELL_BEFORE = 86_400
"""Seconds between telling the person and lifting (art. 18 (3): before)."""
_BY_KEY = {store.key: store for store in STORES}


def open_for(request: Request, places: Iterable[Place], scope: str, lapses_at: int | None = None) -> Freeze:
    """Freezes these items. ``lapses_at``: of a provisional freeze, until somebody decides."""
    now = clock.now()
    frozen = [place for place in places if _freeze(place)]
    freeze = Freeze(
        f"freeze#{keyed.new_id()}",
        "freeze",
        request=request.id,
        reason=request.words or request.right,
        scope=scope,
        places=[written(place) for place in frozen],
        email=request.email,
        language=request.language,
        opened_at=now,
        lapses_at=lapses_at,
        state="open",
    )
    freeze.list_pk, freeze.list_sk = LIST, f"{now:012d}#{freeze.id}"
    storage.create(freeze, {})
    steps.note(request, "system", "frozen", scope)
    return freeze


def open_ones() -> list[Freeze]:
    """Every freeze that stands."""
    return list(storage.listed(Freeze, LIST))


def of_request(request: Request, scope: str | None = None) -> list[Freeze]:
    """The freezes a request has brought (in one scope)."""
    return [one for one in open_ones() if one.request == request.id and scope in (None, one.scope)]


def of_account(account: str) -> list[Freeze]:
    """The freezes that lie on an account."""
    return [one for one in open_ones() if f"people|account#{account}|account" in one.places]


def announce(freeze: Freeze) -> None:
    """Tells the person that the freeze ends, and when. Doing it twice changes nothing."""
    if freeze.told_at:
        return
    now = clock.now()
    lift_at = now + TELL_BEFORE
    storage.update(freeze, Freeze.told_at.set(now), Freeze.lift_at.set(lift_at))
    letters.write(
        freeze.email,
        freeze.language,
        lambda t, language: (
            t(_("La limitation va être levée")),
            t(_("Vos données étaient gelées. La limitation sera levée le %(date)s (article 18.3 du RGPD)."))
            % {"date": letters.day(lift_at, language)},
        ),
    )


def lift(freeze: Freeze) -> None:
    """Ends a freeze. Raises `Conflict` before the person has been told and the day has come."""
    if not freeze.told_at or not freeze.lift_at or clock.now() < freeze.lift_at:
        raise Conflict(_("La personne doit en être prévenue d’abord (article 18.3 du RGPD)."))
    _end(freeze)


def end_with_decision(freeze: Freeze) -> None:
    """Ends a freeze because what was frozen is erased this instant, as the person asked: nothing is used again."""
    _end(freeze)


def lift_due() -> int:
    """Lifts what was announced and is due. Announces provisional freezes a day before they lapse. Returns how many."""
    now, lifted = clock.now(), 0
    for freeze in open_ones():
        if freeze.lapses_at and not freeze.told_at and now >= freeze.lapses_at - TELL_BEFORE:
            announce(freeze)
        if freeze.lift_at and now >= freeze.lift_at:
            _end(freeze)
            lifted += 1
    return lifted


def written(place: Place) -> str:
    """A place as text: ``store|pk|sk``."""
    return "|".join((place.store.key, place.pk, place.sk))


def place_of(text: str) -> Place:
    """The place of a text."""
    store, pk, sk = text.split("|", 2)
    return Place(_BY_KEY[store], pk, sk)


def _freeze(place: Place) -> bool:
    try:
        suspension.freeze(place)
    except LookupError:
        return False  # gone meanwhile
    return True


def _end(freeze: Freeze) -> None:
    now = clock.now()
    others = {place for one in open_ones() if one.id != freeze.id for place in one.places}
    for text in freeze.places:
        if text not in others:
            try:
                suspension.thaw(place_of(text))
            except LookupError:
                continue  # erased meanwhile
    changes = Freeze.state.set("lifted"), Freeze.closed_at.set(now), Freeze.list_pk.remove(), Freeze.list_sk.remove()
    storage.happened(freeze, Event.CLOSED, now, *changes)
