"""The page of webhooks: where a company's programs are told, and what became of it."""

from typing import Any

from chalicelib import pages, seclog
from chalicelib.accounts import members
from chalicelib.accounts.answers import again, said, typed
from chalicelib.accounts.roles import Power
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _

from . import actions
from .models import Message, Webhook
from .rules import WORDS, Happening

routes = Door(__name__)

PAGE = "/company/webhooks"
DONE = {
    "removed": _("L’adresse est retirée."),
    "resumed": _("Les messages reprennent."),
    "replayed": _("Le message part de nouveau, dans la minute."),
}
STATES = {"queued": _("En attente"), "sent": _("Reçu"), "failed": _("Abandonné")}


@routes.page(PAGE)
def webhooks_page(request: Request) -> Answer:
    """The addresses, and the last messages to each."""
    return _shown(request, {})


@routes.form(PAGE)
def add_webhook(request: Request) -> Answer:
    """A new address; the answer shows its secret, once."""
    account = request.account
    try:
        made = actions.add(account, request.form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, errors))
    seclog.record("webhook_made", "done", account.email, request.address)
    return _shown(request, {}, actions.secret(made))


@routes.form(PAGE + "/{webhook}/renew")
def renew_secret(request: Request, webhook: str) -> Answer:
    """Another secret, shown once."""
    account = request.account
    found = actions.find(account, webhook)
    actions.renew(found)
    seclog.record("webhook_made", "done", account.email, request.address)
    return _shown(request, {}, actions.secret(found))


@routes.form(PAGE + "/{webhook}/remove")
def remove_webhook(request: Request, webhook: str) -> Answer:
    """Nothing is sent there any more."""
    account = request.account
    actions.remove(actions.find(account, webhook))
    seclog.record("webhook_removed", "done", account.email, request.address)
    return Redirect(f"{PAGE}?done=removed")


@routes.form(PAGE + "/{webhook}/resume")
def resume_webhook(request: Request, webhook: str) -> Answer:
    """An address that said it was gone gets messages again."""
    actions.resume(actions.find(request.account, webhook))
    return Redirect(f"{PAGE}?done=resumed")


@routes.form(PAGE + "/{webhook}/messages/{message}/replay")
def replay_message(request: Request, webhook: str, message: str) -> Answer:
    """Sends one again."""
    actions.replay(actions.find(request.account, webhook), message)
    return Redirect(f"{PAGE}?done=replayed")


def _shown(request: Request, errors: dict[str, str], secret: str = "") -> Page:
    account = request.account
    members.require(account, Power.CONNECT)
    translated = pages.translate(request.language)
    values: dict[str, Any] = {
        "secret": secret,
        "webhooks": [_webhook(request, one) for one in actions.of_company(account.company)],
        "events": [(event.value, translated(words)) for event, words in WORDS.items()],
        "form": typed(request) if errors else {},
        "errors": errors,
        "done": "" if errors or secret else said(request, DONE),
    }
    return Page("pages/company_webhooks.html", values)


def _webhook(request: Request, one: Webhook) -> dict[str, Any]:
    translated = pages.translate(request.language)
    return {
        "id": one.identifier,
        "url": one.url,
        "events": [translated(words) for event, words in WORDS.items() if event.value in one.told],
        "paused": bool(one.paused_at),
        "messages": [_message(request, message) for message in actions.latest(one)],
    }


def _message(request: Request, one: Message) -> dict[str, Any]:
    translated = pages.translate(request.language)
    return {
        "id": one.message,
        "event": translated(WORDS[Happening(one.event)]),
        "at": int(one.at),
        "state": one.state,
        "words": translated(STATES[one.state]),
        "status": int(one.status or 0),
    }
