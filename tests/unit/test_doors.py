"""The doors: how a request is read, an answer written, an error told."""

import base64
from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from chalice.test import Client, HTTPResponse
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib import errors, keyed, sessions
from chalicelib.doors import (
    FORM,
    SECURITY_HEADERS,
    Answer,
    Door,
    File,
    Functions,
    Json,
    Page,
    Redirect,
    Request,
    Text,
    own_path,
)
from chalicelib.doors.door import LARGEST_BODY, LONGEST_PART
from chalicelib.sessions import Cookie
from chalicelib.storage import Changed

BROWSER = "a browser's secret"
JSON_THAT_IS_NONE = [
    b"",
    b"{",
    b"[]",
    b'"text"',
    b"1",
    b"null",
    b"\xff\xfe",
    b'{"body": "\\ud800"}',
    b'{"a":' * 100_000,
    b'{"a": ' + b"9" * 5_000 + b"}",
]
ERRORS: list[Callable[[], errors.IbooError]] = [
    errors.BadInput,
    lambda: errors.FormErrors({"name": "…"}),
    errors.UnknownPerson,
    errors.NotAllowed,
    errors.BadToken,
    errors.NotAdmitted,
    errors.NotFound,
    errors.Conflict,
    errors.RoomFull,
    errors.LinkInUse,
    errors.Gone,
    errors.BadOffer,
    lambda: errors.TooMany(17),
    errors.NoWorker,
]


@pytest.fixture(autouse=True)
def installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBOO_CSRF_KEY", base64.b64encode(b"c" * 32).decode())


