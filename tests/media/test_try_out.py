"""Somebody who only tries the way to a worker."""

import re

import pytest

from media_workers import try_out
from tests.media.conftest import Bench, MakeBench
from tests.media.functions import Refused, key_pair
from tests.media.offers import OfferText
from tests.media.waiting import until_true


def data_alone(text: str) -> str:
    """The offer without its media."""
    session, *sections = re.split(r"(?=m=)", text)
    data = next(section for section in sections if section.startswith("m=application"))
    mid = re.search(r"a=mid:(\S+)", data)
    assert mid
    return re.sub(r"a=group:BUNDLE.*", f"a=group:BUNDLE {mid[1]}", session).replace("\r\r", "\r") + data


def an_offer(number: int = 0) -> str:
    return data_alone(str(OfferText(fragment=f"frag{number}")))


async def refusal(bench: Bench, offer: str, **changes: str) -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        await bench.control.check(offer, **changes)
    return caught.value.status, caught.value.code


async def test_who_tries_is_answered_by_a_pong_and_noted_nowhere(bench: Bench) -> None:
    client = bench.client("anne")
    client.answer = await bench.control.check(data_alone(str(client.offer)))
    client.connect()
    await until_true(lambda: bool(client.messages), "the greeting")
    client.pulse({"type": "ping", "n": 3})
    await until_true(lambda: {"type": "pong", "n": 3} in client.pulses, "the pong")
    report = bench.worker.report("")
    assert (report.rooms, report.attendance) == ([], [])


async def test_an_order_works_once(bench: Bench) -> None:
    await bench.control.check(an_offer())
    assert await refusal(bench, an_offer()) == (401, "bad_ticket")


async def test_a_forged_order_is_refused(bench: Bench) -> None:
    assert await refusal(bench, an_offer(), key=key_pair()[0]) == (401, "bad_ticket")


async def test_an_offer_with_media_is_refused(bench: Bench) -> None:
    assert await refusal(bench, str(OfferText())) == (400, "bad_offer")


async def test_only_so_many_try_at_once(bench: Bench) -> None:
    for number in range(try_out.MOST):
        await bench.control.check(an_offer(number))
    assert await refusal(bench, an_offer(try_out.MOST)) == (503, "at_capacity")


async def test_a_try_ends_by_itself(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(try_out, "LASTS", 0.05)
    await bench.control.check(an_offer())
    await until_true(lambda: bench.worker.peers == 0, "the end of the try")


async def test_a_draining_worker_takes_no_try(make_bench: MakeBench) -> None:
    bench = await make_bench()
    bench.worker.draining = True
    assert await refusal(bench, an_offer()) == (503, "draining")
