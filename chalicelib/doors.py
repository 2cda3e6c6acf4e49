"""The doors: where a request from outside becomes a call, and an answer or an error becomes a response.

The only module that knows Chalice's requests and responses. A domain's ``routes.py`` makes a `Door` and hangs its views
on it; a view gets a `Request` and returns one of the answers below. Errors are translated here and nowhere else.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any
from urllib.parse import parse_qs, quote

from chalice.app import Blueprint, Chalice, Response
from chalice.app import Request as ChaliceRequest

from . import clock, keyed, log, origin, pages, sessions, storage
from .accounts import actions as accounts
from .accounts import documents
from .accounts.models import Account
from .consents import choices
from .consents.rules import Choice
from .errors import BadInput, BadToken, Conflict, FormErrors, IbooError, NotFound, Restricted, UnknownPerson
from .errors import mark as _
from .sessions import Cookie, Session
from .storage import Frozen

FORM = "application/x-www-form-urlencoded"
LARGEST_BODY = 1_000_000
"""Bytes."""
LONGEST_PART = 200
"""Characters of a variable part of a path: more than any id or token of ours, less than a table takes as a key."""

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass
class Request:
    """A request, read once. ``path`` includes no query."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    address: str
    """The visitor's IP address: for throttling, under a keyed hash; never logged, never stored."""
    page: str = "/"
    """The page of this address; of one that takes a form only, the nearest above it: where the form was shown."""
    cookies: Mapping[str, str] = field(default_factory=dict)
    set_cookies: list[Cookie] = field(default_factory=list)

    @cached_property
    def form(self) -> Mapping[str, str]:
        """The fields of a form, trimmed; the last of a repeated one counts. Raises `BadInput`."""
        try:
            fields = parse_qs(self.body.decode(), keep_blank_values=True, max_num_fields=200)
        except ValueError as fault:
            raise BadInput from fault
        return {name: values[-1].strip() for name, values in fields.items()}

    @cached_property
    def json(self) -> Mapping[str, Any]:
        """The object in a JSON body. Raises `BadInput`."""
        try:
            content = json.loads(self.body)
            json.dumps(content, ensure_ascii=False).encode()  # half of a pair of surrogates can't be written anywhere
        except (ValueError, RecursionError) as fault:
            raise BadInput from fault
        if not isinstance(content, dict):
            raise BadInput
        return content

    @cached_property
    def session(self) -> Session | None:
        """The session of the cookie, if it is good."""
        return sessions.find(self.cookies.get(sessions.SESSION, ""))

    @cached_property
    def visitor(self) -> Account | None:
        """Who is signed in, or nobody."""
        return accounts.signed_in(self.session) if self.session else None

    @property
    def account(self) -> Account:
        """Who is signed in. Raises `UnknownPerson`."""
        if self.visitor is None:
            raise UnknownPerson
        return self.visitor

    @property
    def pass_token(self) -> str:
        """The guest's pass in this browser; empty when there is none."""
        return self.cookies.get(sessions.PASS, "")

    @cached_property
    def choice(self) -> Choice | None:
        """What this browser's person chose about cookies; `None`: to be asked."""
        return choices.of_cookie(self.cookies.get(sessions.CHOICE, ""))

    @cached_property
    def language(self) -> pages.Language:
        """Of the account, then the cookie, then the browser."""
        of_account = self.visitor.language if self.visitor else None
        cookie = self.cookies.get(sessions.LANGUAGE)
        return pages.pick_language(self.headers.get("accept-language"), cookie, of_account)

    @cached_property
    def browser(self) -> str:
        """The secret by which this browser's forms are known; set on the first page it sees."""
        known = self.cookies.get(sessions.CSRF, "")
        if known:
            return known
        fresh = sessions.new_token()
        self.set_cookies.append(Cookie(sessions.CSRF, fresh))
        return fresh

    @property
    def form_token(self) -> str:
        """What this page's forms must carry."""
        return keyed.form_token(self.browser, self.session.pk if self.session else "")

    @cached_property
    def reader(self) -> pages.Reader:
        """For whom pages are written."""
        person = self.visitor
        return pages.Reader(
            language=self.language,
            timezone=person.timezone if person else None,
            csrf=self.form_token,
            name=f"{person.first_name} {person.name}" if person else None,
            company=accounts.company_name(person) if person else None,
            path=self.page,
            ask_choice=self.choice is None,
            policy_news=news.version if (news := documents.policy_news(clock.now())) else "",
        )

    def check_token(self) -> None:
        """Raises `BadToken` unless the request comes from one of our own pages in this browser."""
        if self.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise BadToken
        given = self.headers.get("x-csrf-token") or (
            self.form.get("csrf", "") if self.headers.get("content-type", "").startswith(FORM) else ""
        )
        if not given or not keyed.same(given, self.form_token):
            raise BadToken


