"""A person's own account."""

from typing import Any

from chalicelib import seclog, sessions
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors, TooMany
from chalicelib.errors import mark as _
from chalicelib.sessions import Cookie

from . import passwords, profile, proving, tries
from .answers import again, enter, said, typed

routes = Door(__name__)

DONE = {
    "profile": _("Votre profil est enregistré."),
    "email": _("Un lien de confirmation vient de partir vers la nouvelle adresse."),
    "confirmed": _("Votre nouvelle adresse est confirmée."),
    "password": _("Votre mot de passe a changé. Vos autres appareils sont déconnectés."),
    "device": _("L’appareil est déconnecté."),
}


@routes.page("/account")
def account_page(request: Request) -> Answer:
    """Everything a person may change."""
    return _shown(request, "", {})


@routes.form("/account/profile")
def change_profile(request: Request) -> Answer:
    """Names, language, time zone."""
    account = request.account
    try:
        profile.change(account, request.form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _shown(request, "profile", errors))
    return Redirect("/account?done=profile", [Cookie(sessions.LANGUAGE, account.language)])


@routes.form("/account/email")
def change_email(request: Request) -> Answer:
    """Asks for another address."""
    account = request.account
    try:
        profile.ask_new_email(account, request.form)
    except (FormErrors, TooMany) as fault:
        return again(request, fault, lambda errors: _shown(request, "email", errors))
    return Redirect("/account?done=email")


@routes.page("/account/email/{token}")
def email_page(request: Request, token: str) -> Answer:
    """A button: looking changes nothing."""
    tries.from_origin("link", request.address)
    link, _account = profile.new_email(token)
    return Page("pages/email_verify.html", {"token": token, "email": link.email})


@routes.form("/account/email/{token}")
def confirm_email(request: Request, token: str) -> Answer:
    """The new address is used from now on; for that one need not be signed in."""
    tries.from_origin("link", request.address)
    account = profile.confirm_new_email(token)
    seclog.record("email_changed", "done", account.email, request.address)
    return Redirect("/account?done=confirmed" if request.visitor else "/signin")


@routes.form("/account/password")
def change_password(request: Request) -> Answer:
    """A new password; every session ends, this browser gets a fresh one."""
    account = request.account
    try:
        passwords.change(account, request.form, proving.require)
    except (FormErrors, TooMany) as fault:
        seclog.record("password_changed", "refused", account.email, request.address)
        return again(request, fault, lambda errors: _shown(request, "password", errors))
    seclog.record("password_changed", "done", account.email, request.address)
    return enter(request, account, "/account?done=password", proved=True)


@routes.form("/account/sessions/{device}/revoke")
def sign_out_device(request: Request, device: str) -> Answer:
    """Signs one browser out."""
    profile.sign_out_device(request.account, device)
    return Redirect("/account?done=device")


def _shown(request: Request, part: str, errors: dict[str, str]) -> Page:
    account = request.account
    values: dict[str, Any] = {
        "account": {
            "first_name": account.first_name,
            "name": account.name,
            "email": account.email,
            "pending_email": profile.pending_email(account),
            "language": account.language,
            "timezone": account.timezone,
        },
        "sessions": profile.devices(account, request.session),
        "form": typed(request) if part else {},
        "errors": errors,
        "part": part,
        "factor": proving.asked(account),
        "done": "" if errors else said(request, DONE),
    }
    return Page("pages/account.html", values)
