"""The document of the interface and the page that shows it: made of what is enforced."""

import pytest

from chalicelib.accounts.scopes import Scope
from chalicelib.api import document, document_routes
from chalicelib.api.operations import Operation
from chalicelib.pages import LANGUAGES, Language
from tests.functional.api.programs import Program, program_of
from tests.functional.browser import Browser
from tests.functional.meetings.people import Host

OPERATIONS = document_routes.operations()


def test_everybody_may_read_the_document_in_both_languages(stores: object) -> None:
    said = {}
    for language in LANGUAGES:
        answer = Browser(language).open("/api/v1/openapi.json")
        assert answer.status == 200 and answer.json["openapi"] == "3.1.0"
        said[language] = answer.json["paths"]["/meetings"]["get"]["summary"]
    assert said == {"fr": "Les réunions", "en": "Meetings"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_every_operation_type_and_scope_and_needs_no_script(stores: object, language: Language) -> None:
    page = Browser(language).open("/developers")
    made = document.make(OPERATIONS, language)
    assert page.status == 200
    for path, methods in made["paths"].items():
        for method, one in methods.items():
            assert f"{method.upper()} {path}" in page.html and f'id="{one["operationId"]}"' in page.html
    for name in made["components"]["schemas"]:
        assert f'id="{name}"' in page.html
    assert all(scope.value in page.html for scope in Scope)
    assert "<script" not in page.html.partition("<main")[2].partition("</main>")[0]


def test_every_reference_of_the_document_leads_somewhere() -> None:
    made = document.make(OPERATIONS, "fr")
    words = str(made)
    for name in words.split("#/components/schemas/")[1:]:
        assert name.partition("'")[0] in made["components"]["schemas"]


def test_names_of_operations_are_each_given_once() -> None:
    names = [one.name for one in OPERATIONS]
    assert len(names) == len(set(names)) > 3


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_each_operation_asks_for_a_token_and_for_its_scope(host: Host, one: Operation) -> None:
    path = one.path.replace("{", "").replace("}", "")
    assert Program("iboo_none").call(one.method, path).status == 401
    others = [scope for scope in Scope if scope is not one.scope]
    refused = program_of(host, *others).call(one.method, path)
    assert (refused.status, refused.json["code"]) == (403, "out_of_scope")
