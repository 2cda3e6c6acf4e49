"""Messages that wait for the tick."""

import logging

import pytest

from media_workers.deferred import MOST, Deferred


class Link:
    """Notes what it is fed; some of it breaks it."""

    def __init__(self) -> None:
        self.fed: list[bytes] = []

    def feed(self, datagram: bytes) -> None:
        if datagram == b"bad":
            raise RuntimeError
        self.fed.append(datagram)


def test_messages_are_handed_over_together_in_their_order() -> None:
    deferred, anne, paul = Deferred(), Link(), Link()
    for link, datagram in ((anne, b"1"), (paul, b"2"), (anne, b"3")):
        deferred.put(link, datagram)
    assert anne.fed == paul.fed == []
    deferred.hand_over()
    deferred.hand_over()
    assert (anne.fed, paul.fed) == ([b"1", b"3"], [b"2"])


def test_one_that_breaks_is_logged_and_those_after_it_are_handed_over(caplog: pytest.LogCaptureFixture) -> None:
    deferred, link = Deferred(), Link()
    deferred.put(link, b"bad")
    deferred.put(link, b"good")
    with caplog.at_level(logging.ERROR):
        deferred.hand_over()
    assert link.fed == [b"good"]
    assert len(caplog.records) == 1


def test_no_more_wait_than_is_said() -> None:
    deferred, link = Deferred(), Link()
    for _ in range(MOST + 1):
        deferred.put(link, b"x")
    assert len(link.fed) == MOST
