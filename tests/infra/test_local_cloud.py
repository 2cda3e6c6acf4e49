"""The local cloud as a whole, around a small application."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from dev.cloud import Cloud, CloudError, running
from infra.headers import LARGEST_BODY, STATIC


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(url: str, body: object = None, method: str = "", headers: dict[str, str] | None = None) -> Answer:
    data = None if body is None else json.dumps(body).encode()
    said = {"Content-Type": "application/json"} if data else {}
    request = urllib.request.Request(url, data, said | (headers or {}), method=method or ("POST" if data else "GET"))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, refusal.headers, refusal.read())


def wait_for(state: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not state():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether the process runs (one that ended but was not waited for does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def cloud(small_app: Path, tmp_path: Path) -> Iterator[Cloud]:
    with running(tmp_path / "data", root=small_app) as started:
        yield started


def test_pages_and_static_files_come_from_one_address(cloud: Cloud, small_app: Path) -> None:
    page = ask(cloud.url)
    assert page.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    address = page.body.decode().split('"')[3]
    style = ask(cloud.url + address)
    assert style.body == b"body { margin: 0 }"
    assert {name: style.headers[name] for name in STATIC} == STATIC
    assert style.headers["Content-Type"] == "text/css; charset=utf-8"
    assert ask(f"{cloud.url}/static/x/a.js").headers["Content-Type"] == "text/javascript; charset=utf-8"

    (small_app / "web" / "a.css").write_text("body { margin: 1px }")
    edited = ask(cloud.url).body.decode().split('"')[3]
    assert edited != address, "a changed file has another address"
    assert ask(cloud.url + edited).body == b"body { margin: 1px }"

    assert ask(f"{cloud.url}/static/x/%2e%2e/app.py").status == 404
    assert ask(f"{cloud.url}/static/x/missing.js").headers["Cache-Control"] == "no-store"


def test_functions_get_the_request_with_the_address_of_the_client(cloud: Cloud) -> None:
    said = ask(f"{cloud.url}/echo", {"a": "é"}, headers={"X-Forwarded-For": "192.0.2.7"}).json
    assert said["body"] == {"a": "é"}
    assert said["for"] == "192.0.2.7, 127.0.0.1", "what a client claims comes first, what is known comes last"
    assert said["host"] != cloud.url.removeprefix("http://"), "as behind a CDN, the origin has its own name"


def test_an_unknown_address_answers_404_in_the_shape_the_reader_expects(cloud: Cloud) -> None:
    page = ask(f"{cloud.url}/nowhere")
    assert (page.status, page.body) == (404, b"<h1>Nothing here</h1>")
    error = ask(f"{cloud.url}/api/nowhere")
    assert (error.status, error.json["error"]["code"]) == (404, "not_found")


def test_secrets_of_the_cloud_are_its_own_whatever_the_shell_holds(small_app: Path, tmp_path: Path) -> None:
    app = small_app / "app.py"
    app.write_text(app.read_text() + "\n\n@app.route('/names')\ndef names():\n    return sorted(os.environ)\n")
    shell = {"IBOO_CSRF_KEY": "foreign", "AWS_PROFILE": "production", "IBOO_PUBLISHER_NAME": "Ours"}
    with running(tmp_path / "data", root=small_app, settings=shell) as cloud:
        names = ask(f"{cloud.url}/names").json
    assert "IBOO_CSRF_KEY_FILE" in names and "IBOO_PUBLISHER_NAME" in names
    assert "IBOO_CSRF_KEY" not in names and "AWS_PROFILE" not in names


def test_a_body_lambda_would_not_take_is_refused(cloud: Cloud) -> None:
    assert ask(f"{cloud.url}/echo", "x" * LARGEST_BODY).status == 413


def test_everything_is_there_after_a_restart(small_app: Path, tmp_path: Path) -> None:
    with running(tmp_path / "data", root=small_app) as cloud:
        assert not ask(f"{cloud.url}/item").json["there"]
        ask(f"{cloud.url}/item", {})
        ask(f"{cloud.url}/mail", {})
        secrets = {file.name: file.read_bytes() for file in (tmp_path / "data" / "secrets").iterdir()}
    with running(tmp_path / "data", root=small_app) as cloud:
        assert ask(f"{cloud.url}/item").json["there"]
        assert [letter["subject"] for letter in cloud.mail(to="b@y.example")] == ["Réunion"]
        assert cloud.mail(to="a@x.example") == []
        assert {file.name: file.read_bytes() for file in (tmp_path / "data" / "secrets").iterdir()} == secrets
        assert {file.stat().st_mode & 0o777 for file in (tmp_path / "data" / "secrets").iterdir()} == {0o600}


@pytest.mark.parametrize("part", ["engine", "functions", "front", "worker", "schedules"])
def test_a_killed_part_stops_the_rest_and_is_named(small_app: Path, tmp_path: Path, part: str) -> None:
    process, cloud = start(small_app, tmp_path / "data")
    os.kill(cloud["pids"][part], signal.SIGKILL)
    assert process.wait(timeout=60) == 1
    assert f"Iboo: {part} was ended by signal 9" in read_and_close(process)
    assert not [name for name, pid in cloud["pids"].items() if is_alive(pid)]


def test_nothing_stays_behind_when_the_tree_itself_is_killed(small_app: Path, tmp_path: Path) -> None:
    process, cloud = start(small_app, tmp_path / "data")
    ask(f"{cloud['url']}/item", {})
    process.kill()
    process.wait()
    read_and_close(process)
    wait_for(lambda: not any(is_alive(pid) for pid in cloud["pids"].values()), "a part outlived the tree")
    with running(tmp_path / "data", root=small_app) as again:
        assert ask(f"{again.url}/item").json["there"]


def test_ctrl_c_stops_everything(small_app: Path, tmp_path: Path) -> None:
    process, cloud = start(small_app, tmp_path / "data")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    assert read_and_close(process) == ""
    assert not [name for name, pid in cloud["pids"].items() if is_alive(pid)]


def test_a_taken_port_is_one_clear_line(small_app: Path, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = launch(small_app, tmp_path / "data", {"IBOO_DEV_PORT": str(port)})
        assert process.wait(timeout=60) == 1
    said = read_and_close(process)
    assert said.startswith(f"Iboo: port {port} is taken") and said.count("\n") == 1


def test_two_clouds_never_share_their_data(cloud: Cloud, small_app: Path) -> None:
    with pytest.raises(CloudError, match="another local cloud works in"), running(cloud.data, root=small_app):
        pass


def test_an_application_that_fails_says_why(small_app: Path, tmp_path: Path) -> None:
    (small_app / "app.py").write_text("raise RuntimeError('the reason')")
    with pytest.raises(CloudError, match="the reason"), running(tmp_path / "data", root=small_app):
        pass


def test_a_schedule_that_a_moved_clock_makes_due_runs_at_once(cloud: Cloud, small_app: Path) -> None:
    runs = small_app / "hourly.jsonl"
    wait_for(lambda: runs.exists() and runs.read_text().count("\n") == 1, "a rate runs when the cloud starts")
    cloud.move_clock(28 * 86_400 + 1)
    wait_for(lambda: runs.read_text().count("\n") == 2, "the jump made it due")
    assert json.loads(runs.read_text().splitlines()[1]) == {"clock": str(28 * 86_400 + 1)}


def launch(root: Path, data: Path, settings: dict[str, str] | None = None) -> subprocess.Popen[str]:
    here = Path(__file__).parent.parent.parent
    return subprocess.Popen(
        [sys.executable, "-m", "dev.cloud"],
        cwd=root,
        env=os.environ
        | {"IBOO_DEV_PORT": "0", "IBOO_DEV_JSON": "1", "IBOO_DEV_DATA": str(data)}
        | {"PYTHONPATH": f"{root}{os.pathsep}{here}"}
        | (settings or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start(root: Path, data: Path) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    process = launch(root, data)
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    return process, json.loads(line)


def read_and_close(process: subprocess.Popen[str]) -> str:
    """What the ended process said on standard error."""
    return process.communicate()[1]
