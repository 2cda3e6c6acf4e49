"""One socket per announced address, all on one port."""

import asyncio
import errno
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workers.settings import Announced, SettingError
from media_workers.udp import FEW, LARGEST_RUN, PATIENCE, Path, Sockets, runs
from tests.media.waiting import until_true

REPORT = b"\x80\xc8" + bytes(6)
TWO = (Announced("127.0.0.1", "127.0.0.1"), Announced("203.0.113.5", "127.0.0.2"))


async def test_all_addresses_have_the_same_port() -> None:
    sockets = Sockets(TWO, 0)
    assert sockets.announced == ("127.0.0.1", "203.0.113.5")
    with pytest.raises(SettingError):
        Sockets((Announced("127.0.0.2", "127.0.0.2"),), sockets.port)
    sockets.close(asyncio.get_running_loop())


async def test_an_answer_leaves_from_the_address_that_was_asked() -> None:
    loop = asyncio.get_running_loop()
    sockets = Sockets(TWO, 0)
    sockets.listen(loop, lambda data, path: sockets.send([data.upper()], path))
    for address in ("127.0.0.1", "127.0.0.2"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as browser:
            browser.setblocking(False)
            browser.bind(("127.0.0.1", 0))
            await loop.sock_sendto(browser, b"hello", (address, sockets.port))
            assert await loop.sock_recvfrom(browser, 100) == (b"HELLO", (address, sockets.port))
    sockets.close(loop)


async def test_what_cant_be_sent_is_dropped_and_counted() -> None:
    sockets = Sockets(TWO[:1], 0)
    sockets.send([bytes(100_000)], Path(0, ("127.0.0.1", 9)))
    assert sockets.dropped == 1
    sockets.close(asyncio.get_running_loop())
    sockets.send([b"after the end"], Path(0, ("127.0.0.1", 9)))
    assert sockets.dropped == 2


async def test_ipv6_is_an_address_like_others() -> None:
    loop = asyncio.get_running_loop()
    sockets = Sockets((Announced("::1", "::1"),), 0)
    heard: list[bytes] = []
    sockets.listen(loop, lambda data, path: heard.append(data))
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as browser:
        browser.sendto(b"hello", ("::1", sockets.port))
        await until_true(lambda: heard == [b"hello"], "the datagram")
    sockets.close(loop)


def test_an_address_of_another_machine_is_an_error_that_names_it() -> None:
    with pytest.raises(SettingError, match=r"203\.0\.113\.5"):
        Sockets((Announced("203.0.113.5", "203.0.113.5"),), 0)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("offload", [True, False])
async def test_a_run_arrives_as_the_datagrams_it_was_made_of(address: str, offload: bool) -> None:
    sockets = Sockets((Announced(address, address),), 0)
    sockets._offload = sockets._offload and offload
    sizes = [*([1100] * 7), 300, 500, *([1000] * (LARGEST_RUN + 3)), 1200, 20]
    datagrams = [bytes((number,)) * size for number, size in enumerate(sizes)]
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as browser:
        browser.bind((address, 0))
        browser.settimeout(10)
        sockets.send(datagrams, Path(0, browser.getsockname()[:2]))
        assert [browser.recv(2048) for _ in datagrams] == datagrams
    assert (sockets.sent, sockets.dropped) == (len(datagrams), 0)
    sockets.close(asyncio.get_running_loop())


@pytest.mark.parametrize(("fault", "tries"), [(errno.EIO, 1), (errno.EINVAL, 2)])
async def test_a_run_the_kernel_cant_cut_apart_is_sent_one_by_one(fault: int, tries: int) -> None:
    sockets = Sockets(TWO[:1], 0)
    bound = _Unable(sockets._sockets[0], fault)
    sockets._sockets, sockets._offload = [bound], True  # type: ignore[list-item]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as browser:
        browser.bind(("127.0.0.1", 0))
        browser.settimeout(10)
        for _ in range(2):
            sockets.send([b"one", b"two"], Path(0, browser.getsockname()))
            assert [browser.recv(10), browser.recv(10)] == [b"one", b"two"]
    assert bound.tries == tries, "only a card that can't at all is never asked again"
    sockets.close(asyncio.get_running_loop())


class _Unable:
    """A socket whose network card can't segment."""

    def __init__(self, real: socket.socket, fault: int) -> None:
        self.tries = 0
        self._real = real
        self._fault = fault
        self.sendto, self.close, self.fileno = real.sendto, real.close, real.fileno

    def sendmsg(self, *arguments: object) -> int:
        self.tries += 1
        raise OSError(self._fault, "on purpose")


@given(st.lists(st.integers(0, 1500), max_size=200))
def test_runs_are_equal_but_for_a_shorter_end_and_lose_nothing(sizes: list[int]) -> None:
    found = runs(sizes)
    assert [number for first, last, _ in found for number in range(first, last)] == list(range(len(sizes)))
    for first, last, total in found:
        run = sizes[first:last]
        assert sum(run) == total
        assert len(run) <= LARGEST_RUN
        assert sum(run) <= 65_000
        assert set(run[:-1]) <= {run[0]}
        assert run[-1] <= run[0]


async def test_much_that_may_wait_is_read_with_looks_and_little_as_it_comes() -> None:
    loop = asyncio.get_running_loop()
    sockets, heard = Sockets(TWO[:1], 0), 0

    def received(datagram: bytes, path: Path) -> None:
        nonlocal heard
        heard += 1

    sockets.listen(loop, received)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as browser:

        async def report(expected: int) -> None:
            browser.sendto(REPORT, ("127.0.0.1", sockets.port))
            await until_true(lambda: heard == expected, "the report")

        for number in range(FEW):
            await report(number + 1)
            sockets.look()
            sockets.look()
        for number in range(FEW + 1):
            await report(FEW + number + 1)
        sockets.look()
        before = heard
        for _ in range(200):
            browser.sendto(REPORT, ("127.0.0.1", sockets.port))
        browser.sendto(b"\x00 hurries", ("127.0.0.1", sockets.port))
        await until_true(lambda: heard == before + 1, "what hurries")
        sockets.look()
        assert heard == before + 201
        for _ in range(PATIENCE + 1):
            sockets.look()
        # Nothing came for a while: the next one is read at once.
        await report(before + 202)
    sockets.close(loop)
