"""Whether anything gets through at all: what a Telegram that is down does to one message, it does to every other."""

from collections.abc import Callable

STRANGE = 5  # outcomes unknown in a row, with no answer in between: it is not the messages
LONGEST_REST = 10.0  # seconds between two tries when nothing gets through


class Breaker:
    """Counts outcomes; when nothing but unknown ones come home, it lets everything `rest`, each time for longer."""

    def __init__(self, ticks: Callable[[], float], rest: Callable[[float], None]) -> None:
        self.ticks, self.rest = ticks, rest
        self.unknowns = self.rests = 0
        self.shut_until = float("-inf")

    @property
    def strange(self) -> bool:
        """One message at a time is to try whether it is over."""
        return self.unknowns >= STRANGE

    def unknown(self) -> None:
        self.unknowns += 1
        if self.strange and self.ticks() >= self.shut_until:  # what was under way comes home in a crowd
            seconds = min(2.0**self.rests, LONGEST_REST)
            self.shut_until, self.rests = self.ticks() + seconds, self.rests + 1
            self.rest(seconds)

    def answered(self) -> None:
        """Telegram said something definite."""
        self.unknowns = self.rests = 0
