"""Whom a room records: who agreed, while they send, and at once no more."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.signalling.messages import Push
from chalicelib.signalling.recording import Wanted, WantedTrack
from media_workers.recording.wire import Arrived, Order, Reader, Report
from tests.media.client import Client
from tests.media.conftest import Bench, MakeBench
from tests.media.functions import Refused
from tests.media.pictures import picture
from tests.media.waiting import until_true

KEY = base64.b64encode(bytes(32)).decode()
SOURCES = ("microphone", "camera", "screen", "screen_sound")


@dataclass
class Tape:
    """A recorder that keeps what it is sent."""

    hear: Callable[[dict[str, Any]], None]
    died: Callable[[], None]
    packets: list[Arrived] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    dropped: int = 0

    def packet(self, framed: bytes) -> None:
        self._take(framed)

    def order(self, order: Order) -> None:
        self.orders.append(order)

    def flush(self) -> None:
        """Nothing gathers."""

    def close(self) -> None:
        """Nothing is open."""

    def _take(self, framed: bytes) -> None:
        for read in Reader().feed(framed):
            if isinstance(read, Arrived):
                self.packets.append(read)
            elif isinstance(read, Report):
                self.reports.append(read)

    def ordered(self, kind: str) -> list[Order]:
        return [order for order in self.orders if order["order"] == kind]

    def tracks(self) -> list[str]:
        """The tracks of the packets, in order of the first."""
        streams = {order["stream"]: order["track"] for order in self.ordered("stream")}
        return list(dict.fromkeys(streams[packet.stream] for packet in self.packets))


@dataclass
class Stage:
    """A room with a recorder."""

    bench: Bench
    tapes: list[Tape]
    version: int = 0

    async def want(self, *people: str, state: str = "running", part: int = 1, **more: Any) -> None:
        """The functions say whom to record."""
        self.version += 1
        tracks = [
            WantedTrack(
                f"{person}-{source}", person, source, KEY, f"recordings/r/{person}-{source}/", more.get("owner", "")
            )
            for person in people
            for source in SOURCES
        ]
        said = dict.fromkeys(people, more.get("said", self.version))
        version, answers = more.get("version", self.version), dict.fromkeys(people, "agreed")
        wanted = Wanted("r", version, state, part, 0.0, answers, tracks, said)
        message = {**vars(wanted), "tracks": [vars(track) for track in tracks]}
        await self.bench.control.push(Push(type="record", epoch=1, message=message))

    @property
    def tape(self) -> Tape:
        return self.tapes[-1]


@pytest.fixture
async def stage(make_bench: MakeBench) -> Stage:
    tapes: list[Tape] = []

    def make(hear: Callable[[dict[str, Any]], None], died: Callable[[], None]) -> Tape:
        tapes.append(Tape(hear, died))
        return tapes[-1]

    return Stage(await make_bench(make_feed=make), tapes)


async def speaks(stage: Stage, client: Client, sequence: int, arrives: bool = True) -> None:
    """Sends a packet of sound; waits until the worker has taken it in."""
    before = stage.bench.worker.sockets.received
    client.send("microphone", sequence, 960 * sequence, b"sound")
    await until_true(lambda: stage.bench.worker.sockets.received > before, "the packet")
    if arrives:
        await until_true(lambda: any(p.extended & 0xFFFF == sequence for p in stage.tape.packets), "it on the tape")


def told(client: Client) -> dict[str, Any]:
    return client.told("recording")[-1]


async def knows(client: Client, **expected: Any) -> None:
    """Waits until a client was told so."""
    await until_true(
        lambda: bool(client.told("recording")) and expected.items() <= told(client).items(), f"to be told {expected}"
    )


def on(other: Client) -> bool:
    """Whether the other one's microphone is on, as a client was told."""
    return bool(other.told("participant")[-1]["participant"]["up"]["microphone"])


async def test_only_what_was_agreed_to_is_written(stage: Stage) -> None:
    anne, paul = await stage.bench.sending("anne"), await stage.bench.sending("paul")
    await stage.want("anne")
    await knows(paul, state="running", recorded=["anne"])
    await speaks(stage, anne, 1)
    await speaks(stage, paul, 2, arrives=False)
    await speaks(stage, anne, 3)
    assert stage.tape.tracks() == ["anne-microphone"]
    assert [packet.extended & 0xFFFF for packet in stage.tape.packets] == [1, 3]


async def test_everybody_is_told_how_it_stands_and_hosts_the_tally(stage: Stage) -> None:
    anne = await stage.bench.joined("anne")
    paul = await stage.bench.joined("paul", role="guest")
    await stage.want(state="asking", part=0)
    await knows(paul, recording="r", state="asking", recorded=[], answer=None)
    await stage.want("anne")
    await knows(anne, state="running", recorded=["anne"], answer="agreed", tally={"agreed": 1, "refused": 0})
    await knows(paul, state="running", recorded=["anne"], answer=None)
    assert "tally" not in told(paul)
    late = await stage.bench.joined("luc", role="guest")
    assert late.told("hello")[0]["recording"]["recorded"] == ["anne"]
    await stage.want(state="stopped")
    for client in (anne, paul, late):
        await knows(client, recording=None, state="none")


