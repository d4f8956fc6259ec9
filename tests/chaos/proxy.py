"""A way to PostgreSQL that can be cut: everything passes until it does not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

from bot.engines import connection

PORT = 5432
CHUNK = 65_536


class Proxy:
    """`down` lets nothing new through; `cut` breaks what is there, `cut_after` when the service has spoken so often."""

    def __init__(self, url: str) -> None:
        self.place = connection(url)["credentials"]
        self.open: set[asyncio.StreamWriter] = set()
        self.down = False
        self.left: int | None = None
        self.cuts = 0
        self.port = 0

    @property
    def url(self) -> str:
        login = quote(self.place.get("user", ""), safe="")
        secret = f":{quote(self.place['password'], safe='')}" if self.place.get("password") else ""
        return f"postgresql://{login}{secret}@127.0.0.1:{self.port}/{self.place['database']}"

    async def beyond(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self.place.get("host", "localhost"), self.place.get("port") or PORT
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.transport.abort()
            return
        there, back = await self.beyond()
        self.open |= {writer, back}
        await asyncio.gather(self.pump(reader, back, self.heard), self.pump(there, writer, lambda _: None))
        self.open -= {writer, back}

    def cut_after(self, times: int | None) -> None:
        self.left = times

    def heard(self, _: bytes) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left <= 0:
            self.left, self.cuts = None, self.cuts + 1
            self.cut()
            raise ConnectionAbortedError

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Callable[[bytes], None]) -> None:
        try:
            while some := await reader.read(CHUNK):
                seen(some)
                writer.write(some)
                await writer.drain()
        except ConnectionError:
            writer.transport.abort()
        finally:
            writer.close()

    def cut(self) -> None:
        for writer in self.open:
            writer.transport.abort()


@asynccontextmanager
async def proxied(url: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(url)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        proxy.down = True
        proxy.cut()
        server.close()
