"""Errors as programs read them: problem details (RFC 9457), their sentences in the language of Accept-Language."""

from typing import Any, Final

from chalicelib import pages, settings
from chalicelib.doors import Json, Request, error_words, form_errors
from chalicelib.errors import Conflict, FormErrors, IbooError, NotAllowed, NotFound
from chalicelib.errors import mark as _

CONTENT_TYPE = "application/problem+json"
NAMES: Final = {"length": "minutes", "day_0": "days"}
"""Fields of the pages' forms that are called otherwise here."""

_FOR_PROGRAMS: Final = {
    NotFound: (_("Rien ici"), _("Ce jeton ne voit rien à cette adresse.")),
    NotAllowed: (_("Accès réservé"), _("Le membre pour qui ce jeton agit n’a pas ce droit.")),
    Conflict: (_("Action impossible"), _("Cela vient de changer. Lisez-le de nouveau, puis recommencez.")),
}
"""Title and sentence where the page's own speak of pages."""


def of(request: Request, error: IbooError) -> Json:
    """The answer to an error."""
    said = pages.translate(request.language)
    title, sentence = _FOR_PROGRAMS.get(type(error), (error.title, ""))
    if error.message != type(error).message:
        sentence = ""
    data: dict[str, Any] = {
        "type": f"{settings.get('BASE_URL')}/developers#{error.code}",
        "title": said(title),
        "status": error.status,
        "detail": said(sentence) if sentence else error_words(request.language, error),
        "code": error.code,
    }
    if isinstance(error, FormErrors):
        fields = form_errors(request, error)
        data["errors"] = [{"field": NAMES.get(name, name), "detail": words} for name, words in fields.items()]
    headers = {"Content-Type": CONTENT_TYPE, "Content-Language": request.language}
    if (wait := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(wait)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Json(data, status=error.status, headers=headers)
