"""The functions as the job reaches them, and the store by the links they give. The job has no rights of its own."""

import json
import logging
import threading
import time
from typing import Any
from urllib import error, request

from chalicelib.signalling import composing
from chalicelib.signalling.composing import Brief

logger = logging.getLogger(__name__)

TRIES = 6
PATIENCE = 20.0
"""Seconds for one exchange."""
PAUSE = 0.5
"""Seconds before the second try; twice as long before each further one."""


class NotWanted(Exception):
    """The functions know no such job any more: erased, given up, or done by another."""


class OutOfReach(Exception):
    """Tried often enough."""


class Functions:
    """``url``: of the functions, without a slash at its end. ``file``: ``<recording>.<file>``. ``token``: for the first
    call alone."""

    def __init__(self, url: str, file: str, token: str, pause: float = PAUSE) -> None:
        self._url = url
        self._file = file
        self._token = token
        self._pause = pause

    def claim(self) -> Brief:
        """What is to be done. Works once. Raises `NotWanted`, `OutOfReach`, `MessageError`."""
        brief = composing.load(self._call("claim", {}, tries=1))
        self._token = brief.token
        return brief

    def reading_links(self, track: str, names: list[str]) -> list[str]:
        """Where these segments of a track can be had for some minutes."""
        return self._links({"track": track, "names": names})

    def writing_links(self, numbers: list[int]) -> list[str]:
        """Where these chunks may be put, for some minutes."""
        return self._links({"chunks": numbers})

    def progress(self, done: float) -> None:
        """A sign of life. Raises `NotWanted`, `OutOfReach`."""
        self._call("progress", {"done": int(1000 * done)}, tries=1)

    def finish(self, chunks: int, size: int) -> None:
        """All of it is stored."""
        self._call("finish", {"chunks": chunks, "bytes": size})

    def fail(self, why: str) -> None:
        """It can't be done. ``why``: a word, never a name of anybody."""
        self._call("fail", {"why": why})

    def _links(self, wanted: dict[str, Any]) -> list[str]:
        links: list[str] = json.loads(self._call("links", wanted))["links"]
        return links

    def _call(self, verb: str, said: dict[str, Any], tries: int = TRIES) -> bytes:
        body = json.dumps({"file": self._file, **said}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        return exchange("POST", f"{self._url}/compose/{verb}", body, headers, tries, self._pause)

    def fetch(self, link: str) -> bytes:
        """An object as it lies there. Raises `NotWanted` when it is gone, `OutOfReach`."""
        return exchange("GET", link, None, {}, TRIES, self._pause)

    def put(self, link: str, content: bytes) -> None:
        """Stores an object. Raises `OutOfReach`."""
        headers = {"Content-Type": "application/octet-stream"}
        exchange("PUT", link, content, headers, TRIES, self._pause)


def exchange(verb: str, url: str, body: bytes | None, headers: dict[str, str], tries: int, pause: float) -> bytes:
    """The answer's body; what may be passing is tried again. Raises `NotWanted` for a clear no, `OutOfReach`."""
    asked = request.Request(url, body, headers, method=verb)  # noqa: S310 - addresses the functions gave
    for number in range(tries):
        if number:
            time.sleep(pause * 2 ** (number - 1))
        try:
            with request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310
                answered: bytes = answer.read()
                return answered
        except error.HTTPError as fault:
            fault.close()
            if 400 <= fault.code < 500 and fault.code not in (408, 429):
                raise NotWanted(str(fault.code)) from fault
        except (OSError, ValueError):
            logger.info("no answer, once more")
    raise OutOfReach


class Heart:
    """Says in the background how far it is, so that nobody takes a job that fetches for dead."""

    def __init__(self, functions: Functions, every: float = 5.0) -> None:
        self._functions = functions
        self._every = every
        self._done = 0.0
        self._unwanted = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Heart":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def __call__(self, done: float) -> None:
        """How much is done, 0 to 1. Raises `NotWanted`."""
        self._done = done
        if self._unwanted:
            raise NotWanted

    def _beat(self) -> None:
        while not self._stop.wait(self._every):
            try:
                self._functions.progress(self._done)
            except NotWanted:
                self._unwanted = True
                return
            except OutOfReach:
                continue
