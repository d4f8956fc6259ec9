"""Telegram's rates for one token: when the next call may go out. Pure; the caller sleeps, this only says how long.

The numbers are starting values: the real ones are unknown and change, so a 429 of the whole token lowers ours for a
while.
"""

import itertools
import math
from collections import deque
from collections.abc import Callable
from typing import Any

from bot.channels import Scope

MINUTE = 60.0
EDIT_GAP = 5.0  # seconds between two edits of one message of a group; a rate that needs less is taken at its word
# Waiting less than this could be too little to move a clock of doubles forward at all.
LEAST_WAIT = 1e-6
# This many chats limited within so many seconds are not to blame one by one: it is the token.
BLAME_CHATS, BLAME_SECONDS = 3, 10.0
SLOWER, RECOVERY_PER_MINUTE = 0.7, 1


class Window:
    """At most `limit` calls in any `span` seconds."""

    def __init__(self, limit: int, span: float) -> None:
        self.limit, self.span = limit, span
        self.taken: deque[float] = deque()

    def free_at(self, now: float, limit: int | None = None) -> float:
        """When one more fits, `now` or later; `limit` may be lower than the window's own for the moment."""
        while self.taken and self.taken[0] + self.span <= now:
            self.taken.popleft()
        over = len(self.taken) - (self.limit if limit is None else limit)
        return now if over < 0 else self.taken[over] + self.span

    def take(self, now: float) -> None:
        self.taken.append(now)

    def move(self, booked: float, now: float) -> None:
        """A call booked then leaves only now."""
        if booked in self.taken:
            self.taken.remove(booked)
            self.taken.append(now)


class Pace:
    """One call a second in the long run, `burst` of them at once after a rest."""

    def __init__(self, burst: int) -> None:
        self.burst = burst
        self.owed_until = -math.inf

    def free_at(self, now: float) -> float:
        return max(now, self.owed_until - (self.burst - 1))

    def take(self, now: float) -> None:
        self.owed_until = max(self.owed_until, now) + 1.0


class Chat:
    """What one chat has had lately; a negative id is a group or channel, where edits and sends share a minute."""

    def __init__(self, group: bool, burst: int, per_minute: int, edits: int) -> None:
        self.pace = Pace(burst)
        self.minute = Window(per_minute, MINUTE) if group else None
        self.edits = Window(edits, MINUTE) if group else None
        self.paused_until = -math.inf

    def free_at(self, now: float, edit: bool) -> float:
        windows = (self.minute, self.edits if edit else None)
        return max(self.pace.free_at(now), self.paused_until, *(each.free_at(now) for each in windows if each))

    def take(self, now: float, edit: bool) -> None:
        self.pace.take(now)
        if self.minute and self.edits:
            self.minute.take(now)
            if edit:
                self.edits.take(now)

    def move(self, booked: float, now: float) -> None:
        self.pace.owed_until += now - booked
        for window in filter(None, (self.minute, self.edits)):
            window.move(booked, now)

    def idle(self, now: float) -> bool:
        """Whether it can be forgotten: a new chat would be judged the same."""
        rested = self.pace.owed_until <= now and self.paused_until <= now
        return rested and not (self.minute and self.minute.taken and self.minute.taken[-1] + MINUTE > now)


class Tally:
    """The edits one message of a group has had lately: never two within the gap, and at most so many a minute."""

    def __init__(self, per_minute: int, gap: float) -> None:
        self.minute, self.gap = Window(per_minute, MINUTE), gap

    def free_at(self, now: float) -> float:
        last = self.minute.taken[-1] if self.minute.taken else -math.inf
        return max(self.minute.free_at(now), last + self.gap)

    def idle(self, now: float) -> bool:
        return self.minute.taken[-1] + MINUTE <= now