@dataclass
class Page:
    """A template filled in."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    cookies: list[Cookie] = field(default_factory=list)
    form_action: str = ""
    """A foreign address to which this page's forms may post: the bank's."""


@dataclass
class Redirect:
    """See other (303): a path of our own."""

    to: str
    cookies: list[Cookie] = field(default_factory=list)


@dataclass
class Json:
    """Data for a script; without any, 204."""

    data: Mapping[str, Any] | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: list[Cookie] = field(default_factory=list)


@dataclass
class Text:
    """Anything else as text: SDP, calendar files, acknowledgements."""

    body: str
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: list[Cookie] = field(default_factory=list)


@dataclass
class File:
    """Bytes the browser saves under ``name`` (ASCII). The type must be among the application's binary types."""

    content: bytes
    content_type: str
    name: str
    cookies: list[Cookie] = field(default_factory=list)


_SPEECHLESS = "Un problème de notre côté. Réessayez dans un instant.\nA problem on our side. Try again in a moment.\n"

Answer = Page | Redirect | Json | Text | File
View = Callable[..., Answer]


class Functions(Chalice):
    """The application. Chalice keeps the present request on it; where requests are served by threads (on a laptop, in
    a container) each must find its own there, or one person would get what another asked for."""

    _present = threading.local()

    @property
    def current_request(self) -> ChaliceRequest | None:
        """The request this thread is answering."""
        return getattr(self._present, "request", None)

    @current_request.setter
    def current_request(self, request: ChaliceRequest | None) -> None:
        self._present.request = request


class Door(Blueprint):
    """The routes of one domain."""

    def page(self, path: str) -> Callable[[View], View]:
        """A view that shows a page (GET). Errors become pages; who is not signed in is sent to sign in."""
        return self._hang(path, ["GET", "HEAD"], _page_error, check=False)

    def form(self, path: str) -> Callable[[View], View]:
        """A view that takes a form (POST), with its token checked."""
        return self._hang(path, ["POST"], _page_error, check=True, content_types=[FORM])

    def api(
        self,
        path: str,
        methods: list[str],
        content_type: str | tuple[str, ...] = "application/json",
        check: bool = True,
    ) -> Callable[[View], View]:
        """A view for scripts: errors are JSON. What changes something carries the token, unless ``check`` is off (a
        caller that is no browser, and that the view authenticates itself)."""
        types = [content_type] if isinstance(content_type, str) else list(content_type)
        return self._hang(path, methods, _json_error, check=check, content_types=types)

    def _hang(
        self,
        path: str,
        methods: list[str],
        on_error: Callable[[Request, IbooError], Answer],
        check: bool,
        content_types: list[str] | None = None,
    ) -> Callable[[View], View]:
        def hang(view: View) -> View:
            @wraps(view)
            def handle(**parts: str) -> Response:
                try:
                    request = _read(self.current_request, self.current_app)
                    return _write(request, _answer(view, request, parts, on_error, check))
                except Exception as error:  # not even an error's page could be made: the store is away, for instance
                    log.fault("no_answer", error, view=view.__qualname__)
                    headers: dict[str, Any] = SECURITY_HEADERS | {"Content-Type": "text/plain; charset=utf-8"}
                    return Response(_SPEECHLESS, headers=headers, status_code=500)

            options = {"content_types": content_types} if content_types else {}
            self.route(path, methods=methods, name=f"{view.__module__}.{view.__name__}", **options)(handle)
            return view

        return hang


def declared_cookies_only(event: ChaliceRequest, get_response: Callable[[ChaliceRequest], Response]) -> Response:
    """The last look at every answer, whoever made it: only cookies of the register leave, none lives longer than it
    says there."""
    response = get_response(event)
    name = next((name for name in response.headers if name.lower() == "set-cookie"), None)
    if name is not None:
        given = response.headers.pop(name)
        kept = [sessions.declared(header) for header in ([given] if isinstance(given, str) else given)]
        if left := [header for header in kept if header]:
            response.headers["Set-Cookie"] = left
        if len(left) < len(kept):
            log.warning("cookie_dropped", count=len(kept) - len(left))
    return response


def _answer(
    view: View,
    request: Request,
    parts: dict[str, str],
    on_error: Callable[[Request, IbooError], Answer],
    check: bool,
) -> Answer:
    try:
        if len(request.body) > LARGEST_BODY:
            raise BadInput
        if any(len(part) > LONGEST_PART for part in parts.values()):
            raise NotFound
        if check and request.method not in ("GET", "HEAD"):
            request.check_token()
        return view(request, **parts)
    except storage.Changed:  # by somebody at the same moment
        return on_error(request, Conflict())
    except IbooError as error:
        return on_error(request, error)
    except Frozen:
        return on_error(request, Restricted())
    except Exception as error:  # the last line of defence: told to the operator, not to the visitor
        log.fault("unexpected", error, view=view.__qualname__, method=request.method)
        return on_error(request, IbooError())


