"""A connection to the sandbox that costs its process next to nothing: what is measured is the other side."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Line:
    """One kept connection; a request and its answer at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self.reader, self.writer, self.host = reader, writer, host

    async def post(self, path: str, body: bytes, kind: str) -> bytes:
        """The answer's body; RuntimeError with it for anything but 200."""
        head = f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(body)}\r\nContent-Type: {kind}\r\n\r\n"
        self.writer.write(head.encode() + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        told = await self.reader.readexactly(length)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(told.decode())
        return told

    async def tap(self, user: int, chat: int, message_id: int, data: str) -> str:
        """Presses a button; the id of the press."""
        given = {"user": user, "chat": chat, "message_id": message_id, "data": data}
        told: dict[str, Any] = json.loads(await self.post("/stage/tap", json.dumps(given).encode(), JSON))
        return str(told["callback_id"])

    def close(self) -> None:
        self.writer.close()


async def dialled(url: str) -> Line:
    parts = urlsplit(url)
    return Line(*await asyncio.open_connection(parts.hostname, parts.port), parts.netloc)
