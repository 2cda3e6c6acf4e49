"""Two sockets of one port: what hurries comes to one, what may wait to the other."""

import socket
from collections.abc import Iterator

import pytest

from media_workers import binding
from media_workers.binding import Bound, bind
from media_workers.settings import Announced, SettingError

HERE = "127.0.0.1"
CALM = [bytes((first,)) + bytes(40) for first in (21, 23)] + [bytes((128 + n, 192 + n)) + bytes(6) for n in range(32)]
"""DTLS alerts and application data; RTCP of any kind, reception reports or not."""
MEDIA = [
    *(bytes((first,)) + bytes(40) for first in (0, 1, 3, 20, 22, 24, 63, 64, 79, 127, 192, 255)),
    *(bytes((first, second)) + bytes(10) for first in (128, 144, 191) for second in (0, 96, 127, 191, 224, 255)),
    *(b"\x80", b"", bytes((127, 200)), bytes((192, 200))),
]


@pytest.fixture(params=[HERE, "::1"])
def bound(request: pytest.FixtureRequest) -> Iterator[Bound]:
    (made,) = bind((Announced(request.param, request.param),), 0)
    yield made
    made.close()


def test_each_datagram_comes_to_the_socket_it_is_for(bound: Bound) -> None:
    assert bound.calm is not None
    assert bound.media.getsockname() == bound.calm.getsockname()
    with socket.socket(bound.media.family, socket.SOCK_DGRAM) as browser:
        for to, all_of_it in ((bound.calm, CALM), (bound.media, MEDIA)):
            other = bound.media if to is bound.calm else bound.calm
            to.settimeout(20)
            other.setblocking(False)
            for datagram in all_of_it:
                browser.sendto(datagram, bound.media.getsockname())
                assert to.recv(100) == datagram
                with pytest.raises(BlockingIOError):
                    other.recv(100)


def test_a_port_is_nobody_elses(bound: Bound) -> None:
    address, port = bound.media.getsockname()[:2]
    with pytest.raises(SettingError, match=str(port)):
        bind((Announced(address, address),), port)


def test_where_the_kernel_cant_choose_one_socket_takes_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(of: socket.socket) -> None:
        raise OSError

    monkeypatch.setattr(binding, "_choose", refused)
    (bound,) = bind((Announced(HERE, HERE),), 0)
    assert bound.calm is None
    bound.media.settimeout(20)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as browser:
        for datagram in (*CALM, *MEDIA):
            browser.sendto(datagram, bound.media.getsockname())
            assert bound.media.recv(100) == datagram
    bound.close()
