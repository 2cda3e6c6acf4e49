"""Real Chromium on networks made bad by script, shortly; ``python -m bench.network`` measures it for minutes."""

from media_workers.chaos import Conditions
from tests.media.rough import Fared, RoughMeeting
from tests.media.waiting import until

LOSSY = Conditions(loss=0.03, jitter=0.08)
STRUCK = "paul"
PEOPLE = ("anne", STRUCK, "zoe")
TEN_SECONDS = 480_000
"""Samples of sound."""


async def heard(meeting: RoughMeeting, viewer: str, name: str, samples: int) -> Fared:
    """Waits until so many samples more of somebody have come, and pictures; how they fared."""
    before = (await meeting.fared(viewer)).get(name, Fared())
    after = await until(
        lambda: meeting.fared(viewer),
        lambda people: name in people and people[name].since(before).samples >= samples,
        f"{name}'s voice at {viewer}'s",
    )
    return after[name].since(before)


async def test_voices_stay_whole_where_packets_are_lost_and_come_late() -> None:
    async with RoughMeeting.of(*PEOPLE) as meeting:
        for name in PEOPLE:
            await meeting.join(name, simulcast=True, width=320, height=180, send=["audio/red", "audio/opus"])
        pairs = [(STRUCK, "anne"), ("zoe", STRUCK), ("zoe", "anne")]
        for viewer, name in pairs:
            await heard(meeting, viewer, name, TEN_SECONDS // 5)
        control = [await heard(meeting, viewer, name, TEN_SECONDS) for viewer, name in pairs]
        meeting.disturb(STRUCK, up=LOSSY, down=LOSSY)
        lossy = [await heard(meeting, viewer, name, TEN_SECONDS) for viewer, name in pairs]
        for before, after in zip(control, lossy, strict=True):
            # The control says what a busy machine does to sound by itself.
            assert after.concealed / after.samples < 0.1 + before.concealed / before.samples
            assert after.frames > 20, "pictures go on"