def _page_error(request: Request, error: IbooError) -> Answer:
    if isinstance(error, UnknownPerson) and request.method == "GET":
        return Redirect("/signin?next=" + quote(request.path))
    translated = pages.translate(request.language)
    values = {
        "status": error.status,
        "title": translated(error.title),
        "message": error_words(request.language, error),
        "action": ("/", translated(_("Revenir à l’accueil"))),
    }
    return Page("pages/error.html", values, status=error.status)


def _json_error(request: Request, error: IbooError) -> Answer:
    retry_after = getattr(error, "retry_after", None)
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    message = error_words(request.language, error)
    return Json({"error": {"code": error.code, "message": message}}, status=error.status, headers=headers)


def error_words(language: pages.Language, error: IbooError) -> str:
    """The error's sentence in a language."""
    sentence = pages.translate(language)(error.message)
    return sentence % error.values if error.values else sentence


def form_errors(request: Request, error: FormErrors) -> dict[str, str]:
    """The fields to correct, in the reader's language: for the form's page."""
    translated = pages.translate(request.language)
    return {
        field: translated(sentence) % error.values if error.values else translated(sentence)
        for field, sentence in error.fields.items()
    }


def own_path(target: str) -> str:
    """``target`` if it is a path of this site, else the home page: no open redirect."""
    local = target.startswith("/") and not target.startswith(("//", "/\\"))
    plain = target.isascii() and target.isprintable()  # browsers skip tabs, and a line break would end the header
    return target if local and plain else "/"


def _read(request: ChaliceRequest, app: Chalice) -> Request:
    path = request.context.get("path") or request.path
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = request.raw_body
    return Request(
        method=request.method,
        path=path,
        page=_page_of(path, request.path, app),
        query=dict(request.query_params or {}),
        headers=headers,
        body=body.encode() if isinstance(body, str) else body,
        address=origin.address(headers, str(request.context.get("identity", {}).get("sourceIp", ""))),
        cookies=_cookies(headers.get("cookie", "")),
    )


def _page_of(path: str, pattern: str, app: Chalice) -> str:
    """``pattern``: the path as it was registered, with its variable parts."""
    parts, names = path.split("/"), pattern.split("/")
    while len(names) > 1:
        if "GET" in app.routes.get("/".join(names), ()):
            return "/".join(parts)
        del parts[-1], names[-1]
    return "/"


def _cookies(header: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs if name in sessions.COOKIES and len(value) <= 200}


def _write(request: Request, answer: Answer) -> Response:
    headers: dict[str, Any] = dict(SECURITY_HEADERS)
    body: str | bytes = ""
    status = 303
    if isinstance(answer, Page):
        body, status = pages.render(answer.template, request.reader, **answer.values), answer.status
        headers |= {"Content-Type": "text/html; charset=utf-8", "Content-Language": request.language}
        if answer.form_action:
            wider = f"form-action 'self' {answer.form_action}"
            policy = SECURITY_HEADERS["Content-Security-Policy"].replace("form-action 'self'", wider)
            headers["Content-Security-Policy"] = policy
    elif isinstance(answer, Redirect):
        headers |= {"Location": answer.to, "Content-Type": "text/plain; charset=utf-8"}
    elif isinstance(answer, Json):
        body = "" if answer.data is None else json.dumps(answer.data, ensure_ascii=False)
        status = 204 if answer.data is None and answer.status == 200 else answer.status
        headers |= {"Content-Type": "application/json", **answer.headers}
    elif isinstance(answer, File):
        body, status = answer.content, 200
        headers |= {
            "Content-Type": answer.content_type,
            "Content-Disposition": f'attachment; filename="{answer.name}"',
        }
    else:
        body, status = answer.body, answer.status
        headers |= {"Content-Type": answer.content_type, **answer.headers}
    headers = {name: value for name, value in headers.items() if name.lower() != "set-cookie"}  # declared ones only
    set_cookies = (*request.set_cookies, *answer.cookies)
    cookies = [cookie.header() for cookie in set_cookies if cookie.name in sessions.COOKIES]
    if cookies:
        headers["Set-Cookie"] = cookies
    return Response(body, headers=headers, status_code=status)


__all__ = [
    "Answer",
    "Door",
    "File",
    "Functions",
    "Json",
    "Page",
    "Redirect",
    "Request",
    "Text",
    "error_words",
    "form_errors",
    "own_path",
]