class House:
    """An application with one door, whose views do what a test wants."""

    def __init__(self) -> None:
        self.door = Door("door")
        self.app = Functions(app_name="house")
        self.seen: list[Request] = []

    def ask(self, method: str, path: str, body: bytes = b"", signed: bool = False, **headers: str) -> HTTPResponse:
        """A request as the front sends it. ``signed``: with the token of a form of this browser."""
        if not self.app.routes:
            self.app.register_blueprint(self.door)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if signed:
            given |= {"Cookie": f"{sessions.CSRF}={BROWSER}", "X-CSRF-Token": keyed.form_token(BROWSER, "")}
        return Client(self.app).http.request(method, path, headers=given, body=body)

    def shows(self, view: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        """``view``, keeping the request it got."""

        def keeping(request: Request) -> Answer:
            self.seen.append(request)
            return view(request)

        return keeping


@pytest.fixture
def house() -> Iterator[House]:
    yield House()


def fails(error: Callable[[], Exception]) -> Callable[[Request], Answer]:
    def view(request: Request) -> Answer:
        raise error()

    return view


def fine(request: Request) -> Answer:
    return Json({"fine": True})


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_of_an_api_has_its_status_its_code_and_a_sentence(
    house: House, error: Callable[[], errors.IbooError]
) -> None:
    house.door.api("/x", ["GET"])(fails(error))
    answer = house.ask("GET", "/x")
    assert answer.status_code == error().status
    assert set(answer.json_body) == {"error"}
    assert set(answer.json_body["error"]) == {"code", "message"}
    assert answer.json_body["error"]["code"] == error().code


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_of_a_page_is_a_page_with_its_status(house: House, error: Callable[[], errors.IbooError]) -> None:
    house.door.page("/x")(fails(error))
    answer = house.ask("GET", "/x")
    if error is errors.UnknownPerson:
        assert (answer.status_code, answer.headers["Location"]) == (303, "/signin?next=/x")
    else:
        assert answer.status_code == error().status
        assert b"<html" in answer.body and f"Erreur {error().status}".encode() in answer.body.replace(b"\xc2\xa0", b" ")


def test_who_must_wait_is_told_how_long(house: House) -> None:
    house.door.api("/many", ["GET"])(fails(lambda: errors.TooMany(17)))
    house.door.api("/busy", ["GET"])(fails(errors.NoWorker))
    assert house.ask("GET", "/many").headers["Retry-After"] == "17"
    assert house.ask("GET", "/busy").headers["Retry-After"] == "2"


def test_what_nobody_foresaw_is_told_to_the_operator_and_not_to_the_visitor(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.door.api("/x", ["GET"])(fails(lambda: RuntimeError("anne@example.fr")))
    answer = house.ask("GET", "/x")
    assert (answer.status_code, answer.json_body["error"]["code"]) == (500, "error")
    assert b"anne" not in answer.body and b"RuntimeError" not in answer.body


def test_when_not_even_an_errors_page_can_be_made_nothing_is_told_and_the_log_has_no_words(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(token: str) -> None:
        raise RuntimeError("anne@example.fr")

    monkeypatch.setattr(sessions, "find", away)
    house.door.page("/i/{link}")(lambda request, link: Page("pages/legal.html"))
    answer = house.ask("GET", "/i/secret", Cookie=f"{sessions.SESSION}=x")
    assert answer.status_code == 500 and SECURITY_HEADERS.items() <= answer.headers.items()
    assert b"anne" not in answer.body
    assert "no_answer" in caplog.text and not any(word in caplog.text for word in ("anne@", "/i/"))


def test_what_somebody_else_changed_at_the_same_moment_is_a_conflict(house: House) -> None:
    house.door.api("/x", ["GET"])(fails(lambda: Changed("invitation")))
    assert house.ask("GET", "/x").status_code == 409


@pytest.mark.parametrize(("length", "status"), [(LONGEST_PART, 200), (LONGEST_PART + 1, 404), (5_000, 404)])
def test_a_part_of_a_path_longer_than_any_of_ours_is_not_found(house: House, length: int, status: int) -> None:
    house.door.api("/x/{part}", ["GET"])(lambda request, part: Text(part, "text/plain"))
    assert house.ask("GET", "/x/" + "a" * length).status_code == status


def test_every_answer_carries_the_security_headers_and_is_never_stored(house: House) -> None:
    house.door.api("/json", ["GET"])(fine)
    house.door.api("/text", ["GET"])(lambda request: Text("v=0", "application/sdp", status=201))
    house.door.page("/away")(lambda request: Redirect("/"))
    house.door.page("/wrong")(fails(errors.NotFound))
    house.door.api("/broken", ["GET"])(fails(RuntimeError))
    for path in ("/json", "/text", "/away", "/wrong", "/broken"):
        headers = house.ask("GET", path).headers
        assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS, path
    assert SECURITY_HEADERS["Cache-Control"] == "no-store"


def test_the_policy_allows_no_code_in_pages_and_no_other_site() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_changes_something_needs_the_token_of_our_own_page(house: House, method: str) -> None:
    house.door.api("/x", [method])(fine)
    kind = "application/json"
    assert house.ask(method, "/x", b"{}", Content_Type=kind).status_code == 403
    assert house.ask(method, "/x", b"{}", Content_Type=kind, X_CSRF_Token="forged").status_code == 403
    assert house.ask(method, "/x", b"{}", Content_Type=kind, signed=True).status_code == 200


def test_a_form_carries_its_token_in_a_field(house: House) -> None:
    house.door.form("/x")(house.shows(lambda request: Redirect("/")))
    body = urlencode({"csrf": keyed.form_token(BROWSER, ""), "name": " Zoé "}).encode()
    assert house.ask("POST", "/x", body, Content_Type=FORM, Cookie=f"{sessions.CSRF}={BROWSER}").status_code == 303
    assert house.seen[0].form["name"] == "Zoé"
    assert house.ask("POST", "/x", body, Content_Type=FORM).status_code == 403, "a token without its cookie"
    assert house.ask("POST", "/x", body, Content_Type=FORM, Cookie=f"{sessions.CSRF}=other").status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_a_request_from_another_site_changes_nothing_whatever_it_carries(house: House, site: str) -> None:
    house.door.api("/x", ["POST"])(house.shows(fine))
    answer = house.ask("POST", "/x", b"{}", signed=True, Content_Type="application/json", Sec_Fetch_Site=site)
    assert (answer.status_code, answer.json_body["error"]["code"]) == (403, "bad_token")
    assert house.seen == []


def test_looking_needs_no_token(house: House) -> None:
    house.door.page("/x")(lambda request: Redirect("/"))
    assert house.ask("GET", "/x").status_code == 303
    assert house.ask("HEAD", "/x").status_code == 303


def test_a_body_too_large_is_refused_unread(house: House) -> None:
    house.door.api("/x", ["POST"], content_type="application/sdp", check=False)(house.shows(fine))
    for size, status in ((LARGEST_BODY, 200), (LARGEST_BODY + 1, 400)):
        assert house.ask("POST", "/x", b"v" * size, Content_Type="application/sdp").status_code == status
    assert len(house.seen) == 1


@pytest.mark.parametrize("body", JSON_THAT_IS_NONE)
def test_what_is_no_json_object_is_refused(house: House, body: bytes) -> None:
    house.door.api("/x", ["POST"])(lambda request: Json(dict(request.json)))
    answer = house.ask("POST", "/x", body, signed=True, Content_Type="application/json")
    assert (answer.status_code, answer.json_body["error"]["code"]) == (400, "bad_input")


@pytest.mark.parametrize("body", [b"name=\xff\xfe", b"&".join(b"a=1" for _ in range(201))])
def test_a_form_that_makes_no_sense_is_refused(house: House, body: bytes) -> None:
    house.door.form("/x")(lambda request: Json({"name": request.form.get("name")}))
    assert house.ask("POST", "/x", body, signed=True, Content_Type=FORM).status_code == 400


def test_only_our_own_cookies_are_read_and_none_that_is_too_long(house: House) -> None:
    house.door.api("/x", ["GET"])(house.shows(fine))
    cookie = f"{sessions.LANGUAGE}=en; tracker=1; {sessions.PASS}={'x' * 201}; {sessions.CSRF}=a=b;;"
    house.ask("GET", "/x", Cookie=cookie)
    assert house.seen[0].cookies == {sessions.LANGUAGE: "en", sessions.CSRF: "a=b"}


def test_cookies_of_an_answer_are_all_set_and_guarded(house: House) -> None:
    cookies = [Cookie(sessions.SESSION, "s"), Cookie(sessions.PASS, "")]
    house.door.page("/x")(lambda request: Redirect("/", cookies=cookies))
    first, second = list(house.ask("GET", "/x").headers["Set-Cookie"])
    assert first.startswith("__Host-sid=s; Max-Age=1209600;") and second.startswith("__Host-pass=; Max-Age=0;")
    for header in (first, second):
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(header.split("; "))
        assert "Domain" not in header


def test_a_cookie_nobody_declared_is_not_set() -> None:
    with pytest.raises(KeyError):
        Cookie("tracker", "1").header()


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        ("1", "203.0.113.7", "203.0.113.7"),
        ("1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("2", "198.51.100.1, 203.0.113.7, 192.0.2.1", "203.0.113.7"),
        ("2", "203.0.113.7", ""),
        ("1", "", ""),
        ("0", "203.0.113.7", ""),
        ("1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("1", "2001:db8:1:2::7", "2001:db8:1:2::"),
        ("1", "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_a_visitor_can_not_choose_the_address_they_are_seen_under(
    house: House, monkeypatch: pytest.MonkeyPatch, hops: str, forwarded: str, expected: str
) -> None:
    monkeypatch.setenv("IBOO_FORWARDED_HOPS", hops)
    house.door.api("/x", ["GET"])(house.shows(fine))
    house.ask("GET", "/x", X_Forwarded_For=forwarded)
    assert house.seen[0].address == expected or (not expected and house.seen[0].address not in forwarded.split(", "))


def test_nothing_to_say_is_no_content(house: House) -> None:
    house.door.api("/x", ["GET"])(lambda request: Json())
    answer = house.ask("GET", "/x")
    assert (answer.status_code, answer.body) == (204, b"")


def test_requests_served_at_once_do_not_get_each_others_answers(house: House) -> None:
    both_read = Barrier(2)

    def wait_for_the_other(event: Any, get_response: Callable[[Any], Any]) -> Any:
        both_read.wait(10)
        return get_response(event)

    house.app.register_middleware(wait_for_the_other, "http")
    house.door.api("/x", ["GET"])(lambda request: Json({"who": request.query["who"]}))
    house.app.register_blueprint(house.door)
    answers: dict[str, Any] = {}

    def ask(who: str) -> None:
        answers[who] = house.ask("GET", f"/x?who={who}").json_body

    threads = [Thread(target=ask, args=[who]) for who in ("anne", "paul")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {"anne": {"who": "anne"}, "paul": {"who": "paul"}}


@given(st.text(max_size=30) | st.text("/\\.:@ehtp\t\n?#%", max_size=12).map(lambda rest: "/" + rest))
@example("//evil.example/")
@example("/\\evil.example/")
@example("https://evil.example/")
@example("/\t/evil.example")
@example("/\n/evil.example")
@example("javascript:alert(1)")
def test_a_target_never_leads_to_another_site(target: str) -> None:
    safe = own_path(target)
    as_browsers_read = safe.translate({ord(sign): None for sign in "\t\r\n"}).replace("\\", "/")
    assert urlsplit(urljoin("https://iboo.example/here", as_browsers_read)).netloc == "iboo.example"
    assert safe.startswith("/") and "\n" not in safe and "\r" not in safe


@pytest.mark.parametrize("path", ["/", "/meetings", "/meetings/abc?done=planned", "/m/abc-1#x"])
def test_a_path_of_our_own_is_kept(path: str) -> None:
    assert own_path(path) == path


def test_a_file_is_given_to_who_says_nothing_of_what_is_accepted(house: House) -> None:
    """As Chromium does for a link with ``download``."""
    house.app.api.binary_types = ["application/pdf"]
    house.door.page("/file")(lambda request: File(b"%PDF", "application/pdf", "a.pdf"))
    answer = house.ask("GET", "/file")
    assert (answer.status_code, answer.body) == (200, b"%PDF")
