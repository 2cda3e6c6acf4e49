"""The mailbox that Iboo itself reads, as an IMAP server would hold it (RFC 9051; what `imaplib` asks for, no more)."""

import asyncio
import re
import threading
from collections.abc import Iterator
from pathlib import Path


class Inbox:
    """Messages in ``folder``: ``<uid>.eml``. Flags live as long as the process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._last = max(self.uids(), default=0)
        self._flags: dict[int, set[str]] = {}
        self._adding = threading.Lock()

    def put(self, raw: bytes) -> None:
        """A message arrives, whole or not at all."""
        with self._adding:
            self._last += 1
            fresh = self._folder / f"{self._last}.new"
            fresh.write_bytes(raw)
            fresh.replace(self._folder / f"{self._last}.eml")

    def uids(self) -> list[int]:
        return sorted(int(file.stem) for file in self._folder.glob("*.eml"))

    def flags(self, uid: int) -> set[str]:
        return self._flags.setdefault(uid, set())

    def read(self, uid: int) -> bytes | None:
        file = self._folder / f"{uid}.eml"
        return file.read_bytes() if file.exists() else None

    def expunge(self) -> None:
        for uid in self.uids():
            if r"\Deleted" in self.flags(uid):
                (self._folder / f"{uid}.eml").unlink()
                del self._flags[uid]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation, for ``asyncio.start_server``."""
        writer.write(b"* OK ready\r\n")
        try:
            while line := await reader.readline():
                tag, verb, *rest = [*line.decode(errors="replace").split(None, 2), ""]
                for answer in self._answers(verb.upper(), rest[0].strip()):
                    writer.write(answer)
                writer.write(f"{tag} OK done\r\n".encode())
                await writer.drain()
                if verb.upper() == "LOGOUT":
                    break
        except (ConnectionError, ValueError):
            pass  # who asked is gone, or is no IMAP client
        finally:
            writer.close()

    def _answers(self, verb: str, rest: str) -> Iterator[bytes]:
        if verb == "CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1\r\n"
        elif verb == "SELECT":
            yield f"* {len(self.uids())} EXISTS\r\n".encode()
        elif verb == "EXPUNGE":
            self.expunge()
        elif verb == "LOGOUT":
            yield b"* BYE\r\n"
        elif verb == "UID":
            yield from self._by_uid(*[*rest.split(None, 2), "", ""][:3])

    def _by_uid(self, verb: str, which: str, what: str) -> Iterator[bytes]:
        if verb == "SEARCH":
            found = " ".join(str(uid) for uid in self.uids() if not self.flags(uid))
            yield f"* SEARCH {found}\r\n".encode()
        elif verb == "FETCH" and (content := self.read(int(which))) is not None:
            part = re.search(r"<(\d+)\.(\d+)>", what)
            wanted = content[int(part[1]) :][: int(part[2])] if part else content
            head = f"* 1 FETCH (UID {which} BODY[]{f'<{part[1]}>' if part else ''} {{{len(wanted)}}}\r\n"
            yield head.encode() + wanted + b")\r\n"
        elif verb == "STORE":
            self.flags(int(which)).add(what.split("(")[1].rstrip(")"))
