"""故障: what goes wrong on order: answers that fail, hang or come late, lines that are cut, updates that come twice or broken.

An order strikes calls by method (`send*`), chat, share and time; the deed may have been done before the answer is lost.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import Any

CALLS = frozenset({"error", "reset", "hang", "slow", "outage"})
UPDATES = frozenset({"duplicate", "reorder", "malformed"})
EVERYTHING = "*"


@dataclass(slots=True)
class Order:
    """`after` and `lasts` in real seconds from when it was placed; `times` is how often it may strike, None without end.

    `seconds` is how slow, how long a hang is kept open, or how long an update is held back; `status` and `retry_after` are of
    an `error`; `copies` of a duplicate. With `done` the deed is done before the fault shows.
    """

    kind: str
    method: str = EVERYTHING
    chat: int | None = None
    share: float = 1.0
    after: float = 0.0
    lasts: float | None = None
    times: int | None = None
    done: bool = False
    seconds: float = 60.0
    status: int = 502
    retry_after: int | None = None
    copies: int = 1
    struck: int = 0

    def meets(self, what: str, chat: int | None, elapsed: float) -> bool:
        in_time = elapsed >= self.after and (self.lasts is None or elapsed < self.after + self.lasts)
        wanted = self.chat is None or self.chat == chat
        return in_time and wanted and (self.times is None or self.struck < self.times) and fnmatchcase(what, self.method)


class Faults:
    """The orders in force. The same seed and the same calls meet the same faults."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.since = now()
        self.orders: list[Order] = []
        self.dice = Random(0)

    def place(self, orders: list[Order], seed: int = 0) -> None:
        """These from now on, and no others."""
        self.since, self.orders, self.dice = self.now(), orders, Random(seed)

    def strike(self, what: str, chat: int | None, kinds: frozenset[str] = CALLS) -> Order | None:
        """The first order that strikes this call or update, counted; None mostly."""
        if not self.orders:
            return None
        for order in self._met(what, chat, kinds):
            if order.share >= 1 or self.dice.random() < order.share:
                order.struck += 1
                return order
        return None

    def _met(self, what: str, chat: int | None, kinds: frozenset[str]) -> Iterator[Order]:
        elapsed = self.now() - self.since
        for order in self.orders:
            if order.kind in kinds and order.meets(what, chat, elapsed):
                yield order

    def out(self) -> bool:
        """Whether nothing of this Telegram can be reached, and it reaches nobody."""
        return any(order.share >= 1 for order in self._met(EVERYTHING, None, frozenset({"outage"})))

    def told(self) -> list[dict[str, Any]]:
        return [asdict(order) for order in self.orders]
