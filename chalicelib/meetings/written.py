"""The words of a mail that a person wrote, without what was quoted. Pure; strangers wrote the bytes."""

import re
from email.message import EmailMessage

from lxml import etree, html

from chalicelib import settings

LONGEST = 5_000
"""Characters that are passed on."""
LARGEST = 200_000
"""Characters of a part that are looked at."""

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>")
_QUOTED = re.compile(
    r"^\s*(-+\s*(Original Message|Message d.origine|Message transféré|Forwarded message)\s*-+"
    r"|(Le|On)\b.{5,200}\b(a écrit|wrote)\s*:"
    r"|(De|From)\s*:\s.*\breunion\b.*)\s*$",
    re.IGNORECASE,
)


def words(message: EmailMessage) -> str:
    """Plain text, lines of others left out; links of ours too: they are personal."""
    lines: list[str] = []
    for line in _text(message)[:LARGEST].replace("\r\n", "\n").split("\n"):
        if _QUOTED.match(line):
            break
        if not line.lstrip().startswith(">"):
            lines.append("".join(sign for sign in line if sign.isprintable() or sign == "\t").rstrip())
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return re.sub(re.escape(settings.get("BASE_URL")) + r"\S*", "…", text)[:LONGEST]


def message_id(message: EmailMessage) -> str:
    """Its Message-ID, if it is one that may stand in a header of ours; else empty."""
    found = _MESSAGE_ID.fullmatch(str(message.get("Message-ID", "")).strip())
    return found[0] if found else ""


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, UnicodeError):  # a charset nobody knows
        return ""
    return content if part.get_content_type() == "text/plain" else _without_marks(content[:LARGEST])


def _without_marks(content: str) -> str:
    """The words of HTML; a line per block."""
    try:
        page = html.document_fromstring(content, parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, ValueError):
        return ""
    for gone in page.xpath("//script|//style|//head|//blockquote"):
        gone.drop_tree()
    for block in page.xpath("//br|//p|//div|//tr|//li"):
        block.tail = "\n" + (block.tail or "")
    return str(page.text_content())
