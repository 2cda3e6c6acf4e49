"""Doors of the company's address book."""

from chalicelib.doors import Answer, Door, Json, Page, Redirect, Request, form_errors
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _
from chalicelib.pages import translate

from . import book, links, rules, scheduling

routes = Door(__name__)

DONE = {"kept": _("Le carnet est à jour."), "forgotten": _("L’adresse est effacée du carnet.")}


@routes.page("/book")
def book_page(request: Request) -> Answer:
    """What the company keeps, and until when."""
    return _page(request, {})


@routes.form("/book")
def keep(request: Request) -> Answer:
    """Enters addresses."""
    try:
        pasted = rules.read_invitees(request.form)
        if not pasted.addresses:
            raise FormErrors({"invitees": _("Indiquez au moins une adresse.")})
        book.keep(request.account, pasted.addresses)
    except FormErrors as error:
        return _page(request, form_errors(request, error))
    return Redirect("/book?done=kept")


@routes.form("/book/{entry}/forget")
def forget(request: Request, entry: str) -> Answer:
    """Takes an address out."""
    book.forget(request.account, entry)
    return Redirect("/book?done=forgotten")


@routes.api("/api/book", ["GET"])
def offered(request: Request) -> Answer:
    """The addresses that have what was typed."""
    found = book.offered(request.account.company, request.query.get("q", "")[:100])
    return Json({"entries": [{"name": one.name, "email": one.email} for one in found]})


@routes.form("/my-data/{link}/book")
def object_to(request: Request, link: str) -> Answer:
    """Somebody invited takes their address out of the company's book, for good."""
    invitation = links.invitation_of(link)
    book.refuse(str(scheduling.read(invitation.meeting).meeting.company), invitation.email)
    return Redirect(f"/my-data/{link}")


def _page(request: Request, errors: dict[str, str]) -> Page:
    done = DONE.get(request.query.get("done", ""), "")
    kept = [
        {"id": one.id, "name": one.name, "email": one.email, "delete_at": int(one.delete_by or 0)}
        for one in book.entries(request.account.company)
    ]
    values = {
        "entries": kept,
        "form": request.form if errors else {},
        "errors": errors,
        "done": translate(request.language)(done) if done else "",
    }
    return Page("pages/book.html", values, status=400 if errors else 200)
