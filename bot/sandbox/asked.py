"""What the stage was asked: a JSON object read field by field, each refusal a sentence."""

import json
import math
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.sandbox.clock import instant
from bot.sandbox.errors import StageError
from bot.sandbox.wire import TooLarge, body

LARGEST = 2**53


class Asked:
    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def _value(self, name: str, kind: type | tuple[type, ...]) -> Any:
        if self.given.get(name) is None:
            raise StageError(400, "missing", name=name)
        value = self.given[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise StageError(400, "wrong_type", name=name)
        return value

    def has(self, name: str) -> bool:
        return self.given.get(name) is not None

    def whole(self, name: str) -> int:
        value: int = self._value(name, int)
        if abs(value) >= LARGEST:
            raise StageError(400, "out_of_range", name=name)
        return value

    def seconds(self, name: str, most: float) -> float:
        value = float(self._value(name, (int, float)))
        if not math.isfinite(value) or not 0 <= value <= most:
            raise StageError(400, "out_of_range", name=name)
        return value

    def text(self, name: str) -> str:
        value: str = self._value(name, str)
        try:
            value.encode()
        except UnicodeEncodeError:
            raise StageError(400, "wrong_type", name=name) from None
        return value

    def flag(self, name: str) -> bool:
        value: bool = self._value(name, bool)
        return value

    def flag_or_no(self, name: str) -> bool:
        return self.flag(name) if self.has(name) else False

    def object(self, name: str) -> dict[str, Any]:
        value: dict[str, Any] = self._value(name, dict)
        return value

    def objects(self, name: str) -> list["Asked"]:
        rows = self._value(name, list) if self.has(name) else []
        if not all(isinstance(row, dict) for row in rows):
            raise StageError(400, "wrong_type", name=name)
        return [Asked(row) for row in rows]

    def wholes(self, name: str) -> list[int]:
        rows = self._value(name, list) if self.has(name) else []
        if not all(type(row) is int and abs(row) < LARGEST for row in rows):
            raise StageError(400, "wrong_type", name=name)
        return [int(row) for row in rows]

    def instant(self, name: str) -> datetime:
        try:
            return instant(self.text(name))
        except (ValueError, OverflowError):
            raise StageError(400, "bad_time") from None

    def later(self, now: datetime) -> datetime:
        """The instant asked for by {"to": ISO} or {"seconds": n}."""
        if self.has("to"):
            return self.instant("to")
        return now + timedelta(seconds=self.seconds("seconds", 200 * 366 * 86400))


async def asked(request: web.BaseRequest) -> Asked:
    try:
        given = json.loads(await body(request))
    except TooLarge:
        raise StageError(413, "too_large") from None
    except (ValueError, RecursionError):
        raise StageError(400, "not_json") from None
    if not isinstance(given, dict):
        raise StageError(400, "not_json")
    return Asked(given)


def number_in(request: web.BaseRequest, name: str, default: int | None = None) -> int:
    """A whole number of the address's query."""
    written = request.query.get(name)
    if written is None:
        if default is None:
            raise StageError(400, "missing", name=name)
        return default
    try:
        value = int(written) if len(written) < 20 else LARGEST
    except ValueError:
        raise StageError(400, "wrong_type", name=name) from None
    if abs(value) >= LARGEST:
        raise StageError(400, "out_of_range", name=name)
    return value
