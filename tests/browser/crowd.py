"""People without a browser, to fill a stage: clients of the worker that send a still picture of their own.

They join with tickets signed by the local cloud's own key, as its functions would. For layouts only: nothing is claimed
about media from them.
"""

import asyncio
import colorsys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

import aiohttp
import av

from chalicelib.signalling import tickets
from chalicelib.signalling.messages import JoinOrder, dump, load_join_answer
from chalicelib.signalling.tickets import Limits, Ticket
from dev.cloud import Cloud, keys
from tests.media.client import Client
from tests.media.pictures import picture

WIDTH, HEIGHT = 160, 90
EVERY = 0.5
"""Seconds between two pictures of each: who looks at another page gets one soon."""
NAMES = ("Aline", "Bruno", "Chloé", "Damien", "Élise", "Farid", "Gaëlle", "Hugo", "Inès", "Jules", "Karine", "Loïc")
FAMILIES = ("Renaud", "Le Goff", "Marchetti", "Nguyen", "de La Tour", "Perrin")
ONCE = 4
"""How many join at a time."""


class Door:
    """The worker's control port, as the functions use it, for one room."""

    def __init__(self, session: aiohttp.ClientSession, control: str, private_key: str, room: str, most: int) -> None:
        self._session, self._control, self._private_key = session, control, private_key
        self._room, self._most = room, most

    async def join(self, offer: str, **who: object) -> str:
        """The SDP answer."""
        async with self._session.get(f"{self._control}/health") as response:
            health = await response.json()
        ticket = Ticket(
            worker=health["incarnation"],
            room=self._room,
            epoch=1,
            participant=str(who["participant"]),
            connection=str(who["connection"]),
            name=str(who["name"]),
            role="guest",
            offer_sha256=tickets.sha256(offer),
            limits=Limits(participants=self._most),
        )
        loop = asyncio.get_running_loop()
        signed = await loop.run_in_executor(None, self._sign, ticket)
        async with self._session.post(f"{self._control}/join", data=dump(JoinOrder(signed, offer))) as response:
            assert response.status == 200, await response.text()
            return load_join_answer(await response.read()).answer

    def _sign(self, ticket: Ticket) -> str:
        return tickets.sign_ticket(ticket, self._private_key, int(time.time()))


@contextmanager
def crowd(cloud: Cloud, room: str, count: int) -> Iterator[list[str]]:
    """``count`` people with their cameras on are in the room while the block runs; their names."""
    names = [f"{NAMES[n % len(NAMES)]} {FAMILIES[n // len(NAMES) % len(FAMILIES)]}" for n in range(count)]
    ready, stop = threading.Event(), threading.Event()
    faults: list[BaseException] = []

    def live() -> None:
        try:
            asyncio.run(_attend(cloud, room, names, ready, stop))
        except BaseException as fault:
            faults.append(fault)
            ready.set()

    thread = threading.Thread(target=live)
    thread.start()
    ready.wait()
    try:
        assert not faults, faults
        yield names
    finally:
        stop.set()
        thread.join()


async def _attend(cloud: Cloud, room: str, names: list[str], ready: threading.Event, stop: threading.Event) -> None:
    private_key = keys.keep(cloud.data / "secrets").ticket_private_key.read_text()
    clients = [Client(f"crowd{number}", seats=0, voices=0) for number in range(len(names))]
    async with aiohttp.ClientSession() as session:
        door = Door(session, cloud.control, private_key, room, len(names) + 5)
        for first in range(0, len(clients), ONCE):
            some = range(first, min(first + ONCE, len(clients)))
            await asyncio.gather(*(clients[n].join(door, name=names[n]) for n in some))  # type: ignore[arg-type]
        for client in clients:
            client.up(camera=True)
        frames = [still(number / len(names)) for number in range(len(names))]
        number = 0
        while not stop.is_set():
            for client, frame in zip(clients, frames, strict=True):
                stamp = number * int(EVERY * 90_000) & 0xFFFFFFFF
                descriptor = picture(number, key=True, tl0=number & 0xFF, body=b"")[:-1]
                client.send("camera", number, stamp, descriptor + frame)
            number += 1
            ready.set()
            await asyncio.sleep(EVERY)
        for client in clients:
            await client.leave()


def still(hue: float) -> bytes:
    """A key frame of one colour, small enough for one packet."""
    luma, blue, red = _yuv(hue)
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, value in zip(frame.planes, (luma, blue, red), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    frame.pts = 0
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base = Fraction(1, 30)
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    return bytes(packets[0])


def _yuv(hue: float) -> tuple[int, int, int]:
    """A muted colour, ITU-R BT.601."""
    red, green, blue = (255 * part for part in colorsys.hsv_to_rgb(hue, 0.45, 0.6))
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(luma), round(128 + 0.564 * (blue - luma)), round(128 + 0.713 * (red - luma))
