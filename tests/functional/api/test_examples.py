"""What docs/api shows is run as it stands there: each curl command, and the client."""

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import throttle
from chalicelib.accounts import tokens
from chalicelib.api.door import PER_MINUTE, WINDOW
from tests.functional import examples
from tests.functional.api.programs import Program
from tests.functional.meetings.people import DAY, Host, in_

COMMANDS = re.findall(r"```\n(curl .*?)```", (examples.FOLDER / "README.md").read_text(), re.DOTALL)


@pytest.fixture
def address(host: Host) -> Iterator[str]:
    with examples.served() as url:
        yield url


def run(command: str, **known: str) -> Any:
    done = subprocess.run(
        ["bash", "-c", command], env={"PATH": os.environ["PATH"], **known}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_walk_through_with_curl_does_what_it_says(program: Program, address: str) -> None:
    known = {"IBOO": address, "TOKEN": program.secret, "DAY": in_(2 * DAY)["date"]}
    assert len(COMMANDS) == 5
    plan, coming, invited, change, cancel = COMMANDS
    made = run(plan, **known)
    assert run(plan, **known)["id"] == made["id"], "the key makes it safe to send again"
    known["MEETING"] = made["id"]
    assert [one["id"] for one in run(coming, **known)["items"]] == [made["id"]]
    assert [one["name"] for one in run(invited, **known)["items"]] == ["Zoé"]
    assert run(change, **known)["starts_at"] > made["starts_at"]
    assert run(cancel, **known)["state"] == "cancelled"


def test_the_client_plans_once_and_lists_all(program: Program, address: str) -> None:
    client = examples.example("client").Iboo(address, program.secret)
    wanted = {"title": "Bilan", **in_(DAY), "minutes": 30}
    made = [client.plan(wanted)["id"] for _ in range(2)]
    assert sorted(one["id"] for one in client.meetings()) == sorted(made)


def test_the_client_says_what_is_wrong_with_which_field(program: Program, address: str) -> None:
    module = examples.example("client")
    with pytest.raises(module.Problem) as caught:
        module.Iboo(address, program.secret).plan({"title": "", **in_(DAY), "minutes": 30})
    assert caught.value.status == 400 and list(caught.value.fields) == ["title"]


def test_the_client_waits_as_long_as_it_is_asked_to(host: Host, program: Program, address: str) -> None:
    (token,) = tokens.of_company(host.account.company)
    program.get("/meetings")
    throttle.take("api", token.identifier, PER_MINUTE - 1, PER_MINUTE, WINDOW)
    waited: list[float] = []
    module = examples.example("client")
    with pytest.raises(module.Problem) as caught:
        list(module.Iboo(address, program.secret, waited.append).meetings())
    assert caught.value.status == 429 and len(waited) == module.TRIES - 1
    assert all(1 <= seconds <= WINDOW for seconds in waited)


def test_the_client_sends_again_what_nobody_answered_only_where_twice_is_once() -> None:
    waited: list[float] = []
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # and listens to nobody
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}/api/v1"
        client = examples.example("client").Iboo(address, "iboo_x", waited.append)
        with pytest.raises(OSError, match="refused"):
            client.plan({})
        assert len(waited) == 3
        with pytest.raises(OSError, match="refused"):
            client.ask("POST", "/meetings/x/cancel", {})
        assert len(waited) == 3
