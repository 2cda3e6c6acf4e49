"""The document of the interface (OpenAPI 3.1), made of the operations and of the types that check their requests."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from chalicelib import pages, settings
from chalicelib.accounts.scopes import WORDS
from chalicelib.errors import mark as _
from chalicelib.pages import Language

from .operations import Operation

Json = dict[str, Any]

TRANSLATED: Final = frozenset({"summary", "description"})
REF: Final = "#/components/schemas/{name}"
ABOUT = _(
    "Planifier des réunions, inviter, lire ce qu’il en reste. Un jeton agit pour le membre qui l’a créé : il voit ses "
    "réunions et celles qu’il planifie pour des collègues, avec ses droits, les règles et l’offre de son entreprise."
)
TOKEN = _("Le jeton, créé par qui administre l’entreprise à la page « Programmes reliés ».")
GOOD = _("C’est fait.")
PROBLEMS: Final[Mapping[int, str]] = {
    400: _("La demande ne va pas ; « errors » dit quel champ."),
    401: _("Aucun jeton, ou un jeton qui ne vaut rien."),
    403: _("Le jeton, le membre ou l’offre ne le permet pas."),
    404: _("Rien de tel pour ce jeton : les réunions d’une autre entreprise non plus."),
    409: _("Autre chose a changé en même temps, ou une donnée est gelée."),
    415: _("Le corps n’est pas en JSON."),
    422: _("La clé d’idempotence a servi pour une autre demande."),
    429: _("Trop de demandes : Retry-After dit quand reprendre."),
    500: _("Un problème de notre côté."),
}
KEY = _(
    "Une clé de votre choix, différente pour chaque acte : renvoyée avec la même clé dans les 24 heures, une demande "
    "n’est faite qu’une fois, et la réponse dit ce qui en est aujourd’hui."
)
LANGUAGE = _("La langue des erreurs : fr ou en.")


class FieldProblem(msgspec.Struct):
    """What is wrong with one field."""

    field: str
    detail: str


class Problem(msgspec.Struct, omit_defaults=True):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem] = []


def make(operations: Iterable[Operation], language: Language) -> Json:
    """The document, its sentences in ``language``."""
    every = list(operations)
    types = {kind for one in every for kind in (one.body, one.answer) if kind is not None} | {Problem}
    _, schemas = msgspec.json.schema_components(sorted(types, key=lambda kind: kind.__name__), ref_template=REF)
    paths: Json = {}
    for one in every:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    made = {
        "openapi": "3.1.0",
        "info": {"title": "Iboo", "version": "1", "description": ABOUT},
        "servers": [{"url": settings.get("BASE_URL") + "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": {name: _plain(schema) for name, schema in schemas.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": TOKEN}},
        },
    }
    said: Json = _said(made, pages.translate(language))
    return said


def _operation(one: Operation) -> Json:
    made: Json = {
        "operationId": one.name,
        "summary": one.says,
        "description": WORDS[one.scope],
        "tags": [one.path.split("/")[1]],
        "x-scope": one.scope.value,
        "parameters": list(_parameters(one)),
        "responses": _responses(one),
    }
    if one.body is not None:
        content = {"application/json": {"schema": {"$ref": REF.format(name=one.body.__name__)}}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _parameters(one: Operation) -> Iterable[Json]:
    for name in re.findall(r"{(\w+)}", one.path):
        schema = {"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[a-z0-9]+(-[0-9]+)?$"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if one.query is not None:
        schema = msgspec.json.schema_components([one.query], ref_template=REF)[1][one.query.__name__]
        for name, value in schema["properties"].items():
            shape = _without_null(value)
            description = shape.pop("description", "")
            yield {"name": name, "in": "query", "required": False, "description": description, "schema": shape}
    yield _header("Accept-Language", LANGUAGE, {"type": "string"})
    if one.again is not None:
        yield _header("Idempotency-Key", KEY, {"type": "string", "pattern": "^[!-~]{1,255}$"})


def _header(name: str, description: str, schema: Json) -> Json:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def _responses(one: Operation) -> Json:
    good: Json = {"description": GOOD}
    if one.answer is not None:
        good["content"] = {"application/json": {"schema": {"$ref": REF.format(name=one.answer.__name__)}}}
    wrong = {400, 401, 403, 409, 429, 500}
    wrong |= {404} if "{" in one.path else set()
    wrong |= {415} if one.body is not None else set()
    wrong |= {422} if one.again is not None else set()
    problem = {"application/problem+json": {"schema": {"$ref": REF.format(name="Problem")}}}
    answers = {str(code): {"description": PROBLEMS[code], "content": problem} for code in sorted(wrong)}
    return {str(one.status if one.answer is not None else 204): good} | answers


def _plain(schema: Json) -> Json:
    """Without the English of docstrings, which is for who reads the code."""
    kept = {name: value for name, value in schema.items() if name not in ("title", "description")}
    return kept | {"properties": {name: _with_words(value) for name, value in schema["properties"].items()}}


def _with_words(schema: Json) -> Json:
    """Its description beside the choice between something and nothing, not inside."""
    words = [one["description"] for one in schema.get("anyOf", ()) if "description" in one]
    return {"description": words[0], **schema} if words else schema


def _without_null(schema: Json) -> Json:
    """A query has no word for null: what is left out is left out."""
    kept: Json = {name: value for name, value in schema.items() if not (name == "default" and value is None)}
    if "anyOf" not in kept:
        return kept
    (only,) = (one for one in kept.pop("anyOf") if one != {"type": "null"})
    kept |= only
    return kept


def _said(value: Any, translated: Callable[[str], str]) -> Any:
    """The same with every sentence in the reader's language."""
    if isinstance(value, dict):
        return {
            name: translated(one) if name in TRANSLATED and isinstance(one, str) and one else _said(one, translated)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_said(one, translated) for one in value]
    return value
