"""What the checker reads: a call as the sandbox logged it, a delivery as the database keeps it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.card import Action, BadCode
from models.database import rows
from models.outbox import PROMISES

Json = dict[str, Any]

NEW = frozenset({"sendMessage", "sendPhoto", "sendDocument"})
PACED = ("send", "edit")


@dataclass(frozen=True, slots=True)
class Call:
    """`at` in the sandbox's monotonic seconds, `civil` in seconds since 1970. `delivery` is the number in the buttons,
    `message` the number it got; None where nothing was done.
    """

    at: float
    civil: float
    method: str
    chat: int | None
    text: str = ""
    delivery: int | None = None
    message: int | None = None
    status: int | None = 200
    fault: str | None = None
    error: str = ""
    query: str = ""

    @property
    def arrived(self) -> bool:
        """A new message somebody sees, whatever the bot was told of it."""
        return self.method in NEW and self.message is not None

    @property
    def paced(self) -> bool:
        return self.method.startswith(PACED) and self.method != "sendChatAction"


@dataclass(frozen=True, slots=True)
class Debt:
    """A delivery at the end; instants in seconds since 1970. `chat` is Telegram's number of whom it is owed to."""

    id: int
    kind: str
    key: str
    state: str
    chat: int | None
    message_id: int | None
    created_at: float = 0.0
    due_at: float = 0.0
    expire_at: float | None = None
    reason: str = ""

    @property
    def at_least_once(self) -> bool:
        return PROMISES[self.kind].again


def call(entry: Json) -> Call:
    given = entry["arguments"]
    chat = given.get("chat_id")
    return Call(
        at=entry["at"],
        civil=datetime.fromisoformat(entry["civil"]).timestamp(),
        method=entry["method"],
        chat=int(chat) if chat is not None else None,
        text=str(given.get("text") or given.get("caption") or ""),
        delivery=next(numbers(given.get("reply_markup")), None),
        message=entry.get("message_id"),
        status=entry["status"],
        fault=entry["fault"],
        error=entry["error"] or "",
        query=str(given.get("callback_query_id", "")),
    )


def numbers(markup: Any) -> Iterator[int]:
    """The deliveries a keyboard names."""
    keyboard = json.loads(markup) if isinstance(markup, str) else markup or {}
    for button in (button for row in keyboard.get("inline_keyboard", ()) for button in row):
        try:
            number = Action.parse(button.get("callback_data", "")).delivery
        except BadCode:
            continue
        if number:
            yield number


DEBTS = """
SELECT d.id, d.kind, d.key, d.state, d.message_id, d.created_at, d.due_at, d.expire_at, d.reason,
  COALESCE(a.telegram_id, c.chat_id, d.address) AS chat
FROM delivery d LEFT JOIN account a ON a.member_id = d.member_id LEFT JOIN chat c ON c.id = d.chat_id
WHERE d.kind <> 'erase' ORDER BY d.id
"""


async def debts() -> list[Debt]:
    """All that was ever owed in the connected database."""
    instants = ("created_at", "due_at", "expire_at")
    return [
        Debt(**row | {name: row[name] / 1000 if row[name] is not None else None for name in instants})
        for row in await rows(DEBTS)
    ]
