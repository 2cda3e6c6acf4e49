"""Tokens: made by who administers, shown once, kept as a hash, worth what their maker is worth."""

import re
from typing import Any

import pytest

from chalicelib import clock, storage, throttle
from chalicelib.accounts import actions, tokens
from chalicelib.accounts.models import Account
from chalicelib.accounts.scopes import Scope
from chalicelib.api.door import PER_MINUTE, WINDOW
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import EPHEMERAL, PEOPLE, SECURITY
from chalicelib.storage import expiry
from tests.functional.api.programs import Program, program_of
from tests.functional.browser import Browser, Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host
from tests.functional.people import PASSWORD, Customer, join, sign_up

PAGE = "/company/programs"


def make(customer: Customer, **typed: Any) -> Seen:
    customer.browser.open(PAGE)
    right: dict[str, Any] = {"name": "Agenda", "days": "30", "password": PASSWORD, "meetings:read": True}
    return customer.browser.send(f"{PAGE}/tokens", **{**right, **typed})


def secret_in(page: Seen) -> str:
    found = re.search(r"iboo_[\w-]{43}", page.text)
    assert found, page.text
    return found[0]


@pytest.mark.usefixtures("stores")
def test_a_token_is_shown_once_and_kept_as_its_hash(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox)
    page = make(anne)
    assert page.status == 200
    secret = secret_in(page)
    assert secret not in anne.browser.open(PAGE).text
    for store in (PEOPLE, EPHEMERAL, SECURITY):
        assert secret not in str(list(expiry.scan(store))), store.key
    assert Program(secret).get("/meetings").status == 200
    assert "token_made" in {item["action"] for item in expiry.scan(SECURITY)}


@pytest.mark.usefixtures("stores")
def test_a_token_asks_for_a_name_a_scope_a_term_and_the_password(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox)
    for wrong in ({"name": ""}, {"days": "9999"}, {"meetings:read": False}, {"password": "autre chose"}):
        page = make(anne, **wrong)
        assert page.status == 400 and "iboo_" not in page.text, wrong
    account = actions.by_email(anne.email)
    assert account is not None and tokens.of_company(account.company) == []


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("role", ["billing", "privacy", "member"])
def test_only_who_administers_makes_sees_and_revokes_tokens(mailbox: Mailbox, role: str) -> None:
    anne = sign_up(mailbox)
    make(anne)
    karim = join(anne, mailbox, "karim@lefevre.fr", role)
    assert karim.browser.open(PAGE).status == 403
    csrf = karim.browser.open("/company").form("/signout").fields["csrf"]
    account = actions.by_email(anne.email)
    assert account is not None
    (token,) = tokens.of_company(account.company)
    for path in (f"{PAGE}/tokens", f"{PAGE}/tokens/{token.identifier}/revoke"):
        assert karim.browser.post(path, {"csrf": csrf}).status == 403
    assert len(tokens.of_company(account.company)) == 1


@pytest.mark.usefixtures("stores")
def test_a_revoked_token_opens_nothing_any_more(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox)
    program = Program(secret_in(make(anne)))
    assert program.get("/meetings").status == 200
    page = anne.browser.open(PAGE)
    (action,) = [action for action in page.actions if action.endswith("/revoke")]
    assert "Le jeton est révoqué" in anne.browser.send(action).text
    assert program.get("/meetings").status == 401
    assert "token_revoked" in {item["action"] for item in expiry.scan(SECURITY)}


def test_a_token_expires_and_its_row_goes(host: Host, clock_file: MovedClock) -> None:
    program = program_of(host)
    clock_file.move(days=29, hours=23)
    assert program.get("/meetings").status == 200
    clock_file.move(hours=2)
    assert program.get("/meetings").status == 401
    sweep()
    assert "api_token" not in {item["kind"] for item in expiry.scan(PEOPLE)}


