"""What programs send and get: the types that check requests, and of which the published document is made.

A description is a French sentence for the catalog, as everywhere.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from chalicelib.errors import mark as _

Title = Annotated[str, Meta(min_length=1, max_length=120, description=_("Objet de la réunion."))]
Day = Annotated[date, Meta(description=_("Jour de la réunion, dans son fuseau horaire."))]
Hour = Annotated[
    str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description=_("Heure du début, dans son fuseau horaire."))
]
Zone = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=60,
        description=_("Fuseau horaire IANA, comme Europe/Paris."),
        examples=["Europe/Paris"],
    ),
]
Minutes = Annotated[int, Meta(ge=5, le=720, description=_("Durée prévue, en minutes."))]
Keep = Literal["28d", "end", "none"]
Delivery = Literal["queued", "sent", "delayed", "delivered", "failed", "complained", "revoked"]
Role = Literal["host", "cohost", "guest"]
Recorded = Literal["running", "closing", "ready", "incomplete"]
State = Literal["planned", "begun", "over", "cancelled"]
KEEP = _("Combien de temps garder les messages : 28 jours, jusqu’à la fin de la réunion, ou pas du tout.")
Email = Annotated[str, Meta(min_length=3, max_length=320, description=_("Adresse e-mail."))]
Id = Annotated[str, Meta(min_length=1, max_length=60)]
Moment = Annotated[datetime, Meta(tz=True)]
Scope = Literal["one", "following", "all"]
SCOPE = _("D’une série : cette date, celle-ci et les suivantes, ou toutes.")


class Repeat(Struct, forbid_unknown_fields=True):
    """How a meeting comes again."""

    every: Annotated[
        Literal["weekly", "fortnightly", "workdays", "monthly_day", "monthly_weekday"],
        Meta(description=_("Le rythme de la série.")),
    ]
    days: Annotated[
        list[Annotated[int, Meta(ge=0, le=6)]],
        Meta(max_length=7, description=_("Jours de la semaine, de lundi (0) à dimanche (6) ; vide : celui du début.")),
    ] = []
    count: Annotated[int, Meta(ge=2, le=90, description=_("Nombre de dates."))] | None = None
    until: Annotated[date | None, Meta(description=_("Dernier jour possible, au lieu du nombre."))] = None


class NewInvitee(Struct, forbid_unknown_fields=True):
    """Somebody to invite."""

    email: Email
    name: Annotated[str, Meta(max_length=80, description=_("Nom, facultatif."))] = ""


People = Annotated[list[NewInvitee], Meta(max_length=100, description=_("Qui inviter."))]


class NewMeeting(Struct, forbid_unknown_fields=True):
    """A meeting to plan."""

    title: Title
    date: Day
    time: Hour
    timezone: Zone
    minutes: Minutes
    keep: Annotated[Keep | None, Meta(description=KEEP)] = None
    repeat: Annotated[Repeat | None, Meta(description=_("Si la réunion se répète."))] = None
    host: Annotated[
        Id | None, Meta(description=_("Qui organise, parmi les membres de l’entreprise ; sans valeur : votre membre."))
    ] = None
    cohosts: Annotated[list[Id], Meta(max_length=5, description=_("Les coorganisateurs."))] = []
    invitees: People = []


class MeetingChange(Struct, forbid_unknown_fields=True):
    """What is to change of a meeting; what is left out stays."""

    title: Title | UnsetType = UNSET
    date: Day | UnsetType = UNSET
    time: Hour | UnsetType = UNSET
    timezone: Zone | UnsetType = UNSET
    minutes: Minutes | UnsetType = UNSET
    keep: Annotated[Keep, Meta(description=KEEP)] | UnsetType = UNSET
    scope: Annotated[Scope, Meta(description=SCOPE)] = "one"


class Cancellation(Struct, forbid_unknown_fields=True):
    """What is to be cancelled."""

    scope: Annotated[Scope, Meta(description=SCOPE)] = "one"


class NewInvitees(Struct, forbid_unknown_fields=True):
    """People to invite."""

    invitees: Annotated[list[NewInvitee], Meta(min_length=1, max_length=100, description=_("Qui inviter."))]


class Member(Struct):
    """A member of the company."""

    id: str
    name: str


class Meeting(Struct):
    """One date of a meeting."""

    id: Annotated[str, Meta(description=_("Identifiant de cette date, valable dans toutes les adresses."))]
    meeting: Annotated[
        str, Meta(description=_("Identifiant de la réunion, le même pour toutes les dates d’une série."))
    ]
    title: str
    starts_at: Moment
    ends_at: Moment
    timezone: str
    state: Annotated[State, Meta(description=_("Où en est cette date de la réunion."))]
    keep: Annotated[Keep, Meta(description=KEEP)]
    host: Annotated[Member | None, Meta(description=_("Qui organise ; sans valeur si son compte est fermé."))]
    series: Annotated[bool, Meta(description=_("Si la réunion a plusieurs dates."))]
    invited: Annotated[int, Meta(description=_("Nombre de personnes invitées."))]
    url: Annotated[str, Meta(description=_("Adresse de la salle, pour qui organise."))]
    delete_at: Annotated[
        Moment | None, Meta(description=_("Quand tout ce qui reste de cette date sera supprimé, au plus tard."))
    ]


NEXT = _("Le curseur de la page suivante ; sans valeur à la fin de la liste.")
Cursor = Annotated[str, Meta(max_length=200, description=_("Le curseur que donnait la page précédente."))]
Limit = Annotated[int, Meta(ge=1, le=100, description=_("Combien d’éléments par page."))]


class Meetings(Struct):
    """A page of meetings."""

    items: list[Meeting]
    next: Annotated[str | None, Meta(description=NEXT)]


class MeetingsQuery(Struct, forbid_unknown_fields=True):
    """Which meetings."""

    when: Annotated[
        Literal["upcoming", "past"], Meta(description=_("Celles à venir, ou celles qui sont terminées ou annulées."))
    ] = "upcoming"
    limit: Limit = 25
    cursor: Cursor | None = None


class PageQuery(Struct, forbid_unknown_fields=True):
    """Which page."""

    limit: Limit = 25
    cursor: Cursor | None = None


class Dates(Struct):
    """All dates of a meeting, in their order."""

    items: list[Meeting]


class Invitee(Struct):
    """Somebody invited, and what became of the invitation."""

    id: str
    email: str
    name: str
    state: Annotated[Delivery, Meta(description=_("Ce qu’est devenue l’invitation."))]
    state_at: Moment


class Invitees(Struct):
    """A page of the people invited."""

    items: list[Invitee]
    next: Annotated[str | None, Meta(description=NEXT)]


class Stay(Struct):
    """From when to when somebody was in the room."""

    since: Moment
    until: Moment


class Presence(Struct):
    """Somebody who was in the room."""

    name: str
    role: Role
    seconds: Annotated[int, Meta(description=_("Temps passé dans la salle, en secondes."))]
    stays: list[Stay]


class Attendance(Struct):
    """Who was in the room, in the order of arrival."""

    items: list[Presence]


class Recording(Struct):
    """A recording: what there is of it, never what is in it."""

    id: str
    meeting: Annotated[str, Meta(description=_("Identifiant de la date enregistrée."))]
    state: Annotated[Recorded, Meta(description=_("Où en est l’enregistrement."))]
    began_at: Moment
    seconds: Annotated[int | None, Meta(description=_("Durée, en secondes, une fois arrêté."))]
    url: Annotated[str, Meta(description=_("Page où le regarder, une fois connecté."))]
    delete_at: Annotated[Moment | None, Meta(description=_("Quand il sera supprimé, au plus tard."))]


class Recordings(Struct):
    """The recordings of one date."""

    items: list[Recording]


class Month(Struct):
    """A month of the company, in numbers."""

    month: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}$", description=_("Le mois, comme 2026-11."))]
    meetings: int
    participants: int
    minutes: int


class Usage(Struct):
    """The company's months, newest first."""

    items: list[Month]
