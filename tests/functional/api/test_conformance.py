"""The interface does what its document says, whatever is sent: schemathesis against the functions, over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from chalicelib.accounts import tokens
from chalicelib.accounts.scopes import Scope
from chalicelib.api import document, document_routes
from chalicelib.api.door import PER_MINUTE
from chalicelib.meetings import invitations, scheduling
from tests.functional import examples
from tests.functional.meetings.people import Host

OPERATIONS = document_routes.operations()
EXAMPLES = 12
"""Of each operation and kind: the whole in about a minute."""
load_all_checks()
NOT_CHECKED: Any = CHECKS.get_by_names(["positive_data_acceptance", "unsupported_method", "allow_header_conformance"])
"""Days gone by, zones nobody knows and plans that are full are right by the document and refused by the rules. Of other
methods the gateway hears, not the functions."""
REPRODUCIBLE = settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@dataclass
class Served:
    """The functions on a port of their own, and what a program may know."""

    url: str
    host: Host
    known: dict[str, str]
    calls: Iterator[int]
    secret: str = ""

    def headers(self) -> dict[str, str]:
        """Another token before the minute's requests of one are used up: its refusals would hide all others."""
        if next(self.calls) % (PER_MINUTE // 4) == 0:
            self.secret = tokens.make(self.host.account, "Essai", list(Scope), 30)
        return {"Authorization": f"Bearer {self.secret}"}


@pytest.fixture
def served(host: Host) -> Iterator[Served]:
    """A meeting with a guest is there."""
    plan = host.plan("zoe@example.fr")
    (zoe,) = invitations.of(scheduling.read(plan.id).meeting)
    with examples.served() as url:
        yield Served(url, host, {"meeting": plan.id, "invitee": zoe.id}, count())


def described_by(made: dict[str, Any], served: Served) -> Any:
    """The operations of a document, asked of the functions."""
    described = schemathesis.openapi.from_dict(made)
    described.config.update(base_url=served.url)
    return described


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_an_operation_answers_as_the_document_says(served: Served, one: Any, mode: GenerationMode) -> None:
    operation = described_by(document.make(OPERATIONS, "en"), served)[one.path][one.method]

    @REPRODUCIBLE
    @given(operation.as_strategy(mode), st.booleans())
    def answers(case: Any, known: bool) -> None:
        if known and mode is GenerationMode.POSITIVE:
            for name in set(case.path_parameters or {}) & set(served.known):
                case.path_parameters[name] = served.known[name]
        answer = case.call(headers=served.headers())
        case.validate_response(
            answer, excluded_checks=NOT_CHECKED, headers={"Authorization": f"Bearer {served.secret}"}
        )

    answers()


def test_an_answer_that_is_not_what_the_document_says_is_found(served: Served) -> None:
    lying = document.make(OPERATIONS, "en")
    lying["components"]["schemas"]["Meetings"]["required"].append("total")
    case = described_by(lying, served)["/meetings"]["GET"].Case()
    answer = case.call(headers=served.headers())
    assert answer.status_code == 200
    with pytest.raises(FailureGroup) as caught:
        case.validate_response(answer, excluded_checks=NOT_CHECKED)
    assert "total" in str(caught.value.exceptions)
