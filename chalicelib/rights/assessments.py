"""Impact assessments (GDPR art. 35): a feature that needs one stays off until somebody has signed it."""

from collections.abc import Mapping

from chalicelib import clock, storage
from chalicelib.errors import Conflict, FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.gates import GATED, Assessment, editions
from chalicelib.register.events import Event

LIST = "dpias"
FIELDS = ("title", "measures", "risk")
NEEDED = _("Ce champ est nécessaire.")


def write(feature: str, form: Mapping[str, str]) -> Assessment:
    """A new edition, unsigned. Raises `FormErrors`."""
    wrong = {name: NEEDED for name in FIELDS if not form.get(name)}
    if feature not in GATED:
        wrong["feature"] = NEEDED
    if wrong:
        raise FormErrors(wrong)
    number = len(editions(feature)) + 1
    item = Assessment(
        f"dpia#{feature}",
        f"edition#{number:04d}",
        feature=feature,
        edition=number,
        **{name: form[name] for name in FIELDS},
    )
    item.list_pk, item.list_sk = LIST, f"{feature}#{number:04d}"
    storage.create(item, {})
    return item


def sign(feature: str, edition: int, officer: str) -> None:
    """Signs an edition; those before it are history from now on. Raises `NotFound`, `Conflict`."""
    found = editions(feature)
    item = next((one for one in found if one.edition == edition), None)
    if item is None:
        raise NotFound
    if item.signed_at:
        raise Conflict
    now = clock.now()
    storage.update(item, Assessment.signed_by.set(officer), Assessment.signed_at.set(now))
    for older in found:
        if older.edition < edition and not older.closed_at:
            storage.happened(older, Event.CLOSED, now, Assessment.closed_at.set(now))


def every() -> list[Assessment]:
    """Every edition of every feature."""
    return list(storage.listed(Assessment, LIST))
