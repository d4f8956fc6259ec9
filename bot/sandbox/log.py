"""Every Bot API call as it came in: what tests and people read to know what the bot really did."""

import time
from dataclasses import dataclass
from typing import Any

from bot.sandbox.clock import Clock, civil
from bot.sandbox.files import Upload


@dataclass(slots=True)
class Call:
    """`status` is None while a long poll is still open, and where a `fault` left the bot without an answer.

    With a fault, `result` is what was done all the same; None when nothing was.
    """

    seq: int
    monotonic: float
    civil: float
    method: str
    via: str
    arguments: dict[str, Any]
    status: int | None = None
    result: Any = None
    error: str | None = None
    fault: str | None = None


class Log:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.calls: list[Call] = []

    def begin(self, method: str, via: str = "request") -> Call:
        call = Call(len(self.calls) + 1, time.monotonic(), self.clock.seconds(), method, via, {})
        self.calls.append(call)
        return call

    def after(self, seq: int, limit: int) -> list[dict[str, Any]]:
        return [entry(call) for call in self.calls[max(seq, 0) : max(seq, 0) + limit]]


def entry(call: Call) -> dict[str, Any]:
    shown = {
        "seq": call.seq,
        "at": call.monotonic,
        "civil": civil(call.civil),
        "method": call.method,
        "via": call.via,
        "arguments": {name: _argument(value) for name, value in call.arguments.items()},
        "status": call.status,
        "result": _result(call),
        "error": call.error,
        "fault": call.fault,
    }
    return shown | _place(call.result)


def _argument(value: Any) -> Any:
    if isinstance(value, Upload):
        return {"file": value.name, "size": len(value.content)}
    return value


def _result(call: Call) -> Any:
    if call.method == "getUpdates" and call.result is not None:
        return [update.get("update_id") for update in call.result]
    return call.result


def _place(result: Any) -> dict[str, Any]:
    if isinstance(result, dict) and "message_id" in result:
        return {"chat_id": result["chat"]["id"], "message_id": result["message_id"]}
    return {}
