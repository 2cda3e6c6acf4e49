"""Pages for who is not signed in: registering, signing in and out, forgotten password, language."""

from chalicelib import pages, seclog, sessions
from chalicelib.consents import newsletter
from chalicelib.doors import Answer, Door, Page, Redirect, Request, own_path
from chalicelib.errors import BadInput, FormErrors, TooMany
from chalicelib.sessions import Cookie

from . import passwords, profile, signup, tries
from .answers import again, enter, typed
from .documents import document

routes = Door(__name__)

HOME = "/meetings"


@routes.page("/signup")
def signup_page(request: Request) -> Answer:
    """The form to register."""
    return Redirect(HOME) if request.visitor else _signup({}, {})


@routes.form("/signup")
def ask_signup(request: Request) -> Answer:
    """Sends a mail to the address, whoever it belongs to."""
    try:
        wanted = signup.read(request.form, request.language)
        tries.from_origin("signup", request.address)
        signup.ask(wanted, request.browser)
        newsletter.ask_with_account(wanted.email, wanted.language, bool(request.form.get("newsletter")))
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _signup(typed(request), errors))
    return Page("pages/signup_sent.html", {"email": wanted.email})


def _signup(form: dict[str, str], errors: dict[str, str]) -> Page:
    shown = {
        "terms_version": document("terms").version,
        "dpa_version": document("processor_agreement").version,
        "newsletter": newsletter.BOX,
    }
    return Page("pages/signup.html", {"form": form, "errors": errors, **shown})


@routes.page("/verify/{token}")
def verify_page(request: Request, token: str) -> Answer:
    """A button: looking changes nothing."""
    tries.from_origin("link", request.address)
    return _verify(request, token, {})


@routes.form("/verify/{token}")
def verify(request: Request, token: str) -> Answer:
    """Opens the account and signs in."""
    tries.from_origin("link", request.address)
    try:
        account = signup.confirm(token, request.browser, request.form.get("password", ""))
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _verify(request, token, errors))
    newsletter.address_confirmed(account.email, account.policy_version)
    seclog.record("account_opened", "done", account.email, request.address)
    return enter(request, account, HOME)


def _verify(request: Request, token: str, errors: dict[str, str]) -> Page:
    elsewhere = not signup.asked_here(signup.asked(token), request.browser)
    return Page("pages/verify.html", {"token": token, "elsewhere": elsewhere, "errors": errors})


@routes.page("/signin")
def signin_page(request: Request) -> Answer:
    """The form to sign in; ``next``: the path to go on to."""
    after = request.query.get("next", "")
    if request.session is not None and request.session.factor_due:
        return Redirect("/account/security")
    return Redirect(own_path(after or HOME)) if request.visitor else _signin({}, {}, after)


@routes.form("/signin")
def sign_in(request: Request) -> Answer:
    """Signs in."""
    after = request.form.get("next", "")
    try:
        tries.from_origin("signin", request.address)
        account = passwords.sign_in(request.form.get("email", ""), request.form.get("password", ""))
    except (FormErrors, TooMany) as fault:
        seclog.record("sign_in", "refused", request.form.get("email", ""), request.address)
        return again(request, fault, lambda errors: _signin(typed(request), errors, after))
    seclog.record("sign_in", "done", account.email, request.address)
    return enter(request, account, own_path(after or HOME))


def _signin(form: dict[str, str], errors: dict[str, str], after: str) -> Page:
    return Page("pages/signin.html", {"form": form, "errors": errors, "next": own_path(after) if after else ""})


@routes.form("/signout")
def sign_out(request: Request) -> Answer:
    """Ends the session."""
    if request.visitor is not None:
        seclog.record("sign_out", "done", request.visitor.email, request.address)
    if request.session is not None:
        sessions.end(request.session)
    return Redirect("/", [Cookie(sessions.SESSION, "")])


@routes.page("/forgot")
def forgot_page(request: Request) -> Answer:
    """The form to ask for a new password."""
    return Page("pages/forgot.html", {"form": {}, "errors": {}})


@routes.form("/forgot")
def forgot(request: Request) -> Answer:
    """Sends a mail to the address, whether it has an account or not."""
    try:
        tries.from_origin("forgot", request.address)
        email = passwords.forgot(request.form, request.language)
    except (FormErrors, TooMany) as fault:
        return again(
            request, fault, lambda errors: Page("pages/forgot.html", {"form": typed(request), "errors": errors})
        )
    return Page("pages/forgot_sent.html", {"email": email})


@routes.page("/reset/{token}")
def reset_page(request: Request, token: str) -> Answer:
    """The form to choose a new password: looking changes nothing."""
    tries.from_origin("link", request.address)
    passwords.resettable(token)
    return Page("pages/reset.html", {"token": token, "errors": {}})


@routes.form("/reset/{token}")
def reset(request: Request, token: str) -> Answer:
    """Sets the new password, ends every session and signs in here: who reads the mail is not locked out by others."""
    tries.from_origin("link", request.address)
    try:
        account = passwords.reset(token, request.form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: Page("pages/reset.html", {"token": token, "errors": errors}))
    seclog.record("password_reset", "done", account.email, request.address)
    return enter(request, account, HOME)


@routes.form("/language")
def choose_language(request: Request) -> Answer:
    """Keeps the language in a cookie and, for who is signed in, with the account."""
    language, back = request.form.get("language", ""), own_path(request.form.get("next", ""))
    if language not in pages.LANGUAGES:
        raise BadInput
    if request.visitor is not None:
        profile.speak(request.visitor, language)
    return Redirect(back, [Cookie(sessions.LANGUAGE, language)])
