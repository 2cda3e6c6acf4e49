"""Where the meeting takes place, as a test enters it: the in-memory functions beside a real media worker."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.browser.functions import NAMES
from tests.browser.person import Person

ROOT = Path(__file__).parents[2]


class House:
    """One meeting, one host, guests who have to wait."""

    host_name = "Anne Dupont"

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.functions"],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self.started = json.loads(self._process.stdout.readline())
        self.url: str = self.started["url"]

    def close(self) -> None:
        """Ends functions and worker."""
        assert self._process.stdout is not None
        self.resume_media()
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(10)
        self._process.stdout.close()

    def guest_name(self, number: int) -> str:
        """First name and name of the guest of that number, from 0."""
        return NAMES[number]

    def open_host(self, person: Person) -> None:
        """Brings the host to the preview."""
        person.page.goto(f"{self.url}/as/host")

    def open_guest(self, person: Person, number: int) -> None:
        """Brings a guest to the preview, by the personal link."""
        person.page.goto(f"{self.url}/as/waiting{number}")

    def admitted_address(self, number: int) -> str:
        """An address that brings a guest who need not wait to the preview."""
        return f"{self.url}/as/guest{number}"

    def pause_media(self) -> None:
        """The worker stops dead: no packet leaves it, nothing is answered."""
        os.kill(self.started["worker"], signal.SIGSTOP)

    def resume_media(self) -> None:
        """The worker goes on where it stopped."""
        os.kill(self.started["worker"], signal.SIGCONT)
