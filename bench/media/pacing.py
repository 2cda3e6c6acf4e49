"""A publisher's pace."""

import asyncio

from bench.media import frames
from bench.media.peer import Peer


async def pace(peer: Peer, source: frames.Source) -> None:
    """Sends pictures and sounds at their times, until cancelled; what is late is sent at once."""
    loop = asyncio.get_running_loop()
    picture = sound = loop.time()
    while True:
        now = loop.time()
        if now >= picture:
            peer.send(source.picture())
            picture += 1 / frames.PER_SECOND
        if now >= sound:
            peer.send(source.sound())
            sound += 1 / frames.SOUNDS_PER_SECOND
        await asyncio.sleep(max(0.0, min(picture, sound) - loop.time()))
