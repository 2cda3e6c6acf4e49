"""A browser without a screen: keeps cookies, fills in the forms of the page it sees, follows redirects.

browser = Browser()
browser.open("/signin")
page = browser.send("/signin", email="anne@example.fr", password="…")
assert page.status == 200 and page.path == "/meetings"
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalice.app import Chalice
from chalice.test import Client, HTTPResponse

FORM = "application/x-www-form-urlencoded"
REDIRECTS = 5


@dataclass
class Form:
    """A form as the page has it. ``fields``: what would be sent if nothing were typed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)
    """Boxes that are not ticked, with the value they would send."""


@dataclass
class Seen:
    """An answer, as the browser shows it. ``path``: where the redirects ended."""

    path: str
    status: int
    headers: Mapping[str, Any]
    body: bytes
    forms: list[Form]

    @property
    def html(self) -> str:
        return self.body.decode()

    @property
    def text(self) -> str:
        """The words of the page, spaces made one."""
        return " ".join(re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", self.html, flags=re.S).split())

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def set_cookies(self) -> list[str]:
        """The ``Set-Cookie`` headers of the last answer."""
        return list(self.headers.get("Set-Cookie", []))

    def form(self, action: str) -> Form:
        """The page's form with this action. Raises `AssertionError` naming those there are."""
        for form in self.forms:
            if form.action == action:
                return form
        raise AssertionError(f"No form {action} on {self.path} ({self.status}); there are {self.actions}")

    @property
    def actions(self) -> list[str]:
        """Where the forms of the page go."""
        return [form.action for form in self.forms]


class Browser:
    """One person's browser. ``address``: the IP address it is seen under."""

    def __init__(self, language: str = "fr", address: str = "192.0.2.1", device: str = "Firefox, Linux") -> None:
        self.cookies: dict[str, str] = {}
        self.address = address
        self._language = language
        self._device = device
        self._page: Seen | None = None
        self.sends: dict[str, str] = {}
        """Headers of every request, beside those any browser sends."""

    @property
    def page(self) -> Seen:
        """What is shown now."""
        assert self._page is not None, "No page was opened."
        return self._page

    def open(self, path: str, follow: bool = True) -> Seen:
        """Goes to an address of the site (a whole one, as in a mail, or a path)."""
        parts = urlsplit(path)
        return self._show("GET", parts.path + (f"?{parts.query}" if parts.query else ""), b"", {}, follow)

    def send(self, action: str, follow: bool = True, **typed: str | bool | None) -> Seen:
        """Sends the form of the present page that goes to ``action``, with what is typed.

        A box is ticked with `True` and left with `False`; `None` leaves a field out altogether.
        """
        form = self.page.form(action)
        fields = dict(form.fields)
        for name, value in typed.items():
            if value is None or value is False:
                fields.pop(name, None)
            else:
                fields[name] = form.checks.get(name, "yes") if value is True else value
        return self.post(action, fields, follow=follow)

    def post(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None, follow: bool = True
    ) -> Seen:
        """Posts a form that no page showed: what a test does to break a rule."""
        given = {"Content-Type": FORM, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        return self._show("POST", path, urlencode(fields).encode(), given, follow)

    def call(self, method: str, path: str, data: Any = None, content_type: str = "application/json") -> Seen:
        """What a script of the present page asks for, with the page's token. ``data``: JSON, or text as it is."""
        body = data.encode() if isinstance(data, str) else b"" if data is None else json.dumps(data).encode()
        headers = {"Content-Type": content_type, "X-CSRF-Token": self.csrf, "Sec-Fetch-Site": "same-origin"}
        answer = self._request(method, path, body, headers)
        return Seen(path, answer.status_code, answer.headers, answer.body, [])

    @property
    def csrf(self) -> str:
        """The token in the head of the present page; empty when it has none."""
        found = re.search(r'<meta name="csrf-token" content="([^"]*)"', self.page.html)
        return found[1] if found else ""

    def _show(self, method: str, path: str, body: bytes, headers: Mapping[str, str], follow: bool) -> Seen:
        for _ in range(REDIRECTS):
            answer = self._request(method, path, body, headers)
            if answer.status_code != 303 or not follow:
                break
            method, path, body, headers = "GET", answer.headers["Location"], b"", {}
        html = "html" in str(answer.headers.get("Content-Type", ""))
        forms = _forms(answer.body.decode()) if html else []
        self._page = Seen(path, answer.status_code, answer.headers, answer.body, forms)
        return self._page

    def _request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> HTTPResponse:
        sent = {
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": self._language,
            "User-Agent": self._device,
            "X-Forwarded-For": self.address,
            **self.sends,
            **headers,
        }
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = Client(functions()).http.request(method, path, headers=sent, body=body)
        for header in answer.headers.get("Set-Cookie", []):
            self._keep(header)
        return answer

    def _keep(self, header: str) -> None:
        name, _, value = header.partition(";")[0].partition("=")
        if "Max-Age=0" in header:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


@cache
def functions() -> Chalice:
    """The functions with all their doors; imported late, when their settings stand."""
    found = import_module("app").app
    assert isinstance(found, Chalice)
    return found


class _FormReader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag == "input" and given.get("name"):
            self._input(self._open, given)
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and ("selected" in given or self._select not in self._open.fields):
            self._open.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = given.get("name", "")
            self._open.fields[self._area] = ""

    def _input(self, form: Form, given: dict[str, str]) -> None:
        if given.get("type") in ("checkbox", "radio") and "checked" not in given:
            form.checks[given["name"]] = given.get("value", "on")
        elif given.get("type") not in ("submit", "button"):
            form.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._area:
            self._open.fields[self._area] += data.removeprefix("\n")


def _forms(html: str) -> list[Form]:
    reader = _FormReader()
    reader.feed(html)
    return reader.forms
