"""What is done again and again."""

import asyncio

from media_workers.every import Every


async def test_a_round_that_fails_ends_nothing_and_cancelling_does() -> None:
    rounds: list[int] = []

    def action() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 2:
            raise ValueError("a fault")

    every = Every(0.001, action)
    async with asyncio.timeout(30):
        while len(rounds) < 4:
            await asyncio.sleep(0.001)
    every.cancel()
    done = len(rounds)
    for _ in range(20):
        await asyncio.sleep(0.001)
    assert len(rounds) == done
