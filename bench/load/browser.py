"""The tests' browser without a screen, over real HTTP."""

from collections.abc import Mapping

import requests
from chalice.test import HTTPResponse

from tests.functional.browser import Browser

TIMEOUT = 15.0
"""Seconds; a function that has not answered by then is counted as failed."""


class WebBrowser(Browser):
    """``url``: of the site, without a slash at the end; ``timeout``: seconds of one request."""

    def __init__(self, url: str, language: str = "fr", timeout: float = TIMEOUT) -> None:
        super().__init__(language)
        self._url = url
        self._timeout = timeout
        self._session = requests.Session()

    def _request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> HTTPResponse:
        """Raises `requests.RequestException`."""
        sent = {"Accept-Language": self._language, "User-Agent": self._device, "Origin": self._url, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._session.cookies.clear()
        answer = self._session.request(
            method, self._url + path, data=body, headers=sent, allow_redirects=False, timeout=self._timeout
        )
        for header in answer.raw.headers.getlist("Set-Cookie"):
            self._keep(header)
        return HTTPResponse(headers=dict(answer.headers), body=answer.content, status_code=answer.status_code)
