"""The contract's messages: what one side writes, the other reads; nonsense is refused."""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.signalling import messages
from chalicelib.signalling.messages import (
    Command,
    Interval,
    JoinAnswer,
    JoinOrder,
    MessageError,
    Push,
    Report,
    ReportAnswer,
    RoomReport,
)
from chalicelib.signalling.quality import Quality

REPORT = Report(
    worker="w1",
    incarnation="i1",
    control="http://127.0.0.1:7000",
    capacity=1000,
    load=10,
    draining=False,
    rooms=[RoomReport("m-1", 2, 3)],
    attendance=[
        Interval("m-1", "p1", "c1", 1.5, 2.5, True, Quality(100, 2, 300, 9, 1.5, 0.4, 0.6)),
        Interval("m-1", "p2", "c2", 1.5, 2.5, False, Quality(0, 0, 0, 0, 0.0, 0.4)),
        Interval("m-1", "p3", "c3", 1.5, 2.5, False),
    ],
)
LOADERS: list[Callable[[bytes], object]] = [
    messages.load_join_order,
    messages.load_join_answer,
    messages.load_push,
    messages.load_report,
    messages.load_report_answer,
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)


def test_every_message_is_read_as_it_was_written() -> None:
    order, answer = JoinOrder("ticket", "v=0\r\n"), JoinAnswer("v=0", "c1")
    push = Push("chat", 3, participant="p", connection="c", message={"seq": 1, "body": "é"})
    commands = ReportAnswer([Command("drop", "m-1", 2)])
    assert messages.load_join_order(messages.dump(order)) == order
    assert messages.load_join_answer(messages.dump(answer)) == answer
    assert messages.load_push(messages.dump(push)) == push
    assert messages.load_report(messages.dump(REPORT)) == REPORT
    assert messages.load_report_answer(messages.dump(commands)) == commands


@pytest.mark.parametrize("kind", ["chat", "waiting", "standing", "tell", "remove", "replace", "leave", "end"])
def test_every_push_of_the_contract_is_read(kind: str) -> None:
    assert messages.load_push(json.dumps({"type": kind, "epoch": 1}).encode()).type == kind


@pytest.mark.parametrize("loader", LOADERS)
@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_message_is_refused_and_nothing_else_happens(loader: Callable[[bytes], object], body: bytes) -> None:
    with suppress(MessageError):
        loader(body)


@pytest.mark.parametrize("name", list(vars(REPORT)))
@given(value=JSON)
def test_a_report_with_nonsense_in_a_field_is_read_or_refused(name: str, value: object) -> None:
    body = json.loads(messages.dump(REPORT)) | {name: value}
    with suppress(MessageError):
        messages.load_report(json.dumps(body).encode())


@pytest.mark.parametrize("name", ["worker", "incarnation", "control", "capacity", "load", "draining", "rooms"])
def test_a_report_without_one_of_its_fields_is_refused(name: str) -> None:
    body = json.loads(messages.dump(REPORT))
    del body[name]
    with pytest.raises(MessageError):
        messages.load_report(json.dumps(body).encode())


def test_an_interval_of_a_worker_that_counts_nothing_is_read() -> None:
    body = json.loads(messages.dump(REPORT))
    for interval in body["attendance"]:
        del interval["quality"]
    assert [one.quality for one in messages.load_report(json.dumps(body).encode()).attendance] == [None] * 3


def test_a_quality_of_a_later_contract_may_say_more() -> None:
    body = json.loads(messages.dump(REPORT))
    body["attendance"][0]["quality"]["jitter"] = 3
    assert messages.load_report(json.dumps(body).encode()) == REPORT


@pytest.mark.parametrize("name", ["up_packets", "up_lost", "down_packets", "down_lost", "paused", "path_after"])
@pytest.mark.parametrize("value", [-1, "many", None, [], float("inf"), float("nan")])
def test_a_count_that_makes_no_sense_is_refused(name: str, value: object) -> None:
    body = json.loads(messages.dump(REPORT))
    body["attendance"][0]["quality"][name] = value
    with pytest.raises(MessageError):
        messages.load_report(json.dumps(body).encode())


@pytest.mark.parametrize("value", [3, "good", [], {}, True])
def test_what_is_no_quality_is_refused(value: object) -> None:
    body = json.loads(messages.dump(REPORT))
    body["attendance"][0]["quality"] = value
    with pytest.raises(MessageError):
        messages.load_report(json.dumps(body).encode())


def test_commands_of_a_later_contract_are_left_out() -> None:
    body = {"commands": [{"type": "dance", "speed": 3}, {"type": "drop", "room": "m-1", "epoch": 1}]}
    assert messages.load_report_answer(json.dumps(body).encode()).commands == [Command("drop", "m-1", 1)]


def test_an_unknown_push_is_refused() -> None:
    with pytest.raises(MessageError):
        messages.load_push(b'{"type": "dance", "epoch": 1}')
