"""Customers who let themselves be named: written down with who permitted it, taken off with one press."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from chalicelib.accounts.answers import again, said, typed
from chalicelib.accounts.rules import Checked
from chalicelib.billing import acts
from chalicelib.doors import Answer, Door, Page, Redirect, Request
from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _
from chalicelib.rights.console import for_operators
from chalicelib.site import references
from chalicelib.site.logos import Unsafe, clean
from chalicelib.site.models import Logo
from chalicelib.site.references import Permission

routes = Door(__name__)

HOME = "/console/references"
DONE = {
    "added": _("Le client est cité sur la page d’accueil."),
    "withdrawn": _("C’est fait : il n’en reste rien, ni sur la page d’accueil ni ici."),
}
NO_COMPANY = _("Indiquez le nom de l’entreprise.")
NO_WORDS = _("Écrivez une phrase, dans chaque langue.")
NO_PERSON = _("Indiquez qui a donné l’accord : nom et fonction.")
NO_PROOF = _("Dites comment l’accord a été donné et où il se trouve.")
NO_DAY = _("Indiquez le jour de l’accord : il ne peut être à venir, ni vieux de trois ans.")
NO_LOGO = _("Choisissez le logo : un fichier SVG ou PNG.")
REFUSED = {
    "size": _("Ce logo est trop lourd ou trop grand : 40 ko au plus une fois affiché."),
    "png": _("Ce fichier PNG ne se lit pas."),
    "neither": _("Ce fichier n’est ni un SVG ni un PNG."),
    "dimensions": _("Ce SVG ne dit pas ses dimensions (viewBox)."),
}
UNSAFE = _("Ce SVG est refusé : il contient autre chose qu’un dessin (script, lien, animation, texte HTML ou image).")


@routes.page("/console/references")
@for_operators
def reference_list(request: Request) -> Answer:
    """Who is named, and the form to add one."""
    return _list(request, {})


@routes.form("/console/references")
@for_operators
def add(request: Request) -> Answer:
    """Names a customer."""
    try:
        company, words, logo, permission = _read(request.form)
    except FormErrors as fault:
        return again(request, fault, lambda errors: _list(request, errors))
    name = _name(request)
    item = references.add(company, {"fr": words[0], "en": words[1]}, logo, permission, name)
    acts.note(name, "name_customer", item.id, "permission written down")
    return Redirect(f"{HOME}?done=added")


@routes.form("/console/references/{reference}/withdraw")
@for_operators
def withdraw(request: Request, reference: str) -> Answer:
    """The customer takes the permission back."""
    references.withdraw(reference)
    acts.note(_name(request), "unname_customer", reference, "permission withdrawn")
    return Redirect(f"{HOME}?done=withdrawn")


def _list(request: Request, errors: dict[str, str]) -> Page:
    values: dict[str, Any] = {
        "named": [
            (item, references.picture(item), references.given_at(item.permitted_on)) for item in references.every()
        ],
        "form": typed(request) if errors else {},
        "errors": errors,
        "done": said(request, DONE),
    }
    return Page("pages/operations_references.html", values)


def _read(form: Mapping[str, str]) -> tuple[str, tuple[str, str], Logo, Permission]:
    """What was typed and chosen. Raises `FormErrors`."""
    reading = Checked(form)
    company = reading.text("company", NO_COMPANY, 80)
    words = reading.text("words_fr", NO_WORDS, 160), reading.text("words_en", NO_WORDS, 160)
    by, on = reading.text("permitted_by", NO_PERSON, 120), form.get("permitted_on", "")
    proof = reading.text("proof", NO_PROOF, 300)
    if not _good(on):
        reading.errors["permitted_on"] = NO_DAY
    logo = _logo(form.get("logo", ""), reading.errors)
    if reading.errors or logo is None:
        raise FormErrors(reading.errors)
    return company, words, logo, Permission(by, on, proof)


def _good(day: str) -> bool:
    try:
        return references.still_good(day)
    except ValueError:
        return False


def _logo(given: str, errors: dict[str, str]) -> Logo | None:
    """The logo a script of the page put into the form, in base64."""
    try:
        content = base64.b64decode(given, validate=True)
        if not content:
            raise Unsafe("none")
        return clean(content)
    except binascii.Error:
        errors["file"] = NO_LOGO
    except Unsafe as fault:
        errors["file"] = NO_LOGO if str(fault) == "none" else REFUSED.get(str(fault), UNSAFE)
    return None


def _name(request: Request) -> str:
    return f"{request.account.first_name} {request.account.name}"
