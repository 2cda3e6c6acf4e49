"""A tiny site in place of the functions: one page, and a join that signs a ticket for whoever asks. Tests only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from tests.media.functions import ControlClient, Refused

PAGES = Path(__file__).parent / "pages"
ROOM = Path(__file__).parents[2] / "web" / "room"


@asynccontextmanager
async def site(client: ControlClient) -> AsyncIterator[str]:
    """Serves on a free port; gives the URL."""

    async def join(request: web.Request) -> web.Response:
        name = request.query["name"]
        try:
            answer = await client.join(await request.text(), participant=name, name=name)
        except Refused as refused:
            return web.Response(status=refused.status, text=refused.code)
        return web.Response(status=201, text=answer, content_type="application/sdp")

    async def page(request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGES / "join.html")

    application = web.Application()
    application.add_routes(
        [web.post("/join", join), web.get("/", page), web.static("/room", ROOM), web.static("/", PAGES)]
    )
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
