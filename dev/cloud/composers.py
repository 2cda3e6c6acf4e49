"""Plays Amazon ECS for the job that makes one file of a recording: RunTask starts a process instead of a container.

python -m dev.cloud.composers --port 8123

The process gets what the container gets: ``IBOO_COMPOSE_URL`` from here, the rest from the call; none of our secrets,
and no way to the engine but the links it is given.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

from dev import leash

COMMAND = (sys.executable, "-m", "media_workers.compose")
PLAIN = ("PATH", "HOME", "LANG", "PYTHONPATH", "IBOO_COMPOSE_URL", "IBOO_COMPOSE_LOG_LEVEL")
"""All that a job may see of the environment here."""

Given = dict[str, str]


def given(call: Any) -> list[Given]:
    """What a RunTask call sets in the environment of each container. Raises `KeyError`, `TypeError`."""
    overrides = call["overrides"]["containerOverrides"]
    return [{one["name"]: one["value"] for one in container["environment"]} for container in overrides]


class Composers(ThreadingHTTPServer):
    """``start`` is called with the environment of each job."""

    daemon_threads = True

    def __init__(self, port: int, start: Any) -> None:
        super().__init__(("127.0.0.1", port), _Port)
        self.start = start

    @property
    def url(self) -> str:
        """For ``AWS_ENDPOINT_URL_ECS``."""
        return f"http://127.0.0.1:{self.server_port}"


class _Port(BaseHTTPRequestHandler):
    server: Composers

    def do_POST(self) -> None:
        call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.headers.get("X-Amz-Target", "").endswith(".RunTask"):
            self._answer(400, {"__type": "InvalidParameterException"})
            return
        try:
            for environment in given(call):
                self.server.start(environment)
        except (KeyError, TypeError):
            self._answer(400, {"__type": "InvalidParameterException"})
            return
        self._answer(200, {"tasks": [{"taskArn": f"arn:aws:ecs:local:0:task/{uuid4()}"}], "failures": []})

    def do_GET(self) -> None:
        self._answer(200, {})

    def _answer(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: a job says itself how it ended."""


def start(environment: Given) -> None:
    """Starts a job beside everything else, and a little behind: meetings come first."""
    plain = {name: os.environ[name] for name in PLAIN if name in os.environ}
    job = subprocess.Popen(
        leash.command("nice", "-n", "10", *COMMAND), env=plain | environment, stdin=subprocess.DEVNULL
    )
    Thread(target=job.wait, daemon=True).start()


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(prog="dev.cloud.composers")
    parser.add_argument("--port", type=int, required=True)
    server = Composers(parser.parse_args().port, start)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: sys.exit(0))
    server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
