"""Telegram's rates, judged by arrival: an independent reading of the rules, not the sandbox's and not the throttle's. Pure."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.chaos.seen import Call

SLACK = 0.2  # seconds; calls that left in time may arrive closer together, the more so as the other side shares our cores
MINUTE = 60.0
ASKED = re.compile(r"retry after (\d+)")


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages of the token in any second; of a chat at once and in a second; of a group in any minute, edits included."""

    token: int = 30
    burst: int = 3
    chat: int = 1
    group: int = 20

    def scaled(self, times: int) -> "Limits":
        return Limits(self.token * times, self.burst * times, self.chat * times, self.group * times)


def exceeded(calls: Iterable[Call], limits: Limits) -> list[str]:
    """Every call that came too soon, accepted or not."""
    paced = [call for call in calls if call.paced]
    chats: dict[int | None, list[Call]] = defaultdict(list)
    for call in paced:
        chats[call.chat].append(call)
    found = [f"token: {crowd}" for crowd in crowded(paced, limits.token, 1.0)]
    for chat, some in chats.items():
        found += [f"chat {chat}: {late}" for late in hasty(some, limits)]
        if chat is not None and chat < 0:
            found += [f"group {chat}: {crowd}" for crowd in crowded(some, limits.group, MINUTE)]
    return found


def crowded(calls: Sequence[Call], limit: int, span: float) -> Iterable[str]:
    recent: deque[float] = deque()
    for call in calls:
        while recent and recent[0] <= call.at - (span - SLACK):
            recent.popleft()
        recent.append(call.at)
        if len(recent) > limit:
            yield f"{len(recent)} in {span:.0f} s, at {call.at:.2f} since {recent[0]:.2f}"


def hasty(calls: Sequence[Call], limits: Limits) -> Iterable[str]:
    """A bucket of `burst` that fills at `chat` a second."""
    left, before = float(limits.burst), None
    for call in calls:
        left = min(float(limits.burst), left + (call.at - before) * limits.chat) if before is not None else left
        left, before = left - 1, call.at
        if left < -SLACK * limits.chat:
            yield f"{-left:.2f} more than the burst allows"


def impatient(calls: Sequence[Call]) -> list[str]:
    """Calls to a chat before the `retry_after` of its last 429 was over."""
    shut: dict[int | None, float] = {}
    found = []
    for call in calls:
        if not call.paced:
            continue
        if call.at < shut.get(call.chat, 0) - SLACK:
            found.append(f"chat {call.chat} was called {shut[call.chat] - call.at:.1f} s too soon")
        if call.status == 429 and (asked := ASKED.search(call.error)):
            shut[call.chat] = max(shut.get(call.chat, 0), call.at + int(asked[1]))
    return found
