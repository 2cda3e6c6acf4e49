"""What runs first in a worker's container on Fargate: ``python -m infra.container``.

It finds the task's two addresses, starts the worker with them, and keeps the task from being chosen for scale-in or
deployment while the worker holds a room. The worker itself knows nothing of ECS.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import aiohttp

EVERY = 10.0
"""Seconds between two looks at the worker: a younger room is not protected yet."""
MINUTES = 60
"""Protection ends by itself: a container that hangs does not cost for ever."""
RENEWED_AFTER = 20 * 60.0


class StartError(Exception):
    """The container can't serve; the text says why."""


def interface(task: Mapping[str, Any]) -> tuple[str, str]:
    """The private IPv4 address and the hardware address in ECS's task metadata (version 4)."""
    for container in task.get("Containers", ()):
        for network in container.get("Networks", ()):
            if network.get("IPv4Addresses") and network.get("MACAddress"):
                return str(network["IPv4Addresses"][0]), str(network["MACAddress"])
    raise StartError("The task's metadata name no network interface.")


def public_address(described: Mapping[str, Any]) -> str:
    """The public address in the answer of ec2:DescribeNetworkInterfaces."""
    for one in described.get("NetworkInterfaces", ()):
        found = one.get("Association", {}).get("PublicIp")
        if found:
            return str(found)
    raise StartError("The task has no public address: is it in a public subnet, with AssignPublicIp?")


def environment(inherited: Mapping[str, str], task: Mapping[str, Any], private: str, public: str) -> dict[str, str]:
    """The worker's settings: it binds the private address; participants reach it by the public one, relays by the
    private one, which is all they may send to. ``task``: ECS's metadata, whose revision grows with each deployment."""
    return {
        **inherited,
        "IBOO_WORKER_ID": f"worker-{task['TaskARN'].rpartition('/')[2]}",
        "IBOO_WORKER_REVISION": str(task.get("Revision", 0)),
        "IBOO_WORKER_CONTROL_HOST": private,
        "IBOO_WORKER_ANNOUNCED": f"{public}@{private},{private}",
    }


class Protection:
    """The task's protection, asked of the agent at ``agent`` (``ECS_AGENT_URI``)."""

    def __init__(self, session: aiohttp.ClientSession, agent: str) -> None:
        self._session = session
        self._url = f"{agent}/task-protection/v1/state"
        self._state: bool | None = None
        self._since = 0.0

    async def hold(self, rooms: int, now: float) -> None:
        """Protected as long as there are rooms. Asks on a change, and again before it would end. ``now``: seconds of a
        clock that never goes back. A refusal is tried again the next time."""
        wanted = rooms > 0
        if wanted == self._state and not (wanted and now - self._since >= RENEWED_AFTER):
            return
        body: dict[str, object] = {"ProtectionEnabled": wanted}
        if wanted:
            body["ExpiresInMinutes"] = MINUTES
        try:
            async with self._session.put(self._url, json=body) as answer:
                answered = answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            answered = False
        self._state, self._since = (wanted, now) if answered else (None, now)


async def rooms_of(session: aiohttp.ClientSession, control: str) -> int | None:
    """How many rooms the worker holds; None when it does not say."""
    try:
        async with session.get(f"{control}/health") as answer:
            return int((await answer.json())["rooms"])
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError):
        return None


async def serve() -> int:
    """Runs the worker until it ends; its status. Raises `StartError`."""
    try:
        metadata, agent = os.environ["ECS_CONTAINER_METADATA_URI_V4"], os.environ["ECS_AGENT_URI"]
    except KeyError as missing:
        raise StartError(f"{missing} is not set: this is no container of ECS.") from missing
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        async with session.get(f"{metadata}/task") as answer:
            task = await answer.json(content_type=None)
        private, hardware = interface(task)
        own = environment(os.environ, task, private, public_address(await _described(hardware)))
        worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "media_workers", env=own)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, worker.terminate)
        control = f"http://{private}:{own['IBOO_WORKER_CONTROL_PORT']}"
        watching = loop.create_task(_watch(session, control, Protection(session, agent)))
        status = await worker.wait()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        return status


async def _watch(session: aiohttp.ClientSession, control: str, protection: Protection) -> None:
    while True:
        rooms = await rooms_of(session, control)
        if rooms is not None:
            await protection.hold(rooms, asyncio.get_running_loop().time())
        await asyncio.sleep(EVERY)


async def _described(hardware: str) -> Mapping[str, Any]:
    from botocore.session import Session  # half a second, once, and in the container alone

    ec2: Any = Session().create_client("ec2", region_name=os.environ["AWS_REGION"])
    filters = [{"Name": "mac-address", "Values": [hardware]}]
    described: Mapping[str, Any] = await asyncio.to_thread(ec2.describe_network_interfaces, Filters=filters)
    return described


def main() -> int:
    """The worker's status, or 2 with a line on what is missing."""
    try:
        return asyncio.run(serve())
    except StartError as fault:
        sys.stderr.write(f"{fault}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
