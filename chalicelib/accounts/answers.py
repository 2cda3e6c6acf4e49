"""Answers that the pages of accounts share."""

from collections.abc import Callable

from chalicelib import automated, pages, sessions
from chalicelib.doors import Answer, Page, Redirect, Request, error_words, form_errors
from chalicelib.errors import FormErrors, TooMany

from . import factors
from .models import Account

SECRET = ("password", "current", "email_password", "client_secret", "csrf")
"""Fields that never go back into a page."""


def typed(request: Request) -> dict[str, str]:
    """What the form brought, to be shown again."""
    return {name: value for name, value in request.form.items() if name not in SECRET}


def again(request: Request, fault: FormErrors | TooMany, show: Callable[[dict[str, str]], Page]) -> Page:
    """The page that ``show`` makes of the errors to tell: nothing typed is lost."""
    if isinstance(fault, FormErrors):
        errors = form_errors(request, fault)
    else:
        errors = {"": error_words(request.language, fault)}
    page = show(errors)
    page.status = fault.status
    page.review = automated.shut_out(fault, request.address)
    return page


def enter(request: Request, account: Account, to: str, proved: bool = False) -> Answer:
    """Signs in with a fresh session; the browser's old one ends, and with it every form it was shown.

    Who has a second factor is asked for it first, unless it was ``proved`` in this browser.
    """
    if not proved and factors.has(account.id):
        return Redirect(f"/signin/second/{factors.step(account, request.browser, to)}")
    if request.session is not None:
        sessions.end(request.session)
    device = sessions.device_words(request.headers.get("user-agent", ""))
    return Redirect(to, [sessions.start(account.id, device, factors.due(account))])


def said(request: Request, sentences: dict[str, str]) -> str:
    """What the page says after an act: the sentence that ``?done=`` names, in the reader's language."""
    sentence = sentences.get(request.query.get("done", ""), "")
    return pages.translate(request.language)(sentence) if sentence else ""
