"""Where views hang, and where errors become answers: here and nowhere else."""

import re
import secrets
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from chalice.app import Blueprint, Chalice, Response
from chalice.app import Request as ChaliceRequest

from chalicelib import automated, findable, log, pages, sessions, storage
from chalicelib.errors import BadInput, Conflict, FactorDue, FormErrors, IbooError, NotFound, Restricted, UnknownPerson
from chalicelib.errors import mark as _
from chalicelib.storage import Frozen

from .answers import SECURITY_HEADERS, Answer, Json, Page, Redirect, write
from .request import FORM, Request, read

LARGEST_BODY = 1_000_000
"""Bytes."""
LONGEST_PART = 200
"""Characters of a variable part of a path: more than any id or token of ours, less than a table takes as a key."""

_SPEECHLESS = "Un problème de notre côté. Réessayez dans un instant.\nA problem on our side. Try again in a moment.\n"

_ID = re.compile(r"[a-z0-9]{8,32}-[0-9]{1,4}")

View = Callable[..., Answer]


class Functions(Chalice):
    """The application. Chalice keeps the present request on it; where requests are served by threads (on a laptop, in
    a container) each must find its own there, or one person would get what another asked for."""

    _present = threading.local()

    def __call__(self, event: Any, context: Any) -> Any:
        """A request that says nothing of what it accepts takes everything (RFC 9110, 12.5.1): Chromium sends no Accept
        for a link that downloads, and Chalice would refuse it every file."""
        headers = event.get("headers") or {}
        if not any(name.lower() == "accept" for name in headers):
            event = {**event, "headers": {**headers, "accept": "*/*"}}
        return super().__call__(event, context)

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
                found = self.current_request
                identifier = str(found.context.get("requestId") or secrets.token_hex(8)) if found else None
                with log.bound(request=identifier, occurrence=_opaque(parts.get("occurrence"))):
                    return _timed(view, lambda: self._handle(view, parts, on_error, check))

            options = {"content_types": content_types} if content_types else {}
            self.route(path, methods=methods, name=f"{view.__module__}.{view.__name__}", **options)(handle)
            return view

        return hang

    def _handle(
        self,
        view: View,
        parts: dict[str, str],
        on_error: Callable[[Request, IbooError], Answer],
        check: bool,
    ) -> Response:
        try:
            request = read(self.current_request, self.current_app)
            return write(request, _answer(view, request, parts, on_error, check))
        except Exception as error:  # not even an error's page could be made: the store is away, for instance
            log.fault("no_answer", error, view=view.__qualname__)
            headers: dict[str, Any] = {
                **SECURITY_HEADERS,
                **findable.HIDDEN,
                "Content-Type": "text/plain; charset=utf-8",
            }
            return Response(_SPEECHLESS, headers=headers, status_code=500)


def _timed(view: View, answer: Callable[[], Response]) -> Response:
    """One line per request: which view, how it ended, how long it took. Never the path: links are secrets."""
    begun = time.perf_counter()
    response = answer()
    spent = round(1000 * (time.perf_counter() - begun))
    log.info(
        "request", view=f"{view.__module__.rpartition('.')[0]}.{view.__name__}", status=response.status_code, ms=spent
    )
    return response


def _opaque(identifier: str | None) -> str | None:
    """An id of ours, as it stands in the path; anything else is somebody's own words."""
    return identifier if identifier and _ID.fullmatch(identifier) else None


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
    except (Frozen, storage.Held):
        return on_error(request, Restricted())
    except Exception as error:  # the last line of defence: told to the operator, not to the visitor
        log.fault("unexpected", error, view=view.__qualname__, method=request.method)
        return on_error(request, IbooError())


def _page_error(request: Request, error: IbooError) -> Answer:
    if isinstance(error, UnknownPerson) and request.method == "GET":
        return Redirect("/signin?next=" + quote(request.path))
    if isinstance(error, FactorDue) and request.method in ("GET", "HEAD"):
        return Redirect("/account/security")
    translated = pages.translate(request.language)
    values = {
        "status": error.status,
        "title": translated(error.title),
        "message": error_words(request.language, error),
        "action": ("/", translated(_("Revenir à l’accueil"))),
    }
    return Page("pages/error.html", values, status=error.status, review=automated.shut_out(error, request.address))


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
