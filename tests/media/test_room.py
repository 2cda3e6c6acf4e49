"""What people in a room are told, and how they leave it."""

import pytest

from chalicelib.signalling.messages import Push
from tests.media.client import Client
from tests.media.conftest import Bench
from tests.media.functions import Refused
from tests.media.pictures import picture
from tests.media.test_forwarding import seated
from tests.media.waiting import until_true

QUIET = {"microphone": False, "camera": False, "screen": False, "screen_sound": False}


async def tells(client: Client, kind: str, times: int = 1) -> None:
    """Waits until a client was told something that often."""
    await until_true(lambda: len(client.told(kind)) == times, f"{kind} told {times} times")


async def hears(client: Client, packets: int) -> None:
    """Waits until so many packets of sound came to the first seat."""
    await until_true(lambda: len(client.of(client.seat(0, "audio")[0])) == packets, f"{packets} packets")


async def test_hello_holds_the_whole_state(bench: Bench) -> None:
    anne = await bench.joined("anne")
    hello = anne.told("hello")[0]
    assert hello == {
        "type": "hello",
        "you": "anne",
        "room": "room-1",
        "epoch": 1,
        "connection": anne.connection,
        "participants": [{"id": "anne", "name": "Anne", "role": "host", "hand": 0, "up": QUIET}],
        "seats": [{"seat": n, "participant": None, "source": None} for n in range(2)],
        "voices": [{"voice": 0, "participant": None}],
        "speaker": None,
        "held": [],
        "recording": None,
    }


async def test_others_are_told_who_comes_changes_and_goes(bench: Bench) -> None:
    anne = await bench.joined("anne")
    paul = await bench.joined("paul", role="guest")
    await until_true(lambda: bool(anne.told("participant")), "Paul has come")
    paul_told = {"id": "paul", "name": "Paul", "role": "guest", "hand": 0, "up": QUIET}
    assert anne.told("participant")[0]["participant"] == paul_told
    paul.up(microphone=True)
    await until_true(lambda: len(anne.told("participant")) == 2, "Paul's microphone is on")
    assert anne.told("participant")[1]["participant"]["up"] == QUIET | {"microphone": True}
    paul.tell({"type": "bye"})
    await until_true(lambda: bool(anne.told("left")), "Paul has left")
    assert anne.told("left") == [{"type": "left", "participant": "paul"}]
    await until_true(lambda: paul.closed, "Paul's connection ends")


async def test_closing_a_connection_is_leaving(bench: Bench) -> None:
    anne = await bench.joined("anne")
    paul = await bench.joined("paul")
    await paul.leave()
    await until_true(lambda: bool(anne.told("left")), "Paul has left")


async def test_the_newest_connection_replaces_the_older(bench: Bench) -> None:
    anne = await bench.joined("anne")
    first = await bench.joined("paul")
    second = await bench.joined("paul")
    await until_true(lambda: bool(first.told("replaced")), "the first is told")
    await until_true(lambda: first.closed, "the first ends")
    assert not second.told("replaced")
    assert [person["id"] for person in second.told("hello")[0]["participants"]] == ["anne", "paul"]
    second.up(camera=True)
    await until_true(lambda: anne.told("participant")[-1:] != [] and bool(anne.told("seats")), "Paul has a seat")
    assert not anne.told("left")


async def test_an_older_connection_that_comes_late_is_told_it_was_replaced(bench: Bench) -> None:
    late = bench.client("late")
    late.answer = await bench.control.join(str(late.offer), participant="paul", connection="older")
    newer = await bench.joined("paul")
    late.connect()
    await until_true(lambda: bool(late.messages) and late.closed, "the late one is told")
    assert [message["type"] for message in late.messages] == ["replaced"]
    assert not newer.told("replaced")
    assert list(bench.worker.rooms["room-1"].participants) == ["paul"]


async def test_a_seat_is_told_when_somebody_sends(bench: Bench) -> None:
    anne = await bench.joined("anne")
    paul = await bench.joined("paul")
    paul.up(camera=True)
    await until_true(lambda: bool(anne.told("seats")), "a seat for Paul")
    assert anne.told("seats")[0]["seats"] == [{"seat": 0, "participant": "paul", "source": "camera"}]
    paul.up(screen=True)
    await until_true(lambda: len(anne.told("seats")) == 2, "a seat for the screen")
    assert anne.told("seats")[1]["seats"] == [{"seat": 1, "participant": "paul", "source": "screen"}]
    paul.up(screen=False)
    await until_true(lambda: len(anne.told("seats")) == 3, "the screen's seat is empty")
    assert anne.told("seats")[2]["seats"] == [{"seat": 1, "participant": None, "source": None}]


