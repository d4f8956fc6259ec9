"""Three clocks, never mixed.

Civil time (`now`) rules what is due, windows, expiry and links. Only the sandbox may move it, and only forwards.
Monotonic time (`ticks`) rules throttles, back-off and time-outs, and nothing moves it.
The database's time rules leases shared between machines; it lives in SQL (`models.lease`).
"""

import time
from datetime import UTC, datetime, timedelta

ticks = time.monotonic


class ClockFixed(RuntimeError):
    """Civil time was asked to move where it may not: in production, or backwards."""


class Civil:
    """Civil time as an offset to the machine's; one object serves the process."""

    def __init__(self) -> None:
        self.offset = timedelta()
        self.movable = False

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def travel(self, to: datetime) -> None:
        if not self.movable:
            raise ClockFixed("the clock moves in the sandbox only")
        ahead = to - self.now()
        if ahead < timedelta(0):
            raise ClockFixed("the clock moves forwards only")
        self.offset += ahead


civil = Civil()


def now() -> datetime:
    """The civil instant, aware, in UTC."""
    return civil.now()
