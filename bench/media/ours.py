"""Our worker as its own process, joined through its control port with the protocol's channels open."""

import asyncio
import os
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bench.media import frames, process
from bench.media.peer import CERTIFICATE, Peer
from bench.media.traffic import Fast
from chalicelib.signalling.tickets import Limits
from media_workers.dtls import fingerprint
from tests.media.functions import POOL_SECRET, PUBLIC_KEY, ControlClient
from tests.media.offers import TRANSPORT_WIDE, OfferText

ROOT = Path(__file__).parents[2]
LIMITS = Limits(participants=200, bitrate=100_000_000)


class Ours:
    """A running worker. ``address``: of this machine."""

    def __init__(self, control: ControlClient, address: str, pid: int, fast: Fast | None) -> None:
        self._control = control
        self._address = address
        self._fast = fast
        self._publishers: list[Peer] = []
        self._people = 0
        self.pid = pid

    @classmethod
    @asynccontextmanager
    async def running(
        cls,
        folder: Path,
        address: str,
        core: int,
        fast: Fast | None = None,
        *,
        source: bool = False,
        forwarder: str = "python",
    ) -> AsyncIterator["Ours"]:
        """Starts one and stops it at the end. ``source``: whatever is compiled of it is not used; ``forwarder``: as in
        its setting."""
        environment = dict(os.environ) | {
            "IBOO_WORKER_TICKET_PUBLIC_KEY": PUBLIC_KEY,
            "IBOO_WORKER_POOL_SECRET": POOL_SECRET,
            "IBOO_WORKER_ANNOUNCED": address,
            "IBOO_WORKER_CAPACITY": "1000000",
            "IBOO_WORKER_LOG_LEVEL": "WARNING",
            "IBOO_WORKER_FORWARDER": forwarder,
            "IBOO_WORKER_COMPILED": "no" if source else "yes",
            "PYTHONPATH": str(ROOT),
        }
        log = folder / "worker.log"
        command = [sys.executable, "-m", "media_workers"]
        async with process.started(command, environment, core, log, folder / "worker.errors") as running:
            url = re.search(r"control (\S+)", await process.said(log, "worker ", running))
            assert url is not None
            async with aiohttp.ClientSession() as http:
                yield cls(ControlClient(http, url[1], time.time), address, running.pid, fast)

    async def publish(self, room: int, source: frames.Source) -> Peer:
        """A publisher in a new room."""
        peer = await self._join(room, {"microphone": source.audio, "camera": source.video})
        self._publishers.append(peer)
        return peer

    async def subscribe(self, room: int) -> Peer:
        """Somebody who watches the room's publisher."""
        return await self._join(room, {})

    async def live(self) -> None:
        """Publishers say that microphone and camera are on."""
        for publisher in self._publishers:
            while not publisher.open:
                await asyncio.sleep(0.01)
            publisher.tell({"type": "up", "microphone": True, "camera": True})

    async def _join(self, room: int, ssrcs: dict[str, int]) -> Peer:
        self._people += 1
        peer = Peer(self._address, self._fast)
        offer = OfferText(
            seats=1,
            voices=1,
            fragment=peer.fragment,
            password=peer.password,
            fingerprint=fingerprint(CERTIFICATE),
            ssrcs=ssrcs,
        )
        name = f"person-{self._people}"
        answer = await self._control.join(
            str(offer), room=f"room-{room}", participant=name, name=name, connection=f"c-{self._people}", limits=LIMITS
        )
        seat = answer.split("a=sendonly")[1] if "a=sendonly" in answer else ""
        wide = frames.TRANSPORT_WIDE_ID if TRANSPORT_WIDE in seat else 0
        peer.connect(answer, controlling=True, role="client", channels=True, transport_wide=wide)
        await peer.ready
        return peer
