"""The cookie banner and panel: refusing is as easy as accepting, the choice is proved, and no other cookie leaves."""

import re

import pytest
from chalice.app import Response

from chalicelib import clock, sessions, settings
from chalicelib.consents import choices, proofs
from chalicelib.consents.rules import KEPT, PAYMENT, PURPOSES, text_hash, words_of
from chalicelib.register import Words
from chalicelib.register.events import Event
from chalicelib.register.stores import PEOPLE
from chalicelib.storage import expiry
from tests.functional.browser import Browser, functions
from tests.functional.conftest import MovedClock

pytestmark = pytest.mark.usefixtures("stores")

DAY = 86_400
BANNER = 'class="choices"'


def chosen(browser: Browser) -> str:
    return browser.cookies[sessions.CHOICE]


def test_f17_the_first_page_asks_its_own_origin_only_and_sets_no_cookie_but_the_forms() -> None:
    browser = Browser()
    page = browser.open("/")
    assert [header.partition("=")[0] for header in page.set_cookies] == [sessions.CSRF]
    whole = re.findall(r'(?:src|href|action|content)="((?:https?:)?//[^"]*)', page.html)
    assert [address for address in whole if not address.startswith(f"{settings.get('BASE_URL')}/")] == []
    fetched = re.findall(
        r'<(?:script|img|link rel="(?:stylesheet|icon|preload)")[^>]*(?:src|href)="([^"]*)"', page.html
    )
    assert fetched and not [address for address in fetched if not address.startswith("/")]


def test_f17_accepting_and_refusing_are_one_click_each_at_the_same_level_and_size() -> None:
    html = Browser().open("/").html
    banner = html[html.index(BANNER) :]
    buttons = dict(re.findall(r'<button class="([^"]*)" type="submit" name="choice" value="\w+">([^<]*)<', banner))
    classes = re.findall(r'<button class="([^"]*)" type="submit" name="choice" value="(\w+)">', banner)
    assert {value for _, value in classes} == {"refuse", "accept"}
    assert len({look for look, _ in classes}) == 1, buttons


def test_f17_closing_the_banner_is_refusing() -> None:
    html = Browser().open("/").html
    assert re.search(r'name="choice" value="refuse" aria-label="Fermer et refuser"', html)


@pytest.mark.parametrize(("answer", "granted"), [("accept", True), ("refuse", False)])
def test_f17_the_choice_lives_180_days_and_its_proof_holds_no_address(answer: str, granted: bool) -> None:
    browser = Browser(address="192.0.2.77")
    browser.open("/signin")
    page = browser.send("/privacy-choices", follow=False, choice=answer)
    header = next(header for header in page.set_cookies if header.startswith(sessions.CHOICE))
    assert int(re.findall(r"Max-Age=(\d+)", header)[0]) == 15_552_000
    choice = choices.of_cookie(chosen(browser))
    assert choice is not None and choice.allows(PAYMENT) is granted
    proof = proofs.all_of(choice.id)[0]
    assert (proof.granted, proof.channel, proof.purpose) == (granted, "banner", "payment")
    assert proofs.text(proof.text_hash) == words_of(PURPOSES)
    assert proof.moments()[Event.CONSENT_ENDED] == proof.asked_at + KEPT
    assert "192.0.2.77" not in str(list(expiry.scan(PEOPLE)))


def test_f17_once_chosen_the_banner_is_gone_and_one_is_back_where_one_was() -> None:
    browser = Browser()
    browser.open("/signin")
    page = browser.send("/privacy-choices", choice="refuse")
    assert page.path == "/signin" and BANNER not in page.html


def test_f17_after_181_days_the_banner_returns(clock_file: MovedClock) -> None:
    browser = Browser()
    browser.open("/")
    browser.send("/privacy-choices", choice="accept")
    clock_file.move(days=179)
    assert BANNER not in browser.open("/").html
    clock_file.move(days=2)
    assert BANNER in browser.open("/").html


def test_f17_when_the_purposes_change_the_banner_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser()
    browser.open("/")
    browser.send("/privacy-choices", choice="accept")
    more = type(PAYMENT)("audience", Words("Mesure", "Audience"), Words("compter", "to count"))
    monkeypatch.setattr(choices, "PURPOSES", (*PURPOSES, more))
    assert BANNER in browser.open("/").html


def test_f17_a_cookie_the_register_does_not_list_is_dropped_and_a_long_life_is_cut() -> None:
    app = functions()
    name = "chalicelib_test_f17_foreign_cookie"

    def foreign() -> Response:
        year = f"{sessions.LANGUAGE}=fr; Max-Age=31536000; Expires=Fri, 31 Dec 2027 00:00:00 GMT; Path=/; Secure"
        return Response("", headers={"Set-Cookie": ["foo=1; Max-Age=31536000", year]})

    if "/test-f17" not in app.routes:
        app.route("/test-f17", name=name)(foreign)
    try:
        page = Browser().open("/test-f17")
    finally:
        app.routes.pop("/test-f17")
    assert page.set_cookies == [f"{sessions.LANGUAGE}=fr; Max-Age={180 * DAY}; Path=/; Secure"]


def test_withdrawing_takes_as_many_clicks_as_giving_and_ends_the_proof_of_the_consent(clock_file: MovedClock) -> None:
    browser = Browser()
    browser.open("/privacy-choices")
    browser.send("/privacy-choices", choice="accept")
    clock_file.move(hours=1)
    page = browser.send("/privacy-choices", choice="refuse")
    choice = choices.of_cookie(chosen(browser))
    assert choice is not None and choice.granted == frozenset() and choice.id in page.text
    given, withdrawn = proofs.all_of(choice.id)
    assert given.granted and given.ended_at == withdrawn.asked_at
    assert not withdrawn.granted and withdrawn.channel == "panel"


def test_a_purpose_is_chosen_by_its_box() -> None:
    browser = Browser()
    browser.open("/privacy-choices")
    page = browser.send("/privacy-choices", choice="some", purpose_payment=True)
    choice = choices.of_cookie(chosen(browser))
    assert choice is not None and choice.allows(PAYMENT)
    assert "checked" in page.html


def test_an_answer_nobody_offered_changes_nothing() -> None:
    browser = Browser()
    browser.open("/privacy-choices")
    assert browser.send("/privacy-choices", choice="perhaps").status == 400
    assert sessions.CHOICE not in browser.cookies


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c.d", "a.1.v.payment", "../x.1.2.3", "é.١.v.payment"])
def test_a_forged_cookie_is_no_choice(cookie: str) -> None:
    assert choices.of_cookie(cookie) is None


def test_proof_and_text_go_three_years_after_the_choice_has_ended(clock_file: MovedClock) -> None:
    choice = choices.choose(["payment"], None, "banner", "1")
    clock_file.move(days=180 + 3 * 366)
    assert proofs.all_of(choice.id) == []
    assert proofs.text(text_hash(words_of(PURPOSES))) != "", "five years from the last choice made on it"
    clock_file.move(days=2 * 366)
    assert proofs.text(text_hash(words_of(PURPOSES))) == ""
    assert clock.now() > choice.asked_at
