"""Waiting for a state, with a generous deadline."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

DEADLINE = 30.0

Value = TypeVar("Value")


async def until(look: Callable[[], Awaitable[Value]], reached: Callable[[Value], bool], what: str) -> Value:
    """Looks again and again until the state is reached. Fails with what was waited for and what was seen last."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + DEADLINE
    while True:
        seen = await look()
        if reached(seen):
            return seen
        assert loop.time() < deadline, f"waited in vain for {what}; last seen: {seen!r}"
        await asyncio.sleep(0.02)


async def until_true(holds: Callable[[], bool], what: str) -> None:
    """The same for a condition at hand."""

    async def look() -> bool:
        return holds()

    await until(look, bool, what)
