"""Requests and answers on the wire: bodies within limits, arguments of a call, JSON, who may ask at all."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.sandbox.errors import ApiError, StageError
from bot.sandbox.files import Upload

JSON_LIMIT = 1024 * 1024
FORM_LIMIT = 51 * 1024 * 1024
HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
TOO_LARGE = "Request Entity Too Large"
BAD_BODY = "Bad Request: can't parse request body"


class TooLarge(Exception):
    """More bytes than this address takes."""


def guard(request: web.BaseRequest) -> None:
    """Loopback names only (against DNS rebinding), and no deeds from other web pages."""
    host = request.headers.get("Host", "")
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    if name.lower() not in HOSTS:
        raise StageError(403, "not_loopback")
    origin = request.headers.get("Origin")
    if request.method not in ("GET", "HEAD") and origin is not None and urlsplit(origin).netloc != host:
        raise StageError(403, "cross_origin")


async def body(request: web.BaseRequest, limit: int = JSON_LIMIT) -> bytes:
    if (request.content_length or 0) > limit:
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.content.iter_any():
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)


async def arguments(request: web.BaseRequest) -> dict[str, Any]:
    """Arguments of a Bot API call from the address and from a form, JSON or multipart body."""
    given: dict[str, Any] = dict(request.query)
    if request.method != "POST":
        return given
    kind = request.content_type
    try:
        if kind.startswith("multipart/"):
            return given | await form(request)
        raw = await body(request)
        return given | (_json_arguments(raw) if kind == "application/json" else _pairs(raw))
    except TooLarge:
        raise ApiError(413, TOO_LARGE) from None
    except (ValueError, RecursionError, AssertionError, HttpProcessingError):
        raise ApiError(400, BAD_BODY) from None


def _pairs(raw: bytes) -> dict[str, Any]:
    return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=200))


def _json_arguments(raw: bytes) -> dict[str, Any]:
    given = json.loads(raw) if raw.strip() else {}
    if not isinstance(given, dict):
        raise ValueError("not an object")
    return given


async def form(request: web.BaseRequest) -> dict[str, Any]:
    """Fields as text, files as Upload. Raises TooLarge, ValueError."""
    given: dict[str, Any] = {}
    size = 0
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, aiohttp.BodyPartReader) or part.name is None:
            raise ValueError("nested or nameless part")
        content = bytearray()
        while chunk := await part.read_chunk():
            size += len(chunk)
            if size > FORM_LIMIT:
                raise TooLarge
            content += chunk
        given[part.name] = _part(part, bytes(content))
    return given


def _part(part: aiohttp.BodyPartReader, content: bytes) -> str | Upload:
    if part.filename is None:
        return content.decode()
    name = part.filename.replace("\\", "/").rpartition("/")[2][:255] or "file"
    kind = part.headers.get("Content-Type", "application/octet-stream")
    return Upload(_encodable(name), _encodable(kind), content)


def _encodable(text: str) -> str:
    """Headers may carry stray bytes as lone surrogates, which no JSON could carry on."""
    return text.encode(errors="replace").decode()


def answered(payload: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(payload, ensure_ascii=False).encode(errors="backslashreplace"),
        status=status,
        content_type="application/json",
        charset="utf-8",
    )
