"""Passkeys: what browsers ask for, one more, one less."""

from chalicelib import seclog, sessions
from chalicelib.doors import Answer, Door, Json, Redirect, Request
from chalicelib.errors import FormErrors, Gone, NotAllowed, NotFound, TooMany

from . import actions, factors, links, passkeys, tries
from .answers import again
from .factor_routes import PAGE, codes_page, is_recent, shown

routes = Door(__name__)


@routes.api("/api/signin/second/{token}/passkey", ["POST"])
def question_at_the_door(request: Request, token: str) -> Answer:
    """The question to the passkeys of who is signing in."""
    tries.from_origin("signin", request.address)
    account = actions.find(factors.asked(token, request.browser).account, because="consent")
    if account is None:
        raise Gone(links.USED_UP)
    return Json(passkeys.question(account))


@routes.api("/api/account/passkeys/question", ["POST"])
def question(request: Request) -> Answer:
    """The question to the passkeys of who is signed in, before something grave."""
    return Json(passkeys.question(request.newcomer))


@routes.api("/api/account/passkeys", ["POST"])
def offer(request: Request) -> Answer:
    """What a browser needs to make one; only shortly after proving to be oneself."""
    account = request.newcomer
    if not is_recent(request):
        raise NotAllowed
    return Json(passkeys.offer(account))


@routes.form("/account/security/passkeys")
def make(request: Request) -> Answer:
    """One more passkey; the first factor brings recovery codes, shown once."""
    account = request.newcomer
    if not is_recent(request):
        return Redirect(PAGE)
    try:
        tries.on_account("second", account.id)
        codes = factors.add_passkey(account, request.form)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: shown(request, errors))
    if request.session is not None:
        sessions.equipped(request.session)
    seclog.record("factor_changed", "done", account.email, request.address)
    return codes_page(codes) if codes else Redirect(f"{PAGE}?done=passkey")


@routes.form("/account/security/passkeys/{passkey}/remove")
def remove(request: Request, passkey: str) -> Answer:
    """One passkey less; the last factor stays where the company demands one."""
    account = request.account
    if not is_recent(request):
        return Redirect(PAGE)
    found = passkeys.find(account, passkey)
    if found is None:
        raise NotFound
    try:
        factors.remove(account, found)
    except FormErrors as fault:
        return again(request, fault, lambda errors: shown(request, errors))
    seclog.record("factor_changed", "done", account.email, request.address)
    return Redirect(f"{PAGE}?done=gone")
