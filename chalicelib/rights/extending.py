"""Two months more to answer (GDPR art. 12 (3)): with reasons, told within the first month, once."""

from chalicelib import clock, storage
from chalicelib.errors import Conflict, FormErrors
from chalicelib.errors import mark as _

from . import deadlines, letters, links, steps
from .models import Part, Request
from .rules import TOO_LATE


def extend(request: Request, reason: str) -> None:
    """Raises `FormErrors` without a reason, `Conflict` when it is too late or was done."""
    now = clock.now()
    if not reason:
        raise FormErrors({"reason": _("Dites pourquoi : la personne le lira.")})
    if request.extended_at or request.closed_at:
        raise Conflict
    if now > request.due_at:
        raise Conflict(TOO_LATE)
    due_at = deadlines.answer_due(int(request.received_at), extended=True, suspended_days=int(request.suspended_days))
    storage.update(
        request,
        Request.extended_at.set(now),
        Request.extension_reason.set(reason),
        Request.due_at.set(due_at),
        Request.alerted.set(0),
        Request.list_sk.set(steps.place(request, due_at)),
    )
    for part in steps.parts(request):
        if not part.company:
            storage.update(part, Part.due_at.set(due_at))
    steps.note(request, "officer", "extended", reason)
    letters.write(
        request.email,
        request.language,
        lambda t, language: (
            t(_("Il nous faut plus de temps")),
            t(_("Nous répondrons au plus tard le %(date)s (article 12.3 du RGPD)."))
            % {"date": letters.day(due_at, language)},
            t(_("Pourquoi : %(reason)s")) % {"reason": reason},
        ),
        link=links.url(request),
        action=_("Suivre ma demande"),
    )