async def test_when_seats_run_out_microphones_get_the_voices(bench: Bench) -> None:
    viewer = await bench.joined("viewer")
    for name in ("one", "two", "three"):
        (await bench.joined(name)).up(microphone=True)
    await until_true(lambda: len(viewer.told("seats")) == 3, "three placed")
    assert viewer.told("seats")[2] == {
        "type": "seats",
        "seats": [],
        "voices": [{"voice": 0, "participant": "three"}],
    }


async def test_a_voice_is_heard(bench: Bench) -> None:
    viewer = await bench.joined("viewer")
    for name in ("one", "two"):
        (await bench.joined(name)).up(camera=True)
    three = await bench.joined("three")
    three.up(microphone=True)
    await until_true(lambda: any(m["voices"] for m in viewer.told("seats")), "a voice")
    three.send("microphone", 1, 0, b"from afar")
    ssrc, _ = viewer.stream("voice-0", "audio")
    await until_true(lambda: bool(viewer.of(ssrc)), "the sound")
    assert viewer.of(ssrc)[0].payload == b"from afar"


async def test_seats_are_used_again_over_many_comings_and_goings(bench: Bench) -> None:
    anne = await bench.joined("anne")
    for number in range(12):
        guest = await bench.sending(f"guest-{number}")
        await tells(anne, "seats", 2 * number + 1)
        assert anne.told("seats")[-1]["seats"][0]["seat"] == 0
        guest.send("microphone", number, 0, b"guest %d" % number)
        await hears(anne, number + 1)
        await guest.leave()
        await tells(anne, "seats", 2 * number + 2)
    sequences = [packet.sequence for packet in anne.of(anne.seat(0, "audio")[0])]
    assert [(sequence - sequences[0]) & 0xFFFF for sequence in sequences] == list(range(12))
    await until_true(lambda: bench.worker.peers == 1, "peers are forgotten")


async def test_a_chat_line_reaches_everybody_as_it_stands(bench: Bench) -> None:
    anne, paul = await bench.joined("anne"), await bench.joined("paul")
    line = {"seq": 1, "participant": "anne", "name": "Anne", "body": "Bonjour à tous", "at": 1.5}
    await bench.control.push(Push("chat", 1, message=line))
    for client in (anne, paul):
        await tells(client, "chat")
        assert client.told("chat") == [{"type": "chat", "message": line}]


async def test_only_hosts_are_told_who_waits(bench: Bench) -> None:
    anne, paul = await bench.joined("anne"), await bench.joined("paul", role="guest")
    await bench.control.push(Push("waiting", 1, message={"count": 3}))
    await bench.control.push(Push("chat", 1, message={"seq": 1}))
    await until_true(lambda: bool(paul.told("chat")) and bool(anne.told("waiting")), "what follows")
    assert anne.told("waiting") == [{"type": "waiting", "count": 3}]
    assert not paul.told("waiting")


async def test_who_is_removed_is_told_and_out(bench: Bench) -> None:
    anne, paul = await bench.joined("anne"), await bench.joined("paul")
    await bench.control.push(Push("remove", 1, participant="paul"))
    await until_true(lambda: bool(paul.told("removed")) and paul.closed, "Paul is out")
    await until_true(lambda: bool(anne.told("left")), "Anne is told")


async def test_a_leave_closes_that_connection_without_a_word(bench: Bench) -> None:
    anne, paul = await bench.joined("anne"), await bench.joined("paul")
    await bench.control.push(Push("leave", 1, participant="paul", connection=paul.connection))
    await until_true(lambda: bool(anne.told("left")) and paul.closed, "Paul is out")
    assert [message["type"] for message in paul.messages] == ["hello"]


async def test_the_end_is_told_to_all_and_closes_the_room(bench: Bench) -> None:
    clients = [await bench.joined("anne"), await bench.joined("paul")]
    await bench.control.push(Push("end", 1))
    for client in clients:
        await tells(client, "ended")
    assert bench.worker.rooms == {}


@pytest.mark.parametrize(("room", "epoch"), [("room-2", 1), ("room-1", 2)])
async def test_a_push_for_a_room_not_held_is_told_so(bench: Bench, room: str, epoch: int) -> None:
    await bench.joined("anne")
    with pytest.raises(Refused) as caught:
        await bench.control.push(Push("chat", epoch, message={}), room=room)
    assert (caught.value.status, caught.value.code) == (404, "not_found")


async def test_a_push_with_an_order_for_another_body_is_refused(bench: Bench) -> None:
    await bench.joined("anne")
    headers = {"Authorization": "Bearer nonsense"}
    url = f"{bench.control.url}/rooms/room-1/push"
    async with bench.control._session.post(url, data=b'{"type":"end","epoch":1}', headers=headers) as response:
        assert response.status == 401
    assert "room-1" in bench.worker.rooms


