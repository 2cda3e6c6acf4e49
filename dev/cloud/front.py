"""The front's process: plays the CDN on the public address, and keeps the mailbox.

python -m dev.cloud.front --http-fd 3 --smtp-fd 4 --imap-fd 5
"""

import argparse
import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from dev.cloud import mailbox
from dev.cloud.assets import Assets
from dev.cloud.post_office import PostOffice
from infra.headers import LARGEST_BODY

# RFC 9110 section 7.6.1, and what we set anew for what we send.
NOT_PASSED_ON = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
    | {"content-length", "date", "server"}
)

SAID_BY_THE_CLIENT = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")

ORIGIN_TIMEOUT = 29.0
"""Seconds API Gateway waits for a function."""

UNKNOWN_ROUTE = b'"Missing Authentication Token"'
"""What API Gateway, and `chalice local`, say (with a 403) about an address no route has."""


class Front:
    """Static files from ``assets``; all else to the functions at ``origin`` (no trailing slash)."""

    def __init__(self, origin: str, assets: Assets) -> None:
        self._origin = origin
        self._assets = assets
        self._session: aiohttp.ClientSession | None = None

    def application(self, post_office: PostOffice) -> web.Application:
        application = web.Application(client_max_size=LARGEST_BODY)
        application.cleanup_ctx.append(self._with_session)
        mailbox.add_routes(application, post_office)
        application.router.add_get("/static/{version}/{path:.+}", self._assets.serve)
        application.router.add_route("*", "/{path:.*}", self._pass_on)
        return application

    async def _with_session(self, _: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=ORIGIN_TIMEOUT),
            connector=aiohttp.TCPConnector(limit=0),
        ) as self._session:
            yield

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _plain(413, "Too large")
        try:
            answer, content = await self._ask(request, request.method, request.raw_path, body)
            if answer.status == 403 and UNKNOWN_ROUTE in content:
                return await self._not_found(request)
        except TimeoutError:
            return _plain(504, "The functions take too long.")
        except aiohttp.ClientError as fault:
            return _plain(502, f"The functions don't answer: {fault}")
        if len(content) > LARGEST_BODY:
            return _plain(502, "The answer is larger than a function may give.")
        if answer.content_type == "text/html" and "Content-Encoding" not in answer.headers:
            content = self._assets.up_to_date(content)
        return web.Response(status=answer.status, headers=_end_to_end(answer.headers.items()), body=content)

    async def _ask(
        self, request: web.Request, method: str, path: str, body: bytes
    ) -> tuple[aiohttp.ClientResponse, bytes]:
        assert self._session is not None  # the application has started
        headers = _end_to_end(request.headers.items())
        headers.popall("Host", None)  # the origin has a name of its own, as behind a real CDN
        known = request.headers.get("X-Forwarded-For")
        headers["X-Forwarded-For"] = f"{known}, {request.remote}" if known else f"{request.remote}"
        url = URL(self._origin + path, encoded=True)
        async with self._session.request(
            method, url, headers=headers, data=body or None, skip_auto_headers=SAID_BY_THE_CLIENT, allow_redirects=False
        ) as answer:
            return answer, await answer.read()

    async def _not_found(self, request: web.Request) -> web.Response:
        """What production's gateway answers for an address no route has: our page, or our error for programs."""
        if request.path.startswith("/api/") or request.method not in ("GET", "HEAD"):
            return web.json_response({"error": {"code": "not_found", "message": "Not found"}}, status=404)
        answer, content = await self._ask(request, "GET", "/errors/404", b"")
        if answer.content_type != "text/html":
            return _plain(404, "Not found")
        return web.Response(
            status=404, headers=_end_to_end(answer.headers.items()), body=self._assets.up_to_date(content)
        )


def _end_to_end(headers: Iterable[tuple[str, str]]) -> CIMultiDict[str]:
    return CIMultiDict((name, value) for name, value in headers if name.lower() not in NOT_PASSED_ON)


def _plain(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, headers={"Cache-Control": "no-store"})


async def _serve(http: socket.socket, smtp: socket.socket, imap: socket.socket) -> None:
    post_office = PostOffice(Path(os.environ["IBOO_FRONT_MAIL"]))
    assets = Assets(Path("web"), os.environ["IBOO_FRONT_ASSETS_VERSION"])
    front = Front(os.environ["IBOO_FRONT_FUNCTIONS"], assets)
    runner = web.AppRunner(front.application(post_office), access_log=None, handle_signals=False)
    await runner.setup()
    await web.SockSite(runner, http, shutdown_timeout=1.0).start()
    server = await asyncio.get_running_loop().create_server(post_office.protocol, sock=smtp)
    reading = await asyncio.start_server(post_office.inbox.serve, sock=imap)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    await stop.wait()
    server.close()
    reading.close()
    await runner.cleanup()


def main() -> None:
    """Serves on three listening sockets it inherits."""
    parser = argparse.ArgumentParser(prog="dev.cloud.front")
    parser.add_argument("--http-fd", type=int, required=True)
    parser.add_argument("--smtp-fd", type=int, required=True)
    parser.add_argument("--imap-fd", type=int, required=True)
    chosen = parser.parse_args()
    sockets = (socket.socket(fileno=number) for number in (chosen.http_fd, chosen.smtp_fd, chosen.imap_fd))
    asyncio.run(_serve(*sockets))


if __name__ == "__main__":
    main()
