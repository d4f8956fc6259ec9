"""Requests to the Bot API over one aiohttp session, in the form python-telegram-bot demands.

Every URL holds the token, and aiohttp writes URLs into its errors. So errors are made anew here, from a class name
alone, and raised outside the `except` so that not even their context leads back to the URL.
"""

import json
import math
from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

# Getting a connection, and the answer's silence: together what a call without files can last.
# The lease of a token is built on this sum.
CONNECT_SECONDS, READ_SECONDS = 3.0, 5.0
UPLOAD_SECONDS = 20.0
# For a 429 that names no time (none was ever seen from Telegram itself).
UNNAMED_FLOOD_SECONDS = 5
MAPPED_BY_LIBRARY = frozenset({400, 401, 403, 404, 409})

# Raised before a byte of the request is written: name resolution, connecting, TLS, the proxy, waiting for a connection.
BEFORE_WRITING = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


class NotSent(NetworkError):
    """Nothing can have reached the server."""


class ServerFailed(NetworkError):
    """The server answered 5xx: it may have done it or not."""


class BadAnswer(NetworkError):
    """What came back is not an answer of the Bot API: cut off, not JSON, a proxy's page, a redirect."""


class Flooded(RetryAfter):
    """429, in whole seconds without the library's warning about its coming change of type."""

    @property
    def retry_after(self) -> int:
        return math.ceil(self._retry_after.total_seconds())


class AiohttpRequest(BaseRequest):
    """`connect`: seconds for getting a connection; `read`: for waiting on the server; `upload`: added with files."""

    def __init__(
        self,
        connections: int = 32,
        *,
        connect: float = CONNECT_SECONDS,
        read: float = READ_SECONDS,
        upload: float = UPLOAD_SECONDS,
    ) -> None:
        self._connections = connections
        self._connect, self._read, self._upload = connect, read, upload
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of a 2xx answer, or of a refusal in the Bot API's form; anything else raises."""
        del pool_timeout  # to aiohttp, waiting for a free connection is part of connecting
        if self._session is None:
            raise NotSent("the request class is not initialised")
        upload = _or(write_timeout, self._upload) if request_data and request_data.contains_files else 0.0
        timeout = stages(_or(connect_timeout, self._connect), upload, _or(read_timeout, self._read))
        failure: TelegramError | None
        try:
            async with self._session.request(
                method, url, data=body(request_data), timeout=timeout, allow_redirects=False
            ) as response:
                status, payload = response.status, await response.read()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = _failure(error)
        else:
            failure = _objection(status, payload, download=method == "GET")
        if failure is not None:
            raise failure
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's object. Unlike the library's own, it never logs or repeats what it could not read."""
        answer = _object(payload)
        if answer is None:
            raise BadAnswer("not a JSON object")
        return answer


def stages(connect: float | None, upload: float | None, read: float | None) -> aiohttp.ClientTimeout:
    """The whole may last as long as its stages together, so only one after connecting can overrun it."""
    endless = connect is None or upload is None or read is None
    total = None if endless else (connect or 0) + (upload or 0) + (read or 0)
    # aiohttp rounds what is above this threshold up to whole seconds of its clock.
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_connect=connect, sock_read=read, ceil_threshold=math.inf)


def body(data: RequestData | None) -> aiohttp.FormData | None:
    """The parameters as a form, multipart if there are files."""
    if data is None:
        return None
    # Telegram takes file names as they are written: percent signs would stay in them.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def _or(value: ODVInput[float], default: float) -> float | None:
    return default if isinstance(value, DefaultValue) else value


def _failure(error: Exception) -> TelegramError:
    """What an exception of the connection means. The order matters: InvalidURL is a ValueError too."""
    name = type(error).__name__
    if isinstance(error, BEFORE_WRITING):
        return NotSent(name)
    if isinstance(error, TimeoutError):
        return TimedOut(name)
    if isinstance(error, ValueError):  # half a surrogate pair, a line break in a file name: no form can be made of it
        return BadRequest(f"cannot be encoded ({name})")
    if isinstance(error, aiohttp.ClientPayloadError):
        return BadAnswer(name)
    return NetworkError(name)


def _objection(status: int, payload: bytes, *, download: bool) -> TelegramError | None:
    """Why this answer cannot be handed on to the library, which would misread it or repeat its body in an error."""
    if status >= 500:
        return ServerFailed(f"status {status}")
    if status < 300:
        return None if download or b'"result"' in payload else BadAnswer(f"status {status} without a result")
    answer = _object(payload)
    if status < 400 or answer is None or answer.get("ok") is not False:
        return BadAnswer(f"status {status} without a reason")
    if status == 429:
        return Flooded((answer.get("parameters") or {}).get("retry_after") or UNNAMED_FLOOD_SECONDS)
    if status not in MAPPED_BY_LIBRARY:
        return BadRequest(str(answer.get("description")))
    return None


def _object(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(payload)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
