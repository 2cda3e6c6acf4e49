"""A worker's container finds its addresses and stays while it holds a room."""

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from infra.container import RENEWED_AFTER, Protection, StartError, environment, interface, public_address, rooms_of

ROOT = Path(__file__).parent.parent.parent
TASK: dict[str, Any] = {
    "TaskARN": "arn:aws:ecs:eu-west-3:1:task/iboo-media/abc123",
    "Revision": "7",
    "Containers": [{"Networks": [{"IPv4Addresses": ["10.20.1.4"], "MACAddress": "0e:00:00:00:00:01"}]}],
}


def test_addresses_come_from_the_tasks_metadata_and_its_interface() -> None:
    private, hardware = interface(TASK)
    public = public_address({"NetworkInterfaces": [{"Association": {"PublicIp": "192.0.2.1"}}]})
    settings = environment({"A": "b"}, TASK, private, public)
    assert hardware == "0e:00:00:00:00:01"
    assert settings == {
        "A": "b",
        "IBOO_WORKER_ID": "worker-abc123",
        "IBOO_WORKER_REVISION": "7",
        "IBOO_WORKER_CONTROL_HOST": "10.20.1.4",
        "IBOO_WORKER_ANNOUNCED": "192.0.2.1@10.20.1.4,10.20.1.4",
    }


def test_a_task_without_interface_or_public_address_does_not_start() -> None:
    with pytest.raises(StartError):
        interface({"Containers": [{"Networks": []}]})
    with pytest.raises(StartError):
        public_address({"NetworkInterfaces": [{}]})


class Agent:
    """ECS's agent and a worker's health, on loopback."""

    def __init__(self) -> None:
        self.asked: list[dict[str, object]] = []
        self.status = 200

    async def __aenter__(self) -> "Agent":
        application = web.Application()
        application.router.add_put("/task-protection/v1/state", self._put)
        application.router.add_get("/health", self._health)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _put(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        return web.Response(status=self.status)

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"worker": "w", "incarnation": "i", "rooms": 3})


ON: dict[str, object] = {"ProtectionEnabled": True, "ExpiresInMinutes": 60}
OFF: dict[str, object] = {"ProtectionEnabled": False}


async def test_a_container_is_protected_from_its_first_room_to_its_last() -> None:
    async with Agent() as agent, aiohttp.ClientSession() as session:
        protection = Protection(session, agent.url)
        for now, rooms in enumerate((0, 1, 2, 1, 0, 0)):
            await protection.hold(rooms, float(now))
    assert agent.asked == [OFF, ON, OFF]


async def test_protection_is_renewed_before_it_ends_and_asked_again_when_refused() -> None:
    async with Agent() as agent, aiohttp.ClientSession() as session:
        protection = Protection(session, agent.url)
        await protection.hold(1, 0.0)
        await protection.hold(1, RENEWED_AFTER)
        assert agent.asked == [ON, ON]
        agent.status = 400
        await protection.hold(0, RENEWED_AFTER + 1)
        agent.status = 200
        await protection.hold(0, RENEWED_AFTER + 2)
    assert agent.asked == [ON, ON, OFF, OFF]


async def test_a_worker_that_does_not_answer_changes_nothing() -> None:
    async with aiohttp.ClientSession() as session:
        async with Agent() as agent:
            assert await rooms_of(session, agent.url) == 3
        assert await rooms_of(session, agent.url) is None


def pins(path: Path) -> dict[str, str]:
    return dict(line.split("==") for line in path.read_text().splitlines() if "==" in line)


def test_the_image_holds_what_the_worker_imports_and_runs_as_nobody() -> None:
    text = (ROOT / "infra" / "images" / "worker" / "Dockerfile").read_text()
    assert re.search(r"^FROM \$\{BASE\}$", text, re.MULTILINE) and "USER 10001:10001" in text
    copied = {word for line in text.splitlines() if line.startswith("COPY") for word in line.split()[1:-1]}
    assert {"chalicelib/signalling", "media_workers", "infra/container.py"} <= copied
    functions, workers = (pins(ROOT / name) for name in ("requirements.txt", "media_workers/requirements.txt"))
    assert functions["botocore"] == workers["botocore"], "one version reads the metadata and sends segments"
