"""A TCP path that can be cut and mended: what lies between a worker and the functions."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Wire:
    """``port``: where it listens on loopback; what comes goes to ``target`` of the same machine."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self.answered = 0
        """Bytes that came back from the target."""
        self._target = target
        self._whole = True
        self._pieces: set[asyncio.StreamWriter] = set()
        self._carriers: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    def cut(self) -> None:
        """Nothing goes through any more; who is connected is dropped, who comes is dropped too."""
        self._whole = False
        for piece in list(self._pieces):
            piece.transport.abort()

    def mend(self) -> None:
        """All is as before."""
        self._whole = True

    async def open(self) -> None:
        """Begins to listen."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Ends it."""
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        await asyncio.gather(*self._carriers, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._carry(reader, writer))
        self._carriers.add(task)
        task.add_done_callback(self._carriers.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._pieces.add(writer)
        try:
            if self._whole:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
                self._pieces.add(far_writer)
                try:
                    await asyncio.gather(_pour(reader, far_writer), self._answer(far_reader, writer))
                finally:
                    self._pieces.discard(far_writer)
                    far_writer.transport.abort()
        except OSError:
            return
        finally:
            self._pieces.discard(writer)
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def count(data: bytes) -> None:
            self.answered += len(data)

        await _pour(reader, writer, count)


async def _pour(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Callable[[bytes], None] = lambda data: None
) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            seen(data)
            writer.write(data)
            await writer.drain()
        writer.write_eof()


@asynccontextmanager
async def wire(target: int) -> AsyncIterator[Wire]:
    """A wire to a port of this machine."""
    made = Wire(target)
    await made.open()
    try:
        yield made
    finally:
        await made.close()
