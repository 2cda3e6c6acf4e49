"""One socket per announced address, all on one port."""

import asyncio
import socket

import pytest

from media_workers.settings import Announced, SettingError
from media_workers.udp import Path, Sockets
from tests.media.waiting import until_true

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
    sockets.listen(loop, lambda data, path: sockets.send(data.upper(), path))
    for address in ("127.0.0.1", "127.0.0.2"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as browser:
            browser.setblocking(False)
            browser.bind(("127.0.0.1", 0))
            await loop.sock_sendto(browser, b"hello", (address, sockets.port))
            assert await loop.sock_recvfrom(browser, 100) == (b"HELLO", (address, sockets.port))
    sockets.close(loop)


async def test_what_cant_be_sent_is_dropped_and_counted() -> None:
    sockets = Sockets(TWO[:1], 0)
    sockets.send(bytes(100_000), Path(0, ("127.0.0.1", 9)))
    assert sockets.dropped == 1
    sockets.close(asyncio.get_running_loop())
    sockets.send(b"after the end", Path(0, ("127.0.0.1", 9)))
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
