"""The pages of the mailbox, /_mailbox/: what would have gone out by mail. Exists on a developer's machine only."""

import base64
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader

from dev.cloud import answers
from dev.cloud.post_office import Letter, PostOffice

PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'",
    "X-Content-Type-Options": "nosniff",
}
MAIL_HEADERS = {
    "Cache-Control": "no-store",
    # Links open outside; nothing runs, nothing is fetched from elsewhere.
    "Content-Security-Policy": "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
}

_templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


def add_routes(application: web.Application, post_office: PostOffice) -> None:
    """Adds the mailbox to the front."""
    pages = _Pages(post_office)
    application.router.add_get("/_mailbox", pages.to_listing)
    application.router.add_get("/_mailbox/", pages.listing)
    application.router.add_get("/_mailbox/messages.json", pages.messages)
    application.router.add_get("/_mailbox/{letter}", pages.page)
    application.router.add_get("/_mailbox/{letter}/html", pages.html)
    application.router.add_get("/_mailbox/{letter}/raw", pages.raw)
    application.router.add_post("/_mailbox/{letter}/answer", pages.answer)
    application.router.add_get("/_mailbox/{letter}/attachments/{number:[0-9]+}", pages.attachment)


class _Pages:
    def __init__(self, post_office: PostOffice) -> None:
        self._post_office = post_office

    async def to_listing(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("/_mailbox/")

    async def listing(self, request: web.Request) -> web.Response:
        to = request.query.get("to", "")
        letters = [describe(letter) for letter in self._post_office.letters() if _is_for(letter, to)]
        return _page("mailbox.html", letters=letters, to=to)

    async def messages(self, request: web.Request) -> web.Response:
        to = request.query.get("to", "")
        found = [describe(letter) for letter in self._post_office.letters() if _is_for(letter, to)]
        return web.json_response({"messages": found}, headers={"Cache-Control": "no-store"})

    async def page(self, request: web.Request) -> web.Response:
        letter = self._letter(request)
        asks = answers.calendar_reply(letter.message, "accepted") is not None
        return _page("letter.html", letter=describe(letter), asks=asks, said=request.query.get("said", ""))

    async def answer(self, request: web.Request) -> web.Response:
        """Plays the reader's calendar (``answer``) or mail program (``words``)."""
        letter, form = self._letter(request), await request.post()
        words = str(form.get("words", ""))
        said = answers.written(letter.message, words) if words else None
        said = said or answers.calendar_reply(letter.message, str(form.get("answer", "")))
        if said is None:
            raise web.HTTPBadRequest
        self._post_office.inbox.put(said)
        raise web.HTTPSeeOther(f"/_mailbox/{letter.id}?said=yes")

    async def html(self, request: web.Request) -> web.Response:
        letter = self._letter(request)
        content = str(describe(letter)["html"])
        for number, part in enumerate(attachments(letter.message)):
            if cid := part.get("Content-ID"):
                content = content.replace(f"cid:{cid.strip('<>')}", f"/_mailbox/{letter.id}/attachments/{number}")
        return web.Response(
            text=f'<base target="_blank">{content}', content_type="text/html", charset="utf-8", headers=MAIL_HEADERS
        )

    async def raw(self, request: web.Request) -> web.Response:
        return web.Response(body=self._letter(request).raw, content_type="text/plain", headers=MAIL_HEADERS)

    async def attachment(self, request: web.Request) -> web.Response:
        parts = attachments(self._letter(request).message)
        number = int(request.match_info["number"])
        if number >= len(parts):
            raise web.HTTPNotFound
        part = parts[number]
        headers = MAIL_HEADERS | {"Content-Type": str(part.get("Content-Type", "application/octet-stream"))}
        if name := part.get_filename():
            headers["Content-Disposition"] = f'attachment; filename="{_header_safe(name)}"'
        return web.Response(body=_bytes(part), headers=headers)

    def _letter(self, request: web.Request) -> Letter:
        if letter := self._post_office.letter(request.match_info["letter"]):
            return letter
        raise web.HTTPNotFound


def describe(letter: Letter) -> dict[str, Any]:
    """The letter as messages.json gives it (dev/README.md shows the shape)."""
    message = letter.message
    return {
        "id": letter.id,
        "received": letter.received,
        "envelope": {"from": letter.sender, "to": letter.recipients},
        "subject": str(message.get("Subject", "")),
        "from": str(message.get("From", "")),
        "to": str(message.get("To", "")),
        "headers": [[name, str(value)] for name, value in message.items()],
        "text": _body(message, "plain"),
        "html": _body(message, "html"),
        "attachments": [_describe_part(part) for part in attachments(message)],
    }


def attachments(message: EmailMessage) -> list[EmailMessage]:
    """Every part that is neither the text, nor the HTML, nor a mere container."""
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    return [
        part
        for part in message.walk()
        if isinstance(part, EmailMessage) and not part.is_multipart() and not any(part is body for body in bodies)
    ]


def _describe_part(part: EmailMessage) -> dict[str, Any]:
    content = _bytes(part)
    return {
        "name": part.get_filename() or "",
        "type": str(part.get("Content-Type", "")),
        "size": len(content),
        "content": base64.b64encode(content).decode(),
    }


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _is_for(letter: Letter, to: str) -> bool:
    return not to or to.lower() in (address.lower() for address in letter.recipients)


def _header_safe(name: str) -> str:
    return "".join(sign if sign.isascii() and sign.isprintable() and sign not in '"\\' else "_" for sign in name)


def _page(template: str, **values: object) -> web.Response:
    text = _templates.get_template(template).render(values, when=_when)
    return web.Response(text=text, content_type="text/html", charset="utf-8", headers=PAGE_HEADERS)


def _when(received: float) -> str:
    return datetime.fromtimestamp(received, UTC).astimezone().strftime("%d/%m/%Y %H:%M:%S")
