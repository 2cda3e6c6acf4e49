"""A bucket as small as it can be: keeps what is put, refuses while it is told to. Tests only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote

from aiohttp import web

NAME = "iboo-test-recordings"


@dataclass
class FakeBucket:
    """``objects`` by name; ``refuses``: answers 503, as S3 does when it has troubles of its own."""

    objects: dict[str, bytes] = field(default_factory=dict)
    refuses: bool = False
    refused: int = 0
    url: str = ""

    async def put(self, request: web.Request) -> web.Response:
        content = await request.read()
        name = unquote(request.raw_path.removeprefix(f"/{NAME}/"))
        if self.refuses:
            self.refused += 1
            return web.Response(status=503)
        if name in self.objects:
            assert request.headers["If-None-Match"] == "*"
            return web.Response(status=412, text="<Error><Code>PreconditionFailed</Code></Error>")
        self.objects[name] = content
        return web.Response()

    @property
    def environment(self) -> dict[str, str]:
        """What a worker needs to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": "eu-west-3",
            "AWS_DEFAULT_REGION": "eu-west-3",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }

    def segments(self, track: str) -> list[str]:
        """Names of a track's segments, without path, in order."""
        found = [name.rpartition("/")[2] for name in self.objects if f"/{track}/" in name]
        return sorted(name for name in found if "-manifest-" not in name)

    def manifests(self) -> list[str]:
        return sorted(name for name in self.objects if "-manifest-" in name)


@asynccontextmanager
async def fake_bucket() -> AsyncIterator[FakeBucket]:
    """One that listens."""
    bucket = FakeBucket()
    application = web.Application(client_max_size=64 << 20)
    application.router.add_put("/{name:.*}", bucket.put)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bucket.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield bucket
    await runner.cleanup()
