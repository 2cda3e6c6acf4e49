"""The job that makes a file, without its container: started calls are kept, its own code runs in the test."""

import json
from collections.abc import Mapping
from typing import Any

from chalice.test import Client

from media_workers.compose.functions import Functions, NotWanted
from tests.functional.browser import functions


class StartedJobs:
    """What RunTask was called with; ``refuses``: no container starts."""

    def __init__(self) -> None:
        self.calls: list[Mapping[str, str]] = []
        self.refuses = False

    def take(self, environment: Mapping[str, str]) -> None:
        if self.refuses:
            raise KeyError("no capacity")
        self.calls.append(environment)

    @property
    def last(self) -> "InProcess":
        """The functions as the last started job sees them."""
        call = self.calls[-1]
        return InProcess(call["IBOO_COMPOSE_FILE"], call["IBOO_COMPOSE_TOKEN"])


class InProcess(Functions):
    """The job's own code, over the functions in this process; the store is the real engine."""

    def __init__(self, file: str, token: str) -> None:
        super().__init__("", file, token, pause=0.0)
        self.answers: list[int] = []

    def _call(self, verb: str, said: dict[str, Any], tries: int = 1) -> bytes:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        body = json.dumps({"file": self._file, **said}).encode()
        answer = Client(functions()).http.post(f"/compose/{verb}", headers=headers, body=body)
        self.answers.append(answer.status_code)
        if answer.status_code >= 400:
            raise NotWanted(str(answer.status_code))
        return bytes(answer.body)