def test_the_last_day_of_use_is_noted_and_shown(host: Host, clock_file: MovedClock) -> None:
    program = program_of(host)
    assert "jamais utilisé" in host.browser.open(PAGE).text
    program.get("/meetings")
    assert "dernier usage le" in host.browser.open(PAGE).text
    (before,) = tokens.of_company(host.account.company)
    clock_file.move(days=2)
    program.get("/meetings")
    (after,) = tokens.of_company(host.account.company)
    assert str(after.used_on) > str(before.used_on)


@pytest.mark.usefixtures("stores")
def test_who_administers_no_more_or_leaves_takes_the_tokens_along(mailbox: Mailbox) -> None:
    anne = sign_up(mailbox)
    karim = join(anne, mailbox, "karim@lefevre.fr", "administrator")
    program = Program(secret_in(make(karim)))
    account = actions.by_email(karim.email)
    assert account is not None
    anne.browser.open("/company")
    anne.browser.send(f"/company/members/{account.id}/role", role="member")
    assert program.get("/meetings").status == 401
    anne.browser.open("/company")
    anne.browser.send(f"/company/members/{account.id}/role", role="administrator")
    assert program.get("/meetings").status == 200
    anne.browser.open(f"/company/members/{account.id}/leave")
    anne.browser.send(f"/company/members/{account.id}/remove")
    assert program.get("/meetings").status == 401
    assert tokens.of_company(account.company) == []


def test_no_token_a_foreign_word_and_a_session_open_nothing(host: Host) -> None:
    for secret in ("", "iboo_", "iboo_" + "x" * 43, "x" * 3_000, "é"):
        answer = Program(secret).get("/meetings")
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer"), secret
        assert answer.headers["content-type"] == "application/problem+json"
    assert host.browser.open("/api/v1/meetings").status == 401
    assert Program("", sends={"Authorization": "Basic YTpi"}).get("/meetings").status == 401


def test_who_guesses_tokens_is_slowed_down(host: Host) -> None:
    throttle.take("token/origin/900", "192.0.2.77", 60, 60, 900)
    answer = Program("iboo_" + "x" * 43, address="192.0.2.77").get("/meetings")
    assert answer.status == 429 and int(answer.headers["retry-after"]) > 0
    assert program_of(host, address="192.0.2.77").get("/meetings").status == 200


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope is not Scope.READ])
def test_a_token_opens_its_scope_only(host: Host, scope: Scope) -> None:
    answer = program_of(host, scope).get("/meetings")
    assert answer.status == 403
    assert answer.json["code"] == "out_of_scope" and "meetings:read" in answer.json["detail"]


def test_a_token_has_its_number_of_requests_a_minute(host: Host) -> None:
    program = program_of(host)
    first = program.get("/meetings")
    assert first.headers["ratelimit-policy"] == f'"token";q={PER_MINUTE};w={WINDOW}'
    assert first.headers["ratelimit"].startswith(f'"token";r={PER_MINUTE - 1};t=')
    (token,) = tokens.of_company(host.account.company)
    throttle.take("api", token.identifier, PER_MINUTE - 1, PER_MINUTE, WINDOW)
    refused = program.get("/meetings")
    assert refused.status == 429 and refused.headers["ratelimit"].startswith('"token";r=0;t=')
    assert 1 <= int(refused.headers["retry-after"]) <= WINDOW
    assert program_of(host).get("/meetings").status == 200, "each token has its own"


def test_restricted_accounts_act_through_no_program(host: Host) -> None:
    program = program_of(host)
    storage.update(host.account, Account.frozen.set(True))
    assert program.get("/meetings").status == 409


def test_the_token_of_one_company_is_not_seen_by_another(host: Host) -> None:
    program_of(host)
    other = a_host("paul@autre.fr")
    assert "Agenda" not in other.browser.open(PAGE).text
    (token,) = tokens.of_company(host.account.company)
    csrf = other.browser.page.form("/signout").fields["csrf"]
    assert other.browser.post(f"{PAGE}/tokens/{token.identifier}/revoke", {"csrf": csrf}).status == 404
    assert Browser().open(PAGE, follow=False).status == 303
    assert clock.now() < int(token.delete_by)
