"""What a view answers, and how it leaves: headers, cookies, body."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalice.app import Response

from chalicelib import findable, pages, sessions
from chalicelib.sessions import Cookie

from .request import Request

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
class Page:
    """A template filled in."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    cookies: list[Cookie] = field(default_factory=list)
    review: str = ""
    """Where a person may be asked about what a rule refused here; empty: nothing was."""
    form_action: str = ""
    """A foreign address to which this page's forms may post: the bank's."""
    connect: str = ""
    """A foreign address from which this page's scripts may fetch: the store's, of sealed segments."""


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


Answer = Page | Redirect | Json | Text | File


def write(request: Request, answer: Answer) -> Response:
    """The answer as Chalice sends it. Only cookies that are declared leave."""
    body, status, own = _content(request, answer)
    headers: dict[str, Any] = {name: value for name, value in own.items() if name.lower() != "set-cookie"}
    set_cookies = (*request.set_cookies, *answer.cookies)
    if cookies := [cookie.header(request.framed) for cookie in set_cookies if cookie.name in sessions.COOKIES]:
        headers["Set-Cookie"] = cookies
    hidden = {} if _listed(request, answer) else findable.HIDDEN
    guards = {
        name: value for name, value in SECURITY_HEADERS.items() if name != "X-Frame-Options" or not request.framers
    }
    return Response(body, headers={**guards, **hidden, **headers}, status_code=status)


def _content(request: Request, answer: Answer) -> tuple[str | bytes, int, Mapping[str, str]]:
    """Body, status and own headers."""
    match answer:
        case Page():
            listed = request.path if _listed(request, answer) else ""
            reader = replace(request.reader, listed=listed, asked=request.asked_language or "")
            body = pages.render(answer.template, reader, **answer.values, review=answer.review)
            return body, answer.status, _page_headers(request, answer)
        case Redirect():
            return "", 303, {"Location": answer.to, "Content-Type": "text/plain; charset=utf-8"}
        case Json(data=None):
            status = 204 if answer.status == 200 else answer.status
            return "", status, {"Content-Type": "application/json", **answer.headers}
        case Json():
            body = json.dumps(answer.data, ensure_ascii=False)
            return body, answer.status, {"Content-Type": "application/json", **answer.headers}
        case File():
            saved = f'attachment; filename="{answer.name}"'
            return answer.content, 200, {"Content-Type": answer.content_type, "Content-Disposition": saved}
        case Text():
            return answer.body, answer.status, {"Content-Type": answer.content_type, **answer.headers}


def _listed(request: Request, answer: Answer) -> bool:
    """Whether a search engine may list what is answered."""
    return isinstance(answer, Page) and answer.status == 200 and request.path in findable.PAGES


def _page_headers(request: Request, page: Page) -> dict[str, str]:
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Language": request.language}
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    for directive, address in (("form-action", page.form_action), ("connect-src", page.connect)):
        if address:
            policy = policy.replace(f"{directive} 'self'", f"{directive} 'self' {address}")
    if request.framers:
        policy = policy.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(request.framers)}")
    if page.form_action or page.connect or request.framers:
        headers["Content-Security-Policy"] = policy
    return headers
