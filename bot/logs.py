"""Logs: one line a record, text or JSON, with no bot token in any of them, and a counter for every action."""

import json
import logging
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from types import TracebackType
from typing import IO, Any, Literal

# In a URL the colon of a token may be written %3A.
TOKEN = re.compile(r"[0-9]{6,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
# Below WARNING these log URLs with the token, whole updates or the values of queries.
TALKATIVE = ("httpx", "httpcore", "telegram", "tortoise", "aiosqlite", "asyncpg", "aiohttp", "asyncio", "apscheduler")
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_counts: Counter[str] = Counter()


def setup(level: str = "INFO", fmt: Literal["text", "json"] = "text", stream: IO[str] | None = None) -> None:
    """Log to `stream` (default: stderr) from now on, replacing what was set up before."""
    output = Output(stream or sys.stderr)
    output.setLevel(level)
    output.setFormatter(JsonLines() if fmt == "json" else TextLines())
    output.addFilter(Redaction())
    root = logging.getLogger()
    others = [each for each in root.handlers if not isinstance(each, Output | Counting)]
    root.handlers = [*others, output, Counting()]
    # Actions are counted at INFO even when the output says less.
    root.setLevel(min(output.level, logging.INFO))
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(output.level, logging.WARNING))
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught


def count(action: str, by: int = 1) -> None:
    """Count an action that is too frequent for a line of its own."""
    _counts[action] += by


def counters() -> Counter[str]:
    """How often each action happened since the process started; a copy."""
    return Counter(_counts)


def redact(text: str) -> str:
    return TOKEN.sub("[token]", text)


class Output(logging.StreamHandler[IO[str]]):
    """Writes what cannot be encoded, such as half a surrogate pair, as an escape instead of losing the line."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).encode(errors="backslashreplace").decode()


class Counting(logging.Handler):
    """Counts each record that has an action, once, however many handlers write it."""

    def emit(self, record: logging.LogRecord) -> None:
        action = getattr(record, "action", None)
        if action is not None:
            count(str(action))


class Redaction(logging.Filter):
    """Takes tokens out of everything a record may show: message and arguments, extras, exception, stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(_message(record)), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_text = record.exc_text and redact(record.exc_text)
        record.stack_info = record.stack_info and redact(record.stack_info)
        for name, value in extras(record).items():
            setattr(record, name, _scrub(value))
        return True


class TextLines(logging.Formatter):
    """`time LEVEL logger message action=… key=…`, and below it the exception."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        pairs = "".join(f" {name}={_brief(value)}" for name, value in extras(record).items())
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n") + pairs


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, the extras, exception."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name, value in extras(record).items():
            line.setdefault(name, value)  # an extra cannot pose as one of the four above
        if record.exc_info:
            line["exception"] = record.exc_text or self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = record.stack_info
        return json.dumps(line, ensure_ascii=False, default=str)


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller passed as `extra`."""
    return {name: value for name, value in vars(record).items() if name not in STANDARD}


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # an argument's own __str__ may raise anything, and no log line may break its caller
        return f"{record.msg!s} (arguments not shown: {type(error).__name__})"


def _scrub(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, dict):
        return {redact(str(key)): _scrub(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrub(each) for each in value]
    return redact(str(value))


def _brief(value: object) -> str:
    text = str(value)
    return text if re.fullmatch(r"[^\s\"=]+", text) else json.dumps(text, ensure_ascii=False)


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(__name__).critical(
        "ended by an error nobody caught", exc_info=(kind, error, trace), extra={"action": "process.crashed"}
    )
