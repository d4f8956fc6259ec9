"""What the page is told as it happens (server-sent events). Costs one addition when nobody listens."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from secrets import token_hex
from typing import Any

KEPT = 500
BEHIND = 1000
RELOAD = b"event: reload\ndata: {}\n\n"


class Feed:
    """Events are numbered; `boot` tells one process from the next, so that a number is never mistaken."""

    def __init__(self) -> None:
        self.boot = token_hex(4)
        self.number = 0
        self.recent: deque[tuple[int, bytes]] = deque(maxlen=KEPT)
        self.listeners: set[asyncio.Queue[bytes]] = set()

    @property
    def mark(self) -> str:
        return f"{self.boot}.{self.number}"

    def publish(self, kind: str, make: Callable[[], Any]) -> None:
        self.number += 1
        if not self.listeners:
            self.recent.clear()  # a gap: who comes back later reloads
            return
        data = json.dumps(make(), ensure_ascii=False)
        frame = f"id: {self.mark}\nevent: {kind}\ndata: {data}\n\n".encode()
        self.recent.append((self.number, frame))
        for listener in self.listeners:
            self._tell(listener, frame)

    def _tell(self, listener: asyncio.Queue[bytes], frame: bytes) -> None:
        if listener.qsize() < BEHIND:
            listener.put_nowait(frame)
            return
        while not listener.empty():  # too slow to follow: forget the backlog, let it load the state anew
            listener.get_nowait()
        listener.put_nowait(f"id: {self.mark}\n".encode() + RELOAD)

    def listen(self, after: str) -> asyncio.Queue[bytes]:
        """A queue that begins with what was missed since the mark `after`."""
        listener: asyncio.Queue[bytes] = asyncio.Queue()
        for frame in self._missed(after):
            listener.put_nowait(frame)
        self.listeners.add(listener)
        return listener

    def _missed(self, after: str) -> list[bytes]:
        boot, _, digits = after.partition(".")
        last = int(digits) if digits.isdecimal() and len(digits) < 16 else -1
        if boot == self.boot and last == self.number:
            return []
        if boot == self.boot and self.recent and self.recent[0][0] <= last + 1 <= self.number:
            return [frame for number, frame in self.recent if number > last]
        return [f"id: {self.mark}\n".encode() + RELOAD]