class Throttle:
    """The windows of one token. `now` is a monotonic clock in seconds.

    `wait` says how long until a call is allowed, `take` books it; both at the same instant, by the one dispatcher. `message` is
    the message of a group an edit is of.
    """

    def __init__(
        self,
        now: Callable[[], float],
        *,
        per_second: int = 30,
        chat_burst: int = 3,
        group_per_minute: int = 20,
        edits_per_minute: int = 8,
    ) -> None:
        self._now = now
        self._second = Window(per_second, 1.0)
        self._chat_rates = (chat_burst, group_per_minute, edits_per_minute)
        self._chats: dict[int, Chat] = {}  # the one not looked at for longest first
        self._edit_rates = (edits_per_minute, min(EDIT_GAP, MINUTE / edits_per_minute))
        self._tallies: dict[tuple[int, int], Tally] = {}  # by chat and message; the one not looked at for longest first
        self._paused_until = -math.inf
        self._slowed: tuple[float, int] | None = None  # since when, to which rate
        self._blamed: dict[int, float] = {}

    def __len__(self) -> int:
        """How many chats and messages are remembered."""
        return len(self._chats) + len(self._tallies)

    @property
    def per_second(self) -> int:
        """The token's rate at this moment: lowered by 30 % at a 429 of the token, then one more every minute."""
        if self._slowed is None:
            return self._second.limit
        since, rate = self._slowed
        minutes = int((self._now() - since) // MINUTE)
        return min(self._second.limit, rate + minutes * RECOVERY_PER_MINUTE)

    def wait(self, chat_id: int, edit: bool = False, message: int | None = None) -> float:
        """Seconds until this call is allowed; 0 is now."""
        now = self._now()
        free_at = max(self._paused_until, self._second.free_at(now, self.per_second))
        chat, tally = self._chats.get(chat_id), self._tallies.get((chat_id, message or 0))
        if chat is not None:
            free_at = max(free_at, chat.free_at(now, edit))
        if tally is not None:
            free_at = max(free_at, tally.free_at(now))
        return max(free_at - now, LEAST_WAIT) if free_at > now else 0.0

    def take(self, chat_id: int, edit: bool = False, message: int | None = None) -> float:
        """Book a call that is about to be made, and the instant of it; raises RuntimeError where `wait` does not say 0."""
        if self.wait(chat_id, edit, message) > 0:
            raise RuntimeError("a call was taken before its time")
        now = self._now()
        self._second.take(now)
        self._chat(chat_id).take(now, edit)
        if message is not None and chat_id < 0:
            self._tallies.setdefault((chat_id, message), Tally(*self._edit_rates)).minute.take(now)
        forget_idle(self._chats, now)
        forget_idle(self._tallies, now)
        return now

    def recall(self, chat_id: int, age: float) -> None:
        """A call made so many seconds ago, by a process that is no more; to be told of in their order."""
        then = self._now() - age
        self._second.take(then)
        self._chat(chat_id).take(then, False)

    def left(self, booked: float, chat_id: int, message: int | None = None) -> None:
        """A booked call leaves only now, because its words took their time; what counts on the other side is when it comes."""
        now = self._now()
        self._second.move(booked, now)
        if chat_id in self._chats:
            self._chats[chat_id].move(booked, now)
        if (chat_id, message or 0) in self._tallies:
            self._tallies[chat_id, message or 0].minute.move(booked, now)

    def rest(self, seconds: float) -> None:
        """The other side is away: nothing with that token for so long. It says nothing of our rate."""
        self._paused_until = max(self._paused_until, self._now() + seconds)

    def pause(self, scope: Scope, seconds: float, chat_id: int | None = None) -> None:
        """After a 429: nothing to that chat, or with that token, before `seconds` are over. Never shortens a pause."""
        now = self._now()
        if scope == "chat" and chat_id is not None:
            chat = self._chat(chat_id)
            chat.paused_until = max(chat.paused_until, now + seconds)
            if self._many_to_blame(chat_id, now):
                self._pause_token(now, seconds)
        else:
            self._pause_token(now, seconds)

    def _pause_token(self, now: float, seconds: float) -> None:
        if now >= self._paused_until:  # calls already on their way bring home the same 429: slow down once for all
            self._slowed = (now, max(1, int(self.per_second * SLOWER)))
        self._paused_until = max(self._paused_until, now + seconds)

    def _many_to_blame(self, chat_id: int, now: float) -> bool:
        self._blamed = {chat: at for chat, at in self._blamed.items() if at + BLAME_SECONDS > now} | {chat_id: now}
        return len(self._blamed) >= BLAME_CHATS

    def _chat(self, chat_id: int) -> Chat:
        return self._chats.setdefault(chat_id, Chat(chat_id < 0, *self._chat_rates))


def forget_idle(kept: "dict[Any, Chat] | dict[Any, Tally]", now: float) -> None:
    """Look at the two not looked at for longest: a call brings at most one, so memory keeps up."""
    for key in list(itertools.islice(kept, 2)):
        one: Any = kept.pop(key)
        if not one.idle(now):
            kept[key] = one
