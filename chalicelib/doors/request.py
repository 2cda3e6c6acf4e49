"""A request from outside, read once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from chalice.app import Chalice
from chalice.app import Request as ChaliceRequest

from chalicelib import clock, findable, keyed, origin, pages, sessions
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import documents, framing
from chalicelib.accounts.models import Account
from chalicelib.consents import choices
from chalicelib.consents.rules import Choice
from chalicelib.errors import BadInput, BadToken, FactorDue, UnknownPerson
from chalicelib.sessions import Cookie, Session

FORM = "application/x-www-form-urlencoded"


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
    framers: tuple[str, ...] = ()
    """Origins of the sites that may show what is answered in their pages."""

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
        """Who is signed in, or nobody; nobody as well where a second factor has to be set up first."""
        return None if self.session and self.session.factor_due else self._signed_in

    @property
    def newcomer(self) -> Account:
        """Who is signed in, even where a second factor has to be set up first: for the page where that is done. Raises
        `UnknownPerson`."""
        if self._signed_in is None:
            raise UnknownPerson
        return self._signed_in

    @cached_property
    def _signed_in(self) -> Account | None:
        return accounts.signed_in(self.session) if self.session else None

    @property
    def account(self) -> Account:
        """Who is signed in. Raises `FactorDue`, `UnknownPerson`."""
        if self.session is not None and self.session.factor_due and self._signed_in is not None:
            raise FactorDue
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

    @property
    def asked_language(self) -> pages.Language | None:
        """The language the address itself asks for, as search engines name their pages."""
        asked = self.query.get(findable.PARAMETER)
        return next((language for language in pages.LANGUAGES if language == asked), None)

    @cached_property
    def language(self) -> pages.Language:
        """Of the address, then the account, then the cookie, then the browser."""
        if self.asked_language:
            return self.asked_language
        of_account = self._signed_in.language if self._signed_in else None
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

    def allow_framing(self, company: str) -> None:
        """What is answered belongs to a meeting of this company: the sites it names may show it in their pages."""
        self.framers = framing.of(company)

    @property
    def framed(self) -> bool:
        """Whether another site that may do so is showing this in its page, as the browser says."""
        return bool(self.framers) and self.headers.get("sec-fetch-dest") == "iframe"

    @property
    def form_token(self) -> str:
        """What this page's forms must carry."""
        return keyed.form_token(self.browser, self.session.pk if self.session else "")

    @cached_property
    def reader(self) -> pages.Reader:
        """For whom pages are written."""
        person = self._signed_in
        return pages.Reader(
            language=self.language,
            timezone=person.timezone if person else None,
            csrf=self.form_token,
            framed=self.framed,
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


def read(request: ChaliceRequest, app: Chalice) -> Request:
    """Chalice's request as ours."""
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
