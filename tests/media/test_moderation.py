"""What hosts do to others is done by the worker, whatever the other browser does."""

from dataclasses import asdict
from typing import Any

import pytest

from chalicelib.signalling.messages import Push
from chalicelib.signalling.standing import Standing
from tests.media.client import Client
from tests.media.conftest import Bench
from tests.media.functions import Refused
from tests.media.pictures import picture
from tests.media.test_room import hears, tells
from tests.media.waiting import until_true


def standing(participant: str, state: Standing, **told: str) -> Push:
    return Push("standing", 1, participant=participant, message=asdict(state) | told)


async def two(bench: Bench) -> tuple[Client, Client]:
    """Anne, who hosts and listens, and Paul, who sends."""
    anne = await bench.joined("anne")
    paul = await bench.joined("paul", role="guest")
    paul.up(microphone=True, camera=True)
    await tells(anne, "seats")
    return anne, paul


def up_of(client: Client, participant: str) -> dict[str, Any]:
    found = [m["participant"] for m in client.told("participant") if m["participant"]["id"] == participant]
    return dict(found[-1]["up"]) if found else {}


async def test_a_muted_microphone_is_not_forwarded_though_it_goes_on_sending(bench: Bench) -> None:
    anne, paul = await two(bench)
    paul.send("microphone", 1, 0, b"before")
    await hears(anne, 1)
    await bench.control.push(standing("paul", Standing(1, "guest", ("microphone",)), act="mute", by="Anne"))
    await until_true(lambda: up_of(anne, "paul").get("microphone") is False, "Anne sees Paul muted")
    paul.up(microphone=True)  # a browser that does as it likes
    for number in range(2, 20):
        paul.send("microphone", number, 960 * number, b"after")
    paul.send("camera", 1, 0, picture(0, key=True))
    await until_true(lambda: bool(anne.of(anne.seat(0, "video")[0])), "the picture, sent later, has come")
    assert [packet.payload for packet in anne.of(anne.seat(0, "audio")[0])] == [b"before"]


async def test_a_stopped_camera_is_not_forwarded(bench: Bench) -> None:
    anne, paul = await two(bench)
    await bench.control.push(standing("paul", Standing(1, "guest", ("camera",)), act="stop_camera", by="Anne"))
    await until_true(lambda: up_of(anne, "paul").get("camera") is False, "Anne sees it stopped")
    paul.send("camera", 1, 0, picture(0, key=True))
    paul.send("microphone", 1, 0, b"sound")
    await hears(anne, 1)
    assert anne.of(anne.seat(0, "video")[0]) == []


async def test_who_is_muted_is_told_by_whom_and_can_always_speak_again(bench: Bench) -> None:
    anne, paul = await two(bench)
    await bench.control.push(standing("paul", Standing(1, "guest", ("microphone",)), act="mute", by="Anne"))
    await tells(paul, "moderated")
    assert paul.told("moderated") == [{"type": "moderated", "act": "mute", "by": "Anne", "held": ["microphone"]}]
    assert not anne.told("moderated")
    paul.tell({"type": "resume", "slots": ["microphone"]})
    paul.up(microphone=True)
    await until_true(lambda: up_of(anne, "paul").get("microphone") is True, "Paul speaks again")
    paul.send("microphone", 1, 0, b"again")
    await hears(anne, 1)


async def test_a_mute_holds_on_the_next_worker_by_the_ticket(bench: Bench) -> None:
    anne = await bench.joined("anne")
    paul = await bench.joined("paul", role="guest", revision=3, held=("microphone",))
    assert paul.told("hello")[0]["held"] == ["microphone"]
    paul.up(microphone=True, camera=True)
    await until_true(lambda: up_of(anne, "paul").get("camera") is True, "the camera is up")
    assert up_of(anne, "paul")["microphone"] is False


async def test_a_push_is_not_undone_by_a_join_with_an_older_ticket(bench: Bench) -> None:
    anne, _ = await two(bench)
    await bench.control.push(standing("paul", Standing(4, "guest", ("microphone",))))
    again = await bench.joined("paul", role="guest", revision=3)
    again.up(microphone=True, camera=True)
    await until_true(lambda: up_of(anne, "paul").get("camera") is True, "the camera is up")
    assert up_of(anne, "paul")["microphone"] is False


async def test_a_co_host_hears_who_waits_from_the_moment_of_the_role(bench: Bench) -> None:
    anne, paul = await two(bench)
    await bench.control.push(Push("waiting", 1, message={"count": 1}))
    await tells(anne, "waiting")
    await bench.control.push(standing("paul", Standing(1, "cohost"), act="cohost", by="Anne"))
    await tells(paul, "moderated")
    await bench.control.push(Push("waiting", 1, message={"count": 2}))
    await tells(paul, "waiting")
    assert paul.told("waiting") == [{"type": "waiting", "count": 2}]


async def test_a_hand_is_shown_to_all_and_to_who_comes_later(bench: Bench) -> None:
    anne, _ = await two(bench)
    await bench.control.push(standing("paul", Standing(1, "guest", hand=77.5)))
    await until_true(lambda: anne.told("participant")[-1]["participant"]["hand"] == 77.5, "the hand")
    late = await bench.joined("late", role="guest")
    assert [p["hand"] for p in late.told("hello")[0]["participants"]] == [0, 77.5, 0]


async def test_a_word_goes_to_one_person_or_to_all(bench: Bench) -> None:
    anne, paul = await two(bench)
    await bench.control.push(Push("tell", 1, participant="paul", message={"type": "asked", "slot": "microphone"}))
    await bench.control.push(Push("tell", 1, message={"type": "door", "locked": True}))
    for client in (anne, paul):
        await tells(client, "door")
    assert paul.told("asked") and not anne.told("asked")


async def test_nonsense_in_a_push_harms_nobody(bench: Bench) -> None:
    anne, _ = await two(bench)
    with pytest.raises(Refused) as refused:
        await bench.control.push(Push("standing", 1, participant="paul", message={"revision": "x"}))
    assert refused.value == Refused(400, "bad_request")
    await bench.control.push(Push("tell", 1, message={"type": "door", "locked": False}))
    await tells(anne, "door")


async def test_lines_kept_in_memory_reach_who_comes_later_and_never_the_functions(bench: Bench) -> None:
    anne = await bench.joined("anne", memory_chat=True)
    anne.tell({"type": "say", "id": "1", "body": "Entre nous"})
    await tells(anne, "chat")
    late = await bench.joined("late", memory_chat=True)
    await tells(late, "chat")
    assert late.told("chat")[0]["message"]["body"] == "Entre nous"


async def test_where_lines_are_stored_nobody_speaks_past_the_store(bench: Bench) -> None:
    anne, paul = await two(bench)
    paul.tell({"type": "say", "id": "1", "body": "Entre nous"})
    paul.tell({"type": "react", "reaction": "applause"})
    await tells(anne, "reaction")
    assert not anne.told("chat")


async def test_a_reaction_is_told_to_all(bench: Bench) -> None:
    anne, paul = await two(bench)
    paul.tell({"type": "react", "reaction": "applause"})
    paul.tell({"type": "react", "reaction": "<b>"})
    for client in (anne, paul):
        await tells(client, "reaction")
    assert anne.told("reaction") == [{"type": "reaction", "participant": "paul", "reaction": "applause"}]