async def test_pings_are_answered_on_the_same_channel(bench: Bench) -> None:
    anne = await bench.joined("anne")
    anne.pulse({"type": "ping", "n": 17})
    await until_true(lambda: bool(anne.pulses), "a pong")
    assert anne.pulses == [{"type": "pong", "n": 17}]


async def test_the_last_one_to_leave_closes_the_room(bench: Bench) -> None:
    anne = await bench.joined("anne")
    await anne.leave()
    await until_true(lambda: not bench.worker.rooms, "the room is gone")


async def test_who_talks_is_told_to_all_and_to_who_comes_later(bench: Bench) -> None:
    anne, paul = await bench.sending("anne"), await bench.joined("paul")

    def talked() -> bool:
        anne.send("microphone", len(anne.messages) + 1, 0, b"words", level=20)
        return bool(paul.told("speaker"))

    await until_true(talked, "the speaker")
    assert paul.told("speaker") == [{"type": "speaker", "participant": "anne"}]
    zoe = await bench.joined("zoe")
    assert zoe.told("hello")[0]["speaker"] == "anne"


async def test_a_picture_that_isnt_shown_isnt_sent_but_its_sound_is(bench: Bench) -> None:
    anne, paul = await bench.sending("anne"), await bench.joined("paul")
    assert await seated(paul, "anne") == 0
    video, audio = paul.seat(0, "video")[0], paul.seat(0, "audio")[0]
    paul.tell({"type": "show", "seats": []})
    viewer = bench.worker.rooms["room-1"].participants["paul"].connection
    await until_true(lambda: viewer.seat_tracks[0][1].source is None, "nothing is shown")
    anne.send("camera", 1, 0, picture(1, key=True))
    anne.send("microphone", 1, 0, b"sound")
    await until_true(lambda: bool(paul.of(audio)), "the sound")
    assert paul.of(video) == []
    paul.tell({"type": "show", "seats": [{"seat": 0, "width": 320, "height": 180}]})
    await until_true(lambda: viewer.seat_tracks[0][1].source is not None, "it is shown")
    anne.send("camera", 2, 3000, picture(2, key=True))
    await until_true(lambda: bool(paul.of(video)), "the picture")


async def test_encodings_nobody_wants_are_stopped_at_the_publisher(bench: Bench) -> None:
    anne = bench.client("anne")
    anne.offer.rids = ("q", "h", "f")
    await anne.join(bench.control)
    anne.up(camera=True)

    def stopped() -> bool:
        bench.time.ahead += 0.5
        anne.send_check()
        return bool(anne.told("layers"))

    await until_true(stopped, "the message")
    assert anne.told("layers") == [{"type": "layers", "slot": "camera", "active": []}]
    paul = await bench.joined("paul")
    await until_true(lambda: len(anne.told("layers")) > 1, "the next message")
    assert "q" in anne.told("layers")[1]["active"]
    assert paul.told("paused") == []


async def test_a_change_of_the_notes_goes_to_the_others_and_to_who_comes_later(bench: Bench) -> None:
    anne, paul = await bench.joined("anne"), await bench.joined("paul")
    anne.tell({"type": "note", "update": "AAAA"})
    anne.tell({"type": "note", "update": 7})
    await tells(paul, "note")
    late = await bench.joined("late")
    late.tell({"type": "notes"})
    await tells(late, "notes")
    assert late.told("note") == paul.told("note") == [{"type": "note", "update": "AAAA"}]
    assert anne.told("note") == []


async def test_whose_network_loses_packets_is_told_to_all(bench: Bench) -> None:
    anne, paul = await bench.joined("anne"), await bench.joined("paul")
    paul.up(microphone=True)
    sequence = 0

    def loses() -> bool:
        nonlocal sequence
        for _ in range(10):
            sequence += 2  # every second one never comes
            paul.send("microphone", sequence, 960 * sequence, b"sound", level=50)
        return bool(anne.told("quality"))

    await until_true(loses, "a word on Paul's network")
    assert anne.told("quality") == [{"type": "quality", "people": {"paul": "poor"}}]
    late = await bench.joined("late")
    await until_true(lambda: bool(late.told("quality")), "the same word for who comes later")


async def test_a_face_the_page_has_a_place_for_gets_the_seat_of_another(bench: Bench) -> None:
    anne = await bench.client("anne", seats=1).join(bench.control)
    for name in ("paul", "zoe"):
        (await bench.joined(name)).up(camera=True)
    await until_true(lambda: bool(anne.told("seats")), "somebody sits")
    sitting = anne.told("seats")[-1]["seats"][0]["participant"]
    other = {"paul": "zoe", "zoe": "paul"}[sitting]
    anne.tell({"type": "show", "seats": [], "people": [other, 7]})
    await until_true(lambda: anne.told("seats")[-1]["seats"][0]["participant"] == other, f"{other} sits")
