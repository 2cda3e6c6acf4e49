"""The control port: who may join, and who is refused."""

import asyncio
import time

import pytest

from chalicelib.signalling import tickets
from chalicelib.signalling.messages import Push
from chalicelib.signalling.tickets import Limits
from tests.media import functions
from tests.media.conftest import Bench, MakeBench
from tests.media.functions import PRIVATE_KEY, Refused, key_pair
from tests.media.offers import OfferText
from tests.media.waiting import until_true

OFFER = str(OfferText())


async def refusal(bench: Bench, token: str, offer: str = OFFER) -> tuple[int, str]:
    """Status and code of a join that must be refused."""
    with pytest.raises(Refused) as caught:
        await bench.control.post_join(token, offer)
    return caught.value.status, caught.value.code


async def signed(bench: Bench, *, key: str = PRIVATE_KEY, at: float | None = None, **changes: object) -> str:
    """A valid ticket for `OFFER` but for the changes."""
    ticket = functions.ticket(await bench.control.incarnation(), OFFER, **changes)
    return tickets.sign_ticket(ticket, key, int(bench.time.wall() if at is None else at))


async def test_a_valid_ticket_gets_an_answer(bench: Bench) -> None:
    answer = await bench.control.join(OFFER)
    assert answer.startswith("v=0\r\n")
    assert f" 127.0.0.1 {bench.worker.sockets.port} typ host" in answer


async def test_the_answer_names_the_tickets_connection(bench: Bench) -> None:
    client = await bench.joined("anne", connection="connection-7")
    assert client.told("hello")[0]["connection"] == "connection-7"


async def test_a_forged_ticket_is_refused(bench: Bench) -> None:
    assert await refusal(bench, await signed(bench, key=key_pair()[0])) == (401, "bad_ticket")


async def test_nonsense_for_a_ticket_is_refused(bench: Bench) -> None:
    assert await refusal(bench, "a.b.c") == (401, "bad_ticket")


async def test_an_expired_ticket_is_refused(bench: Bench) -> None:
    assert await refusal(bench, await signed(bench, at=bench.time.wall() - 60)) == (401, "bad_ticket")


async def test_a_ticket_works_once(bench: Bench) -> None:
    token = await signed(bench)
    await bench.control.post_join(token, OFFER)
    assert await refusal(bench, token) == (401, "bad_ticket")


async def test_a_ticket_for_another_incarnation_is_refused(bench: Bench) -> None:
    assert await refusal(bench, await signed(bench, worker="another")) == (401, "bad_ticket")


async def test_a_ticket_for_another_offer_is_refused(bench: Bench) -> None:
    assert await refusal(bench, await signed(bench), str(OfferText(seats=1))) == (401, "bad_ticket")


async def test_an_order_is_no_ticket(bench: Bench) -> None:
    order = tickets.sign_order(b"{}", await bench.control.incarnation(), PRIVATE_KEY, int(time.time()))
    assert await refusal(bench, order) == (401, "bad_ticket")


@pytest.mark.parametrize(
    "offer",
    ["", "nonsense", "v=0\r\n", OFFER.replace("a=ice-ufrag:abcd", "a=x:y"), OFFER.replace("actpass", "passive")],
)
async def test_an_offer_that_cant_be_answered_is_refused(bench: Bench, offer: str) -> None:
    with pytest.raises(Refused) as caught:
        await bench.control.join(offer)
    assert (caught.value.status, caught.value.code) == (400, "bad_offer")


async def test_a_body_that_is_no_order_is_refused(bench: Bench) -> None:
    async with bench.control._session.post(f"{bench.control.url}/join", data=b"\xff\xfe") as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] == "bad_request"


async def test_an_unknown_path_is_answered_in_the_shape_of_errors(bench: Bench) -> None:
    async with bench.control._session.get(f"{bench.control.url}/nothing") as response:
        assert response.status == 404
        assert (await response.json())["error"]["code"] == "not_found"


async def test_health_tells_nothing_about_people(bench: Bench) -> None:
    await bench.joined("anne")
    state = await bench.control.health()
    assert state == {"worker": "worker-1", "incarnation": bench.worker.incarnation, "rooms": 1}


async def test_a_full_room_refuses_newcomers_but_not_those_who_rejoin(bench: Bench) -> None:
    limits = Limits(participants=2)
    await bench.joined("anne", limits=limits)
    await bench.joined("paul", limits=limits)
    with pytest.raises(Refused) as caught:
        await bench.joined("zoe", limits=limits)
    assert (caught.value.status, caught.value.code) == (409, "room_full")
    await bench.joined("paul", limits=limits)


async def test_two_who_join_at_once_dont_exceed_the_limit(bench: Bench) -> None:
    limits = Limits(participants=2)
    names = ["anne", "paul", "zoe", "luc"]
    results = await asyncio.gather(
        *(bench.control.join(OFFER, participant=name, connection=name, limits=limits) for name in names),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Refused) for result in results) == 2


async def test_a_lower_epoch_is_refused(bench: Bench) -> None:
    await bench.joined("anne", epoch=5)
    with pytest.raises(Refused) as caught:
        await bench.joined("paul", epoch=4)
    assert (caught.value.status, caught.value.code) == (409, "stale_epoch")


async def test_a_higher_epoch_replaces_the_room(bench: Bench) -> None:
    anne = await bench.joined("anne", epoch=5)
    paul = await bench.joined("paul", epoch=6)
    await until_true(lambda: bool(anne.told("rejoin")), "Anne is told to rejoin")
    await until_true(lambda: anne.closed, "Anne's connection ends")
    hello = paul.told("hello")[0]
    assert hello["epoch"] == 6
    assert [person["id"] for person in hello["participants"]] == ["paul"]


async def test_at_capacity_no_new_room_is_taken_but_rooms_held_go_on(make_bench: MakeBench) -> None:
    bench = await make_bench(capacity=1)
    await bench.joined("anne")
    bench.worker.load = 1
    await bench.control.join(OFFER, participant="paul", connection="c2")
    with pytest.raises(Refused) as caught:
        await bench.control.join(OFFER, room="room-2", connection="c3")
    assert (caught.value.status, caught.value.code) == (503, "at_capacity")


async def test_a_draining_worker_takes_no_new_room(bench: Bench) -> None:
    bench.worker.draining = True
    with pytest.raises(Refused) as caught:
        await bench.control.join(OFFER)
    assert (caught.value.status, caught.value.code) == (503, "draining")


async def test_who_is_removed_stays_out_even_with_a_ticket_from_before(bench: Bench) -> None:
    await bench.joined("anne")
    await bench.joined("paul")
    await bench.control.push(Push("remove", 1, participant="paul"))
    with pytest.raises(Refused) as caught:
        await bench.joined("paul")
    assert (caught.value.status, caught.value.code) == (403, "not_admitted")


async def test_who_is_let_in_again_comes_with_a_ticket_that_is_newer_than_the_removal(bench: Bench) -> None:
    await bench.joined("anne")
    await bench.joined("paul")
    await bench.control.push(Push("remove", 1, participant="paul", message={"revision": 4}))
    with pytest.raises(Refused):
        await bench.joined("paul", revision=4)
    await bench.joined("paul", revision=5)


async def test_an_ended_room_doesnt_come_back_with_a_ticket_from_before(bench: Bench) -> None:
    await bench.joined("anne")
    await bench.control.push(Push("end", 1))
    with pytest.raises(Refused) as caught:
        await bench.joined("paul")
    assert (caught.value.status, caught.value.code) == (409, "stale_epoch")
