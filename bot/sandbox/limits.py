"""How often the bot may write: sliding windows of the token, of a chat and of a group, answered by 429 with retry_after.

Sends and edits share them. Real seconds count, never the sandbox's civil clock. `SLACK` is forgiven, because calls that left
in time may arrive a little closer together than they left.
"""

import math
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.errors import ApiError

WHOLE = re.compile(r"-?[0-9]{1,18}")
SLACK = 0.1
MINUTE = 60.0
COUNTED = ("send", "edit", "forward", "copy", "stopPoll", "createForumTopic")
UNCOUNTED = frozenset({"sendChatAction"})


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages: of the token in a second, of a chat at once and in a second, of a group in a minute."""

    token: int = 30
    burst: int = 3
    chat: int = 1
    group: int = 20

    def scaled(self, times: float) -> "Rates":
        return Rates(*(max(round(each * times), 1) for each in (self.token, self.burst, self.chat, self.group)))


class Window:
    """At most `limit` in any `span` seconds."""

    def __init__(self, limit: int, span: float) -> None:
        self.limit, self.span = limit, span - SLACK
        self.taken: deque[float] = deque()

    def wait(self, now: float, more: int) -> float:
        while self.taken and self.taken[0] + self.span <= now:
            self.taken.popleft()
        over = len(self.taken) + more - self.limit
        return self.taken[min(over, len(self.taken)) - 1] + self.span - now if over > 0 and self.taken else 0.0

    def take(self, now: float, more: int) -> None:
        self.taken.extend([now] * more)


class Pace:
    """`rate` in a second in the long run, `burst` of them at once after a rest."""

    def __init__(self, rate: int, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self.owed_until = -math.inf

    def wait(self, now: float, more: int) -> float:
        return max(self.owed_until - SLACK - (self.burst - more) / self.rate - now, 0.0)

    def take(self, now: float, more: int) -> None:
        self.owed_until = max(self.owed_until, now) + more / self.rate


class Scope:
    """What is limited together. After a 429 nothing goes before its retry_after is over."""

    def __init__(self, *measures: Window | Pace) -> None:
        self.measures = measures
        self.shut_until = -math.inf

    def refuse(self, now: float, more: int) -> None:
        """Raises 429 when it is too soon."""
        if now >= self.shut_until:
            wait = max(each.wait(now, more) for each in self.measures)
            if wait <= 0:
                return
            self.shut_until = now + math.ceil(wait)
        raise too_many(math.ceil(self.shut_until - now))

    def take(self, now: float, more: int) -> None:
        for each in self.measures:
            each.take(now, more)


def too_many(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def aim(chat_id: object) -> int | None:
    """The chat that is written in a call, as far as it is a number."""
    written = str(chat_id).strip()
    return int(written) if WHOLE.fullmatch(written) else None


class Limits:
    """The limits of one token; without rates there are none. `now` is in real seconds."""

    def __init__(self, rates: Rates | None, now: Callable[[], float] = time.monotonic) -> None:
        self.rates, self.now = rates, now
        self.token = Scope(Window(rates.token, 1.0)) if rates else None
        self.chats: dict[int, Scope] = {}

    def charge(self, method: str, chat_id: int, messages: int = 1) -> None:
        """Count one call, or raise 429. A chat is judged before the token, and what is refused is not counted."""
        if self.rates is None or self.token is None or not method.startswith(COUNTED) or method in UNCOUNTED:
            return
        now, chat = self.now(), self.chats.get(chat_id) or self._chat(chat_id, self.rates)
        for scope in (chat, self.token):
            scope.refuse(now, messages)
        for scope in (chat, self.token):
            scope.take(now, messages)

    def _chat(self, chat_id: int, rates: Rates) -> Scope:
        minute = (Window(rates.group, MINUTE),) if chat_id < 0 else ()
        return self.chats.setdefault(chat_id, Scope(Pace(rates.chat, rates.burst), *minute))
