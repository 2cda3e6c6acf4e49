"""Pages of recordings: those one may watch, one of them with its player, and with whom it is shared."""

from contextlib import suppress
from typing import Any

from chalicelib import pages
from chalicelib.accounts.models import Account
from chalicelib.doors import Answer, Door, Page, Redirect, Request, form_errors
from chalicelib.errors import FormErrors, NotFound
from chalicelib.errors import mark as _
from chalicelib.meetings import routes as meetings
from chalicelib.meetings import scheduling
from chalicelib.meetings.models import Occurrence
from chalicelib.storage import Frozen, objects

from . import actions, reading, sharing, watching
from .models import Recording

routes = Door(__name__)

DONE = {
    "shared": _("L’enregistrement est partagé. Un courriel part."),
    "withdrawn": _("Le partage est retiré."),
}


@routes.page("/recordings")
def recordings(request: Request) -> Answer:
    """What colleagues share with the person; one's own are on the page of their meeting."""
    shared = [_listed(one) for one in sharing.with_person(request.account)]
    return Page("pages/recordings.html", {"recordings": shared})


@routes.page("/recordings/{recording}")
def recording_page(request: Request, recording: str) -> Answer:
    """The player. It holds no key: a viewing begins when somebody presses play."""
    return _page(request, watching.find(request.account, recording))


@routes.form("/recordings/{recording}/shares")
def share(request: Request, recording: str) -> Answer:
    """For the organiser: a colleague may watch it."""
    found = watching.own(request.account, recording)
    try:
        sharing.share(found, request.account, request.form.get("member", ""))
    except FormErrors as error:
        return _page(request, found, error)
    return Redirect(f"/recordings/{found.id}?done=shared")


@routes.form("/recordings/{recording}/shares/{member}/withdraw")
def withdraw(request: Request, recording: str, member: str) -> Answer:
    """For the organiser: not any more."""
    found = watching.own(request.account, recording)
    sharing.withdraw(found, member)
    return Redirect(f"/recordings/{found.id}?done=withdrawn")


def _beside(request: Request, occurrence: Occurrence) -> dict[str, Any]:
    """What a meeting's page shows its organiser of its recordings: those of which there is something.
    Who planned it for somebody else learns nothing of them."""
    if occurrence.host != request.account.id:
        return {"recordings": []}
    found = actions.of_occurrence(occurrence.id)
    return {"recordings": [_listed(one) for one in found if one.state not in ("asking", "empty")]}


meetings.BESIDE.append(_beside)


def _page(request: Request, recording: Recording, error: FormErrors | None = None) -> Page:
    account = request.account
    own = watching.is_own(account, recording)
    done = DONE.get(request.query.get("done", ""), "")
    values = {
        "recording": {**_listed(recording), "readable": watching.is_readable(recording), "own": own},
        "members": [_person(one) for one in sharing.members(recording)] if own else [],
        "others": [_person(one) for one in sharing.others(recording, account)] if own else [],
        "form": request.form if error else {},
        "errors": form_errors(request, error) if error else {},
        "done": pages.translate(request.language)(done) if done else "",
    }
    return Page("pages/recording.html", values, status=400 if error else 200, connect=objects.place(reading.ROW))


def _listed(recording: Recording) -> dict[str, Any]:
    """A recording in a list. ``seconds``: from its beginning to where it was stopped."""
    began = int(recording.began_at or recording.asked_at)
    return {
        "id": recording.id,
        "title": _title(recording),
        "meeting": recording.occurrence,
        "organiser": sharing.organiser_of(recording),
        "state": recording.state,
        "began_at": began,
        "seconds": max(int(recording.ended_at) - began, 0) if recording.ended_at else None,
        "missing": int(recording.missing),
        "delete_at": int(recording.delete_by or 0),
        "watchable": recording.state in watching.WATCHABLE,
    }


def _title(recording: Recording) -> str:
    with suppress(NotFound, Frozen):
        return str(scheduling.occurrence_of(recording.occurrence).title)
    return ""


def _person(account: Account) -> dict[str, str]:
    return {"id": account.id, "name": f"{account.first_name} {account.name}", "email": str(account.email)}
