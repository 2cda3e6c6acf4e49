"""The operators' pages about incidents."""

from chalicelib.doors import Answer, Door, Request
from chalicelib.errors import mark as _
from chalicelib.pages import translate
from chalicelib.rights.book_routes import said
from chalicelib.rights.console import OPERATIONS, Book, Entry, Line, for_operators, shown

from . import incidents
from .frame import HOME, tried
from .incidents import PARTS
from .models import Incident

routes = Door(__name__)

HERE = f"{HOME}/incidents"
WORDS = (
    Entry("fr", _("Ce que nous écrivons, en français"), "area"),
    Entry("en", _("La même chose, en anglais"), "area"),
)
STATES = [("", _("Cela continue")), ("over", _("C’est terminé"))]


@routes.page("/console/billing/incidents")
@for_operators
def incidents_page(request: Request) -> Answer:
    """All that are kept, and the form that announces one."""
    return shown(request, _all(request))


@routes.form("/console/billing/incidents")
@for_operators
def announce(request: Request) -> Answer:
    """Publishes a new one."""

    def act() -> None:
        incidents.begin(_name(request), request.form.get("part", ""), incidents.words(request.form))

    return tried(request, act, lambda errors: shown(request, _all(request), errors), HERE)


@routes.page("/console/billing/incidents/{incident}")
@for_operators
def incident_page(request: Request, incident: str) -> Answer:
    """What was published of one, and the form that goes on."""
    return shown(request, _one(request, incidents.find(incident)))


@routes.form("/console/billing/incidents/{incident}")
@for_operators
def go_on(request: Request, incident: str) -> Answer:
    """Publishes how it goes, or that it is over."""
    found = incidents.find(incident)

    def act() -> None:
        over = request.form.get("state") == "over"
        incidents.go_on(_name(request), incident, incidents.words(request.form), over)

    return tried(request, act, lambda errors: shown(request, _one(request, found), errors), f"{HERE}/{incident}")


def _name(request: Request) -> str:
    return f"{request.account.first_name} {request.account.name}"


def _all(request: Request) -> Book:
    lines = tuple(
        Line(
            (said(request, one.begun_at), translate(request.language)(PARTS[one.part]), _end(request, one)),
            link=_at(one),
        )
        for one in incidents.newest()
    )
    return Book(
        _("Incidents"),
        _("Ce qui est annoncé paraît aussitôt à la page « État du service », et y reste quatre-vingt-dix jours."),
        (_("Depuis"), _("Partie"), _("Jusqu’à")),
        lines,
        HERE,
        _("Annoncer"),
        (Entry("part", _("Partie"), "choice", list(PARTS.items())), *WORDS),
        OPERATIONS,
    )


def _one(request: Request, incident: Incident) -> Book:
    lines = tuple(Line((said(request, int(note["at"])), note["fr"], note["en"])) for note in incident.notes)
    goes_on = not incident.over_at
    return Book(
        _("Incident"),
        PARTS[incident.part],
        (_("Publié le"), _("Français"), _("Anglais")),
        lines,
        _at(incident) if goes_on else "",
        _("Publier"),
        (*WORDS, Entry("state", _("Où en est-on ?"), "choice", STATES)) if goes_on else (),
        OPERATIONS,
    )


def _at(incident: Incident) -> str:
    return f"{HERE}/{incident.id}"


def _end(request: Request, incident: Incident) -> str:
    return said(request, incident.over_at) if incident.over_at else translate(request.language)(_("en cours"))
