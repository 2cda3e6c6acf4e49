"""The newsletter's doors: asking, confirming, leaving with one click; and a signed-in person's own choices."""

from chalicelib import keyed, pages, throttle
from chalicelib.accounts.answers import again, said, typed
from chalicelib.accounts.documents import document
from chalicelib.accounts.rules import Checked
from chalicelib.consents import newsletter, objections, proofs
from chalicelib.doors import FORM, Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors, TooMany
from chalicelib.errors import mark as _

routes = Door(__name__)

PER_ORIGIN = 20
"""Requests to subscribe from one origin and hour."""

DONE = {
    "subscribed": _("Vous recevrez la lettre d’information."),
    "left": _("Vous ne recevrez plus la lettre d’information."),
}


@routes.page("/newsletter")
def newsletter_page(request: Request) -> Answer:
    """The form to subscribe."""
    return _form(request, {})


@routes.form("/newsletter")
def ask_newsletter(request: Request) -> Answer:
    """Writes to the address: nothing is sent before its link is used."""
    reading = Checked(request.form)
    email = reading.email("email")
    reading.accepted("agree", _("Cochez la case pour vous abonner."))
    try:
        reading.done()
        throttle.hit("newsletter/origin", request.address, PER_ORIGIN, 3_600)
        newsletter.ask(email, request.language)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _form(request, errors))
    return Page("pages/newsletter_sent.html", {"email": email})


@routes.page("/newsletter/{token}")
def confirm_page(request: Request, token: str) -> Answer:
    """A button: looking changes nothing."""
    newsletter.asked(token)
    return Page("pages/newsletter_confirm.html", {"token": token})


@routes.form("/newsletter/{token}")
def confirm_newsletter(request: Request, token: str) -> Answer:
    """Subscribes."""
    newsletter.confirm(token, document("policy").version)
    return Page("pages/newsletter_done.html")


@routes.page("/u/{token}")
def leave_page(request: Request, token: str) -> Answer:
    """A button: a mail scanner that looks changes nothing."""
    return Page("pages/unsubscribe.html", {"token": token, "done": False})


@routes.api("/u/{token}", ["POST"], content_type=(FORM, "multipart/form-data"), check=False)
def leave(request: Request, token: str) -> Answer:
    """One click, by the mail program (RFC 8058) or by the button: no cookie, no page before, no question.

    The answer is the same for any token: nobody learns which address is on the list.
    """
    newsletter.leave(token)
    return Page("pages/unsubscribe.html", {"token": token, "done": True})


@routes.page("/account/choices")
def own_choices(request: Request) -> Answer:
    """What a signed-in person agreed to or refused, and since when."""
    account = request.account
    values = {
        "subscribed": newsletter.subscriber(account.email),
        "opposed": objections.opposed(account.email),
        "choice": request.choice,
        "proofs": proofs.all_of(keyed.email_hash(account.email)),
        "box": newsletter.BOX,
        "done": said(request, DONE),
    }
    return Page("pages/choices.html", values)


@routes.form("/account/choices")
def change_choices(request: Request) -> Answer:
    """Subscribes, or leaves: one click either way."""
    account = request.account
    if request.form.get("newsletter") == "yes":
        language = pages.pick_language(None, None, account.language)
        newsletter.subscribe(account.email, language, "account", document("policy").version)
        return Redirect("/account/choices?done=subscribed")
    objections.oppose(account.email, "account")
    return Redirect("/account/choices?done=left")


def _form(request: Request, errors: dict[str, str]) -> Page:
    form = typed(request) if request.method == "POST" else {}
    return Page("pages/newsletter.html", {"form": form, "errors": errors, "box": newsletter.BOX})
