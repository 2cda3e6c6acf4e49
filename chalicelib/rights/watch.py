"""What runs by the clock: reminders, alerts, freezes that lapse, answers a person owes."""

from chalicelib import clock, log, settings, storage
from chalicelib.automated import Decision
from chalicelib.errors import mark as _

from . import breaches, decisions, forwarding, freezes, holds, letters, steps
from .models import Request
from .records import Breach
from .rules import alert_level


def run() -> None:
    """Once an hour. Each alarm and mail goes out once, however often this runs."""
    now = clock.now()
    for request in steps.open_ones():
        _alert(request, now)
        for part in steps.parts(request):
            if part.company:
                forwarding.remind(request, part, now)
    freezes.lift_due()
    for decision in decisions.waiting():
        if decision.due_at and now > decision.due_at and not decision.alerted:
            storage.update(decision, Decision.alerted.set(now))
            log.warning("review_late", rule=decision.rule)
    for breach in breaches.every():
        if breach.state == "open" and not breach.notified_at and now > breaches.due_at(breach) and not breach.alerted:
            storage.update(breach, Breach.alerted.set(now))
            log.warning("breach_late")
    for hold in holds.open_ones():
        if now > hold.review_at:
            log.warning("hold_review_due", number=hold.number)


def _alert(request: Request, now: int) -> None:
    """Tells the officer at 50, 75 and 90 per cent of the time, and when it is over."""
    level = alert_level(int(request.received_at), int(request.due_at), now)
    if level <= request.alerted:
        return
    storage.update(request, Request.alerted.set(level))
    if level == 100:
        log.warning("right_late", right=request.right)
        steps.note(request, "system", "late")
    letters.write(
        settings.get("RIGHTS_EMAIL"),
        "fr",
        lambda t, language: (
            t(_("Une demande de droits en retard")) if level == 100 else t(_("Une demande de droits attend")),
            t(_("Demande %(id)s : %(level)s %% du délai est passé ; réponse due le %(date)s."))
            % {"id": request.id, "level": level, "date": letters.day(request.due_at, language)},
        ),
        link=f"{settings.get('BASE_URL')}/console/requests/{request.id}",
        action=_("Ouvrir la demande"),
    )
