"""Requests no client would send."""

import asyncio


async def raw(port: int, line: bytes, *headers: bytes) -> int:
    """The status of an answer to a request of these very bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"\r\n".join([line + b" HTTP/1.1", b"Host: x", b"Content-Length: 0", b"Connection: close", *headers, b"", b""])
    )
    status = int((await reader.readline()).split()[1])
    writer.close()
    await writer.wait_closed()
    return status
