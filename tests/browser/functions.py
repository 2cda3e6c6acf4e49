"""The HTTP part of docs/protocol.md in memory, for developing the room beside a real media worker.

``python -m tests.browser.functions`` starts a worker and prints the address of one meeting. It keeps nothing, checks no
password and must never serve anybody: who somebody is, is said in the address (``/as/{participant}``).
"""

import asyncio
import json
import os
import secrets
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chalicelib import pages
from chalicelib.signalling import messages, tickets

ROOT = Path(__file__).parent.parent.parent
OCCURRENCE = "occurrence-1"
CONTROL = aiohttp.ClientTimeout(total=0.4)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass
class Person:
    """Somebody of the one meeting."""

    id: str
    name: str
    role: tickets.Role
    state: str
    since: float = 0.0
    connection: str = ""


@dataclass
class Meeting:
    """What the functions would keep in their tables."""

    people: dict[str, Person] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    over: bool = False


class Functions:
    """Handlers over one meeting and one worker."""

    def __init__(self, meeting: Meeting, private_key: str) -> None:
        self.meeting = meeting
        self.private_key = private_key
        self.worker: messages.Report | None = None
        self.reported = asyncio.Event()
        self.http: aiohttp.ClientSession | None = None

    def application(self) -> web.Application:
        """Everything a browser and the worker ask for."""
        api = f"/api/occurrences/{OCCURRENCE}"
        application = web.Application(middlewares=[policy])
        application.cleanup_ctx.append(self._client)
        application.add_routes(
            [
                web.get("/as/{participant}", self.enter),
                web.get("/m/{occurrence}", self.room),
                web.get("/static/{version}/{path:.+}", static),
                web.post("/workers/report", self.report),
                web.get(f"{api}/me", self.me),
                web.post(f"{api}/join", self.join),
                web.delete(f"{api}/connections/{{connection}}", self.leave),
                web.get(f"{api}/chat", self.chat),
                web.post(f"{api}/chat", self.say),
                web.get(f"{api}/waiting", self.waiting),
                web.post(f"{api}/participants/{{participant}}/{{verdict}}", self.moderate),
                web.post(f"{api}/end", self.end),
            ]
        )
        return application

    async def _client(self, application: web.Application) -> Any:
        async with aiohttp.ClientSession() as self.http:
            yield

    async def enter(self, request: web.Request) -> web.Response:
        """Becomes somebody, in a language."""
        response = web.Response(status=303, headers={"Location": f"/m/{OCCURRENCE}"})
        response.set_cookie("person", request.match_info["participant"])
        response.set_cookie("language", request.query.get("language", "fr"))
        return response

    async def room(self, request: web.Request) -> web.Response:
        """The room's page."""
        person = self._person(request)
        reader = pages.Reader(
            language="en" if request.cookies.get("language") == "en" else "fr", csrf="csrf-of-the-harness"
        )
        values = {
            "occurrence": OCCURRENCE,
            "role": person.role,
            "title": "Point d’avancement du projet Loire",
            "host": "Anne Dupont",
            "company": "Atelier Morel",
            "my_data_url": "/my-data" if person.role == "guest" else "",
            "back_url": "/",
            "kept_until": int(time.time()) + 28 * 86_400,
        }
        return web.Response(text=pages.render("pages/room.html", reader, **values), content_type="text/html")

    async def report(self, request: web.Request) -> web.Response:
        """The worker's heartbeat."""
        self.worker = messages.load_report(await request.read())
        self.reported.set()
        return web.Response(body=messages.dump(messages.ReportAnswer([])), content_type="application/json")

    async def me(self, request: web.Request) -> web.Response:
        """Where a person stands."""
        person = self._person(request)
        person.since = person.since or time.time()
        if person.state == "waiting":
            await self._push("waiting", message={"count": len(self._waiting())})
        data = {"participant": person.id, "name": person.name, "role": person.role, "state": person.state}
        return web.json_response(data | {"message": ""})

    async def join(self, request: web.Request) -> web.Response:
        """The one exchange."""
        person = self._person(request)
        if person.state != "admitted":
            raise refused(403, "not_admitted")
        if self.worker is None or self.http is None:
            raise refused(503, "no_worker", {"Retry-After": "1"})
        offer = await request.text()
        person.connection = secrets.token_urlsafe(9)
        ticket = tickets.Ticket(
            worker=self.worker.incarnation,
            room=OCCURRENCE,
            epoch=1,
            participant=person.id,
            connection=person.connection,
            name=person.name,
            role=person.role,
            offer_sha256=tickets.sha256(offer),
            limits=tickets.Limits(participants=12),
        )
        order = messages.JoinOrder(tickets.sign_ticket(ticket, self.private_key, int(time.time())), offer)
        try:
            url, body = f"{self.worker.control}/join", messages.dump(order)
            async with self.http.post(url, data=body, timeout=CONTROL) as response:
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError) as fault:
            raise refused(503, "no_worker", {"Retry-After": "1"}) from fault
        if response.status != 200:
            raise refused(response.status, json.loads(body)["error"]["code"])
        location = f"/api/occurrences/{OCCURRENCE}/connections/{person.connection}"
        return web.Response(
            status=201,
            text=messages.load_join_answer(body).answer,
            content_type="application/sdp",
            headers={"Location": location},
        )

    async def leave(self, request: web.Request) -> web.Response:
        """Goodbye over HTTP."""
        person = self._person(request)
        await self._push("leave", participant=person.id, connection=request.match_info["connection"])
        return web.Response(status=204)

    async def chat(self, request: web.Request) -> web.Response:
        """Lines after a number, three at a time so that clients must ask on."""
        if self._person(request).state != "admitted":
            raise refused(403, "not_admitted")
        after = int(request.query["after"])
        lines = self.meeting.lines[after : after + 3]
        return web.json_response({"messages": lines, "more": after + 3 < len(self.meeting.lines)})

    async def say(self, request: web.Request) -> web.Response:
        """A line, once."""
        person = self._person(request)
        if person.state != "admitted":
            raise refused(403, "not_admitted")
        post = await request.json()
        line = self.meeting.posts.get(post["id"])
        if line is None:
            line = {"seq": len(self.meeting.lines) + 1, "participant": person.id, "name": person.name}
            line |= {"body": post["body"], "at": int(time.time())}
            self.meeting.posts[post["id"]] = line
            self.meeting.lines.append(line)
            await self._push("chat", message=line)
        return web.json_response({"message": line}, status=201)

    async def waiting(self, request: web.Request) -> web.Response:
        """Who waits."""
        self._host(request)
        people = [{"participant": one.id, "name": one.name, "since": one.since} for one in self._waiting()]
        return web.json_response({"waiting": people})

    async def moderate(self, request: web.Request) -> web.Response:
        """Admit, refuse, remove."""
        self._host(request)
        person = self.meeting.people[request.match_info["participant"]]
        verdict = request.match_info["verdict"]
        person.state = {"admit": "admitted", "refuse": "refused", "remove": "removed"}[verdict]
        if verdict == "remove":
            await self._push("remove", participant=person.id)
        return web.Response(status=204)

    async def end(self, request: web.Request) -> web.Response:
        """The meeting is over."""
        self._host(request)
        self.meeting.over = True
        await self._push("end")
        return web.Response(status=204)

    async def _push(self, kind: messages.PushType, **values: Any) -> None:
        if self.worker is None or self.http is None:
            return
        body = messages.dump(messages.Push(type=kind, epoch=1, **values))
        order = tickets.sign_order(body, self.worker.incarnation, self.private_key, int(time.time()))
        url = f"{self.worker.control}/rooms/{OCCURRENCE}/push"
        try:
            headers = {"Authorization": f"Bearer {order}"}
            async with self.http.post(url, data=body, headers=headers, timeout=CONTROL):
                pass
        except (aiohttp.ClientError, TimeoutError):
            return  # clients fetch what a push missed

    def _person(self, request: web.Request) -> Person:
        person = self.meeting.people.get(request.cookies.get("person", ""))
        if person is None:
            raise refused(401, "unknown_person")
        if self.meeting.over:
            raise refused(410, "gone")
        return person

    def _host(self, request: web.Request) -> Person:
        person = self._person(request)
        if person.role != "host":
            raise refused(403, "not_admitted")
        return person

    def _waiting(self) -> list[Person]:
        return [one for one in self.meeting.people.values() if one.state == "waiting" and one.since]


