"""How real browsers fare on bad networks: ``python -m bench.network [--seconds 60]``.

Two meetings of Chromium on this machine, the worker in this process, the network made bad by script on its sockets
(`media_workers.chaos`):

* four people with small cameras; first all networks are good (the control), then one person's loses 3 % of the packets
  and delays them by up to 80 ms, both ways;
* three people, one with a camera of three encodings; the way to one of them carries 300 kbit/s for a while, then all.

Prints what was measured and one line of JSON per meeting.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Callable, Mapping

from media_workers.chaos import Conditions
from tests.media.rough import Fared, RoughMeeting

PEOPLE = ("anne", "paul", "zoe", "yves")
STRUCK = "paul"
LOSSY = Conditions(loss=0.03, jitter=0.08)
NARROW = Conditions(bitrate=300_000)
PATIENCE = 120.0
"""Seconds for a state to come."""

Look = dict[str, dict[str, Fared]]
"""By viewer, by person seen."""


async def look(meeting: RoughMeeting) -> Look:
    """How everybody came to everybody up to now."""
    return {name: await meeting.fared(name) for name in meeting.pages}


async def until(meeting: RoughMeeting, reached: Callable[[Look], bool], what: str) -> float:
    """Seconds until a state has come."""
    began = time.monotonic()
    while not reached(await look(meeting)):
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError(what)
        await asyncio.sleep(0.1)
    return time.monotonic() - began


def between(before: Look, after: Look) -> Look:
    """What happened between two looks."""
    return {
        viewer: {name: now.since(before[viewer].get(name, Fared())) for name, now in people.items()}
        for viewer, people in after.items()
    }


def concealed(found: Fared) -> float:
    """Percent of a voice that was made up."""
    return 100 * found.concealed / max(1, found.samples)


async def loss(seconds: float) -> Mapping[str, object]:
    """Four people, one of them on a lossy network."""
    async with RoughMeeting.of(*PEOPLE) as meeting:
        for name in PEOPLE:
            await meeting.join(name, simulcast=True, width=320, height=180, send=["audio/red", "audio/opus"])
        everybody = lambda seen: all(  # noqa: E731
            len(people) == len(PEOPLE) - 1 and all(one.frames > 60 and one.samples > 96_000 for one in people.values())
            for people in seen.values()
        )
        await until(meeting, everybody, "everybody sees everybody")
        phases = []
        for conditions in (None, LOSSY):
            if conditions is not None:
                meeting.disturb(STRUCK, up=conditions, down=conditions)
            before = await look(meeting)
            await asyncio.sleep(seconds)
            phases.append(between(before, await look(meeting)))
    control, lossy = phases
    return {"seconds": seconds} | {
        f"{phase}_{name}": figure
        for phase, found in (("control", control), ("loss", lossy))
        for name, figure in _summary(found).items()
    }


def _summary(found: Look) -> dict[str, float]:
    """``struck``: what comes over the bad network, either way; ``others``: what doesn't touch it."""
    struck = [f for viewer, people in found.items() for name, f in people.items() if STRUCK in (viewer, name)]
    others = [f for viewer, people in found.items() for name, f in people.items() if STRUCK not in (viewer, name)]
    return {
        "struck_concealed_percent": round(max(concealed(one) for one in struck), 2),
        "others_concealed_percent": round(max(concealed(one) for one in others), 2),
        "struck_freezes": sum(one.freezes for one in struck),
        "struck_frozen_s": round(sum(one.frozen for one in struck), 2),
        "others_freezes": sum(one.freezes for one in others),
        "others_frozen_s": round(sum(one.frozen for one in others), 2),
        "others_frames": sum(one.frames for one in others),
    }


async def narrow(seconds: float) -> Mapping[str, object]:
    """Three people; the way to one of them gets narrow, and wide again."""
    async with RoughMeeting.of(*PEOPLE[:3]) as meeting:
        await meeting.join("anne", simulcast=True, width=960, height=540)
        for name in ("paul", "zoe"):
            await meeting.join(name, width=320, height=180)

        def at(viewer: str, height: int) -> Callable[[Look], bool]:
            return lambda seen: seen[viewer].get("anne", Fared()).height == height

        await until(meeting, at("paul", 540), "Paul sees Anne in full")
        await until(meeting, at("zoe", 540), "Zoe sees Anne in full")
        before = await look(meeting)
        await asyncio.sleep(seconds)
        control = between(before, before := await look(meeting))
        meeting.disturb("paul", down=NARROW)
        down = await until(meeting, lambda seen: 0 < seen["paul"]["anne"].height < 540, "a lower layer")
        await asyncio.sleep(seconds)
        narrowed = between(before, before := await look(meeting))
        meeting.disturb("paul")
        up = await until(meeting, at("paul", 540), "the full picture again")
        await asyncio.sleep(5.0)
        after = between(before, await look(meeting))
    return {
        "seconds": seconds,
        "to_a_lower_layer_s": round(down, 1),
        "height_while_narrow": narrowed["paul"]["anne"].height,
        "back_to_full_s": round(up, 1),
        "control_concealed_percent": round(concealed(control["paul"]["anne"]), 2),
        "narrow_concealed_percent": round(concealed(narrowed["paul"]["anne"]), 2),
        "other_height": narrowed["zoe"]["anne"].height,
        "other_freezes_control": control["zoe"]["anne"].freezes,
        "other_freezes_narrow": narrowed["zoe"]["anne"].freezes,
        "other_freezes_after": after["zoe"]["anne"].freezes,
    }


def main() -> None:
    """Runs both meetings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="of each phase with loss; half of it where the way is narrow"
    )
    parser.add_argument("--only", choices=("loss", "narrow"))
    arguments = parser.parse_args()
    for name, run in (("loss", loss), ("narrow", narrow)):
        if arguments.only in (None, name):
            found = {
                "meeting": name,
                **asyncio.run(run(arguments.seconds if name == "loss" else arguments.seconds / 2)),
            }
            for key, figure in found.items():
                print(f"{key:28} {figure}")
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
