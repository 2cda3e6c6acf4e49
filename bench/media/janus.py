"""Janus from Debian with its video room: configured, started, joined through its HTTP interface."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bench.media import frames, process, sdp
from bench.media.peer import Peer
from bench.media.traffic import Fast
from media_workers.sdp_plan import TRANSPORT_WIDE

LIBRARIES = "/usr/lib/x86_64-linux-gnu/janus"
Message = dict[str, Any]


def configuration(folder: Path, port: int, event_loops: int) -> Path:
    """Debian's defaults, no more than is needed, logging as little as ours. ``event_loops``: 0 = Janus's default, a
    thread per handle."""
    loops = f"event_loops = {event_loops}" if event_loops else ""
    (folder / "janus.jcfg").write_text(
        f"""general: {{
  configs_folder = "{folder}"
  plugins_folder = "{LIBRARIES}/plugins"
  transports_folder = "{LIBRARIES}/transports"
  debug_level = 3
  {loops}
}}
media: {{ rtp_port_range = "20000-29999" }}
plugins: {{ disable = "{_others("plugins", "libjanus_videoroom.so")}" }}
transports: {{ disable = "{_others("transports", "libjanus_http.so")}" }}
""",
        encoding="utf-8",
    )
    (folder / "janus.transport.http.jcfg").write_text(
        f'general: {{\n  http = true\n  port = {port}\n  ip = "127.0.0.1"\n  https = false\n}}\n', encoding="utf-8"
    )
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: {}\n", encoding="utf-8")
    return folder


def _others(kind: str, but: str) -> str:
    return ",".join(sorted(path.name for path in Path(LIBRARIES, kind).glob("*.so") if path.name != but))


class Janus:
    """A running Janus. ``address``: of this machine, as Janus gathers no loopback candidates."""

    def __init__(self, http: aiohttp.ClientSession, url: str, address: str, pid: int, fast: Fast | None) -> None:
        self._http = http
        self._url = url
        self._address = address
        self._fast = fast
        self._feeds: dict[int, int] = {}
        self.pid = pid

    @classmethod
    @asynccontextmanager
    async def running(
        cls, folder: Path, address: str, event_loops: int, core: int, fast: Fast | None
    ) -> AsyncIterator["Janus"]:
        """Starts one and stops it at the end."""
        port = _free_port()
        where = configuration(folder, port, event_loops)
        command = ["janus", "--configs-folder", str(where), "--disable-colors"]
        log = folder / "janus.log"
        async with (
            process.started(command, dict(os.environ), core, log, folder / "janus.errors") as running,
            aiohttp.ClientSession() as http,
        ):
            url = f"http://127.0.0.1:{port}/janus"
            await _answering(http, url, running)
            yield cls(http, url, address, running.pid, fast)

    async def publish(self, room: int, source: frames.Source) -> Peer:
        """A publisher in a new room."""
        handle = await self._handle()
        await self._ask(handle, {"request": "create", "room": room, "publishers": 3, "audiolevel_ext": True})
        joined = await self._ask(handle, {"request": "join", "ptype": "publisher", "room": room})
        self._feeds[room] = joined["plugindata"]["data"]["id"]
        peer = Peer(self._address, self._fast)
        offer = {"type": "offer", "sdp": sdp.publishing(peer, source.audio, source.video)}
        wish = {"request": "publish", "audiocodec": "opus", "videocodec": "vp8"}
        answer = (await self._ask(handle, wish, offer))["jsep"]["sdp"]
        # Janus answers "active": it is the DTLS client then.
        active = "a=setup:active" in answer
        peer.connect(answer, controlling=True, role="server" if active else "client", channels=False)
        await peer.ready
        return peer

    async def subscribe(self, room: int) -> Peer:
        """Somebody who watches the room's publisher."""
        handle = await self._handle()
        wish = {"request": "join", "ptype": "subscriber", "room": room, "streams": [{"feed": self._feeds[room]}]}
        offer = (await self._ask(handle, wish))["jsep"]["sdp"]
        peer = Peer(self._address, self._fast)
        answer = {"type": "answer", "sdp": sdp.receiving(offer, peer)}
        await self._ask(handle, {"request": "start"}, answer)
        peer.connect(
            offer,
            controlling=False,
            role="client",
            channels=False,
            transport_wide=sdp.extension(offer, TRANSPORT_WIDE),
        )
        await peer.ready
        return peer

    async def live(self) -> None:
        """Publishing is all it takes here."""

    async def _handle(self) -> str:
        """A session of its own, as each browser has one, with the plugin attached."""
        session = (await self._post(self._url, {"janus": "create"}))["data"]["id"]
        url = f"{self._url}/{session}"
        handle = (await self._post(url, {"janus": "attach", "plugin": "janus.plugin.videoroom"}))["data"]["id"]
        return f"{url}/{handle}"

    async def _ask(self, handle: str, body: Message, jsep: Message | None = None) -> Message:
        message = {"janus": "message", "body": body} | ({"jsep": jsep} if jsep else {})
        answer = await self._post(handle, message)
        session = handle.rpartition("/")[0]
        while answer["janus"] == "ack":
            async with self._http.get(session, params={"maxev": 1}) as response:
                event = await response.json()
            if event["janus"] == "event" and event.get("transaction") == answer["transaction"]:
                answer = event
        data = answer["plugindata"]["data"]
        if "error" in data:
            raise RuntimeError(f"Janus: {data['error']}")
        return answer

    async def _post(self, url: str, message: Message) -> Message:
        async with self._http.post(url, json=message | {"transaction": secrets.token_hex(6)}) as response:
            answer: Message = await response.json()
        if answer["janus"] == "error":
            raise RuntimeError(f"Janus: {answer['error']['reason']}")
        return answer


async def _answering(http: aiohttp.ClientSession, url: str, running: asyncio.subprocess.Process) -> None:
    for _ in range(1000):
        with contextlib.suppress(aiohttp.ClientConnectionError):
            async with http.get(f"{url}/info") as response:
                await response.read()
                return
        if running.returncode is not None:
            break
        await asyncio.sleep(0.02)
    raise RuntimeError("Janus doesn't answer; is the package installed?")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
