"""The sandbox's civil clock: real time plus an offset that only the stage moves."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
EARLIEST = datetime(2000, 1, 1, tzinfo=ZONE)
LATEST = datetime(2200, 1, 1, tzinfo=ZONE)


class Clock:
    def __init__(self) -> None:
        self.offset = 0.0

    def seconds(self) -> float:
        """Civil time as seconds since the epoch."""
        return time.time() + self.offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), ZONE)

    def set(self, instant: datetime) -> None:
        """Raise ValueError outside 2000–2199, where dates of messages would stop making sense."""
        if not EARLIEST <= instant < LATEST:
            raise ValueError("instant out of range")
        self.offset = instant.timestamp() - time.time()


def instant(text: str) -> datetime:
    """Read ISO 8601; without a zone it is Shanghai's. Raise ValueError on anything else."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def civil(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, ZONE).isoformat()