def refused(status: int, code: str, headers: dict[str, str] | None = None) -> web.HTTPException:
    """The one shape of errors."""
    kinds = {400: web.HTTPBadRequest, 401: web.HTTPUnauthorized, 403: web.HTTPForbidden, 409: web.HTTPConflict}
    kind = {**kinds, 410: web.HTTPGone}.get(status, web.HTTPServiceUnavailable)
    body = json.dumps({"error": {"code": code, "message": ""}})
    return kind(text=body, content_type="application/json", headers=headers)


@web.middleware
async def policy(request: web.Request, handler: Any) -> web.StreamResponse:
    """The page's policy of production."""
    response: web.StreamResponse = await handler(request)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


async def static(request: web.Request) -> web.Response:
    """A file of web/."""
    path = (ROOT / "web" / request.match_info["path"]).resolve()
    if not path.is_relative_to(ROOT / "web") or not path.is_file():
        raise web.HTTPNotFound()
    return web.Response(body=path.read_bytes(), content_type=KINDS[path.suffix])


def key_pair() -> tuple[str, str]:
    """A throw-away Ed25519 pair, PEM: private, public."""
    private = Ed25519PrivateKey.generate()
    return (
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    )


async def serve() -> None:
    """Runs until cancelled; prints the address."""
    private, public = key_pair()
    people = [Person("host", "Anne Dupont", "host", "admitted")]
    people += [Person(f"guest{n}", name, "guest", "admitted") for n, name in enumerate(NAMES)]
    people += [Person(f"waiting{n}", name, "guest", "waiting") for n, name in enumerate(NAMES)]
    functions = Functions(Meeting({one.id: one for one in people}), private)
    runner = web.AppRunner(functions.application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    environment = os.environ | {
        "IBOO_WORKER_TICKET_PUBLIC_KEY": public,
        "IBOO_WORKER_POOL_SECRET": secrets.token_urlsafe(32),
        "IBOO_WORKER_REPORT_URL": f"{url}/workers/report",
    }
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "media_workers", env=environment, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await functions.reported.wait()
        sys.stdout.write(json.dumps({"url": url, "worker": worker.pid}) + "\n")
        sys.stdout.flush()
        await worker.wait()
    finally:
        if worker.returncode is None:
            worker.terminate()
            await worker.wait()


NAMES = ("Léa Martin", "Karim Benali", "Zoé Lefèvre-Garnier", "Paul Durand", "Inès Roux")

if __name__ == "__main__":
    asyncio.run(serve())