async def test_withdrawing_stops_the_track_before_the_functions_know(stage: Stage) -> None:
    anne, paul = await stage.bench.sending("anne"), await stage.bench.joined("paul")
    await stage.want("anne")
    await speaks(stage, anne, 1)
    anne.tell({"type": "withdraw"})
    await knows(paul, recorded=[])
    await stage.want("anne", said=1)  # the answer of somebody else, before hers was written down
    await speaks(stage, anne, 2, arrives=False)
    assert told(paul)["recorded"] == []
    await stage.want("anne")  # she agrees again
    await knows(paul, recorded=["anne"])
    await speaks(stage, anne, 3)
    assert [packet.extended & 0xFFFF for packet in stage.tape.packets] == [1, 3]
    assert [order["reason"] for order in stage.tape.ordered("pause") if order["track"] == "anne-microphone"] == [
        "withdrawn"
    ]


async def test_what_somebody_answers_for_ends_with_their_withdrawal(stage: Stage) -> None:
    encoder, anne = await stage.bench.sending("encoder"), await stage.bench.joined("anne")
    await stage.want("encoder", owner="anne")
    await speaks(stage, encoder, 1)
    encoder.tell({"type": "withdraw"})
    await speaks(stage, encoder, 2)
    anne.tell({"type": "withdraw"})
    await knows(anne, recorded=[])
    await speaks(stage, encoder, 3, arrives=False)
    assert [packet.extended & 0xFFFF for packet in stage.tape.packets] == [1, 2]


async def test_a_shared_screen_is_a_track_of_its_own_as_long_as_it_is_shared(stage: Stage) -> None:
    anne, paul = await stage.bench.sending("anne"), await stage.bench.joined("paul")
    await stage.want("anne")

    def shared() -> list[int]:
        of = {order["stream"] for order in stage.tape.ordered("stream") if order["track"] == "anne-screen"}
        return [packet.extended & 0xFFFF for packet in stage.tape.packets if packet.stream in of]

    anne.up(screen=True)
    await until_true(lambda: any(one["track"] == "anne-screen" for one in stage.tape.ordered("stream")), "a stream")
    anne.send("screen", 1, 0, picture(1, key=True))
    await until_true(lambda: shared() == [1], "the screen")
    anne.up(screen=False)
    await until_true(lambda: not paul.told("participant")[-1]["participant"]["up"]["screen"], "its end")
    before = stage.bench.worker.sockets.received
    anne.send("screen", 2, 3_000, picture(2, key=True))
    await until_true(lambda: stage.bench.worker.sockets.received > before, "the packet")
    assert shared() == [1]
    (paused,) = [order for order in stage.tape.ordered("pause") if order["track"] == "anne-screen"]
    assert paused["reason"] == "muted"


async def test_what_is_muted_is_not_written(stage: Stage) -> None:
    anne, paul = await stage.bench.sending("anne"), await stage.bench.joined("paul")
    await stage.want("anne")
    await speaks(stage, anne, 1)
    anne.up(microphone=False)
    await until_true(lambda: bool(paul.told("participant")) and not on(paul), "muted")
    await speaks(stage, anne, 2, arrives=False)
    anne.up(microphone=True)
    await until_true(lambda: on(paul), "on again")
    await speaks(stage, anne, 3)
    assert [packet.extended & 0xFFFF for packet in stage.tape.packets] == [1, 3]
    assert "muted" in [order["reason"] for order in stage.tape.ordered("pause")]


async def test_a_picture_begins_with_a_keyframe_that_is_asked_for(stage: Stage) -> None:
    anne = await stage.bench.sending("anne")
    await stage.want("anne")
    await until_true(lambda: bool(stage.tape.ordered("stream")), "a stream")
    anne.send("camera", 1, 0, picture(1))
    await until_true(lambda: bool(anne.fed(206, 1)), "a picture loss indication")
    anne.send("camera", 2, 3_000, picture(2, key=True))
    await until_true(lambda: bool(stage.tape.packets), "the keyframe")
    assert [(packet.extended & 0xFFFF, packet.keyframe, packet.codec) for packet in stage.tape.packets] == [
        (2, True, "vp8")
    ]


