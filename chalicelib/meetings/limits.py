"""How much a company may invite: its plan's number a day; and a trial stops for the day where too many of its
invitations reach nobody or are unwanted.

The second is a judgement by a rule (docs/decisions/0086): the page that refuses leads to a person. Operators lift
both.
"""

from chalicelib import automated, settings, throttle
from chalicelib.accounts import plans, suspension
from chalicelib.errors import FormErrors, TooMany
from chalicelib.errors import mark as _
from chalicelib.mailing import misses

DAY = 86_400
SCOPE = "invitations"
MISSES = 10
"""How many a trial may have in a day. Our choice: a fifth of its invitations."""


class Halted(FormErrors):
    """Too many invitations of a trial missed. ``fault`` says until when, and by which counter."""

    def __init__(self, fault: TooMany) -> None:
        sentence = _(
            "Trop d’invitations de ces dernières heures n’ont trouvé personne ou ont été signalées comme indésirables. "
            "Pendant l’essai, les envois s’arrêtent alors pour la journée. Vérifiez vos adresses, ou écrivez-nous : "
            "%(contact)s."
        )
        super().__init__({"invitees": sentence}, contact=settings.get("CONTACT_EMAIL"))
        self.fault = fault


def take(company: str, invitees: int) -> None:
    """Counts invitations against the plan's number a day: all of them, or none. Raises `FormErrors`, `Halted`,
    `Suspended`."""
    suspension.require_none(company)
    missed = misses.of(company)
    if invitees and missed.tries >= MISSES and plans.is_watched(company):
        raise Halted(TooMany(missed.seconds, missed.counter))
    allowed = plans.of(company).invitations_per_day
    try:
        throttle.take(SCOPE, company, invitees, allowed, DAY)
    except TooMany as fault:
        sentence = _(
            "Votre offre permet %(number)s invitations par jour. Invitez les autres personnes demain, ou "
            "écrivez-nous : %(contact)s."
        )
        raise FormErrors({"invitees": sentence}, number=allowed, contact=settings.get("CONTACT_EMAIL")) from fault


def lift(company: str) -> None:
    """What was counted so far today counts no more."""
    throttle.forget(SCOPE, company)
    misses.forget(company)


def review(error: FormErrors | None, company: str) -> str:
    """Where a person may be asked about a refusal; empty where no rule judged."""
    if not isinstance(error, Halted):
        return ""
    counter = error.fault.counter
    return automated.path(automated.refused("invitations_halted", company, counter, counter))