async def test_the_recorder_may_ask_for_a_keyframe(stage: Stage) -> None:
    anne = await stage.bench.sending("anne")
    await stage.want("anne")
    anne.send("camera", 2, 3_000, picture(2, key=True))
    await until_true(lambda: bool(stage.tape.packets), "the keyframe")
    before = len(anne.fed(206, 1))
    stage.tape.hear({"say": "keyframe", "stream": stage.tape.packets[0].stream})
    await until_true(lambda: len(anne.fed(206, 1)) > before, "another picture loss indication")


async def test_coming_back_goes_on_with_the_same_track_of_another_sender(stage: Stage) -> None:
    anne = await stage.bench.sending("anne")
    await stage.want("anne")
    await speaks(stage, anne, 1)
    again = await stage.bench.sending("anne")

    def streams() -> list[Order]:
        return [order for order in stage.tape.ordered("stream") if order["track"] == "anne-microphone"]

    await until_true(lambda: len(streams()) == 2, "the new connection's stream")
    await speaks(stage, again, 7)
    assert streams()[0]["sender"] != streams()[1]["sender"]


async def test_an_older_state_changes_nothing(stage: Stage) -> None:
    anne = await stage.bench.sending("anne")
    await stage.want("anne")
    await stage.want(version=0)
    await speaks(stage, anne, 1)
    assert stage.tape.tracks() == ["anne-microphone"]


async def test_the_last_one_to_leave_closes_the_part(stage: Stage) -> None:
    anne = await stage.bench.sending("anne")
    await stage.want("anne")
    await speaks(stage, anne, 1)
    anne.tell({"type": "bye"})
    await until_true(lambda: bool(stage.tape.ordered("close")), "the part's end")
    assert not stage.bench.worker.rooms


async def test_a_part_is_begun_once(stage: Stage) -> None:
    """Its numbers would begin again under the same key."""
    anne = await stage.bench.sending("anne")
    await stage.want("anne")
    await speaks(stage, anne, 1)
    stage.tape.hear({"say": "status", "oldest": 0, "parts": [part(closed=True)]})
    stage.bench.worker.studio.acknowledged(stage.bench.worker.studio.report())
    await stage.want("anne", part=1)
    await knows(anne, recorded=[])
    room = stage.bench.worker.rooms["room-1"]
    assert room.recording.interrupted, "the functions are asked for another part"
    await stage.want("anne", part=2)
    await knows(anne, recorded=["anne"])
    assert not room.recording.interrupted


def part(**changes: Any) -> dict[str, Any]:
    return {"recording": "r", "part": 1, "waiting": 0, "lost": 0, "closed": False} | changes


async def test_hosts_and_everybody_are_told_when_the_store_does_not_answer(stage: Stage) -> None:
    anne = await stage.bench.sending("anne")
    await stage.want("anne")
    await knows(anne, trouble=None)
    stage.tape.hear({"say": "status", "oldest": 30.0, "parts": [part(waiting=3)]})
    await knows(anne, trouble="storage")
    stage.tape.hear({"say": "status", "oldest": 0.0, "parts": [part()]})
    await knows(anne, trouble=None)
    stage.tape.hear({"say": "status", "oldest": 0.0, "parts": [part(lost=1)]})
    await knows(anne, trouble="lost")


async def test_what_a_slow_recorder_did_not_take_is_missing_and_said(stage: Stage) -> None:
    anne = await stage.bench.sending("anne")
    await stage.want("anne")
    await knows(anne, trouble=None)
    stage.tape.dropped = 3
    await knows(anne, trouble="lost")
    stage.tape.hear({"say": "status", "oldest": 0.0, "parts": [part(closed=True)]})
    assert [(one.lost, one.closed) for one in stage.bench.worker.studio.report()] == [(1, True)]


async def test_a_recorder_that_dies_costs_the_room_nothing_and_the_next_part_begins_in_a_new_one(stage: Stage) -> None:
    anne, paul = await stage.bench.sending("anne"), await stage.bench.joined("paul")
    await stage.want("anne")
    await speaks(stage, anne, 1)
    stage.tape.died()
    assert [(one.lost, one.closed) for one in stage.bench.worker.studio.report()] == [(1, True)]
    await speaks(stage, anne, 2, arrives=False)
    await until_true(lambda: len(paul.of(paul.seat(0, "audio")[0])) == 2, "Anne is heard all the same")
    await stage.want("anne", part=2)
    await speaks(stage, anne, 3)
    assert len(stage.tapes) == 2 and [packet.extended & 0xFFFF for packet in stage.tape.packets] == [3]


async def test_without_a_bucket_nothing_is_recorded_and_people_are_told(bench: Bench) -> None:
    anne = await bench.sending("anne")
    await Stage(bench, []).want("anne")
    await knows(anne, state="running", recorded=[], trouble="storage")


async def test_nonsense_is_refused(bench: Bench) -> None:
    await bench.joined("anne")
    with pytest.raises(Refused, match="400"):
        await bench.control.push(Push(type="record", epoch=1, message={"recording": "r"}))
