"""What was measured, as a line and as a table, and the bars it has to clear."""

from dataclasses import dataclass
from statistics import median

NEEDED = 800  # presses a second
TIMES = 2.0  # as many as aiogram with SQLAlchemy
START = 3.0  # seconds from the start of the process to its first answer
OURS, PEER = "branchlife", "aiogram + SQLAlchemy"
HEAD = f"{'':30} {'cards':8} {'a second':>15} {'CPU':>8} {'calls':>6} {'429':>5} {'answered':>10} {'right':>6}   start   MiB"


@dataclass(frozen=True, slots=True)
class Figures:
    """One bot's run. `cpu`: its processor seconds; `exactly`: every press done once, and the last of each member stands."""

    bot: str
    database: str
    work: str
    presses: int
    answered: int
    seconds: float
    cpu: float
    calls: int
    flooded: int
    start: float
    memory: float
    load: float
    exactly: bool
    statements: int
    hops: int

    @property
    def rate(self) -> float:
        return (self.answered - 1) / self.seconds if self.seconds > 0 else 0.0

    def line(self) -> str:
        each = f"{self.database:9} {self.work:9} {self.bot:30} {self.rate:6.0f}/s, {self.cost:.2f} ms CPU, load {self.load:.2f}"
        asked = f", {self.statements / self.presses:.1f} statements and {self.hops / self.presses:.1f} hops a press"
        return each + (asked if self.statements else "") + ("" if self.exactly else ", NOT RIGHT")

    @property
    def cost(self) -> float:
        """Processor milliseconds of the bot a press."""
        return self.cpu / max(self.answered - 1, 1) * 1000


def table(found: list[Figures]) -> str:
    """The median of the rounds, and their range."""
    lines = []
    for database in dict.fromkeys(each.database for each in found):
        lines += ["", database, HEAD]
        for key in dict.fromkeys((each.bot, each.work) for each in found if each.database == database):
            lines.append(row([each for each in found if (each.bot, each.work) == key and each.database == database]))
    return "\n".join(lines)


def row(rounds: list[Figures]) -> str:
    one, rates = rounds[0], [each.rate for each in rounds]
    span = f"{median(rates):.0f}" + (f" ({min(rates):.0f}–{max(rates):.0f})" if len(rounds) > 1 else "")
    cost, calls = median(each.cost for each in rounds), median(each.calls / each.presses for each in rounds)
    answered, right = min(each.answered for each in rounds), all(each.exactly for each in rounds)
    flooded, start = max(each.flooded for each in rounds), median(each.start for each in rounds)
    memory = max(each.memory for each in rounds)
    return (
        f"{one.bot:30} {one.work:8} {span:>15} {cost:5.2f} ms {calls:6.2f} {flooded:5} {answered:5}/{one.presses:<4}"
        f" {'yes' if right else 'NO':>6} {start:5.2f} s {memory:5.0f}"
    )


def judged(found: list[Figures]) -> list[str]:
    """What falls short, a sentence each."""
    short = []
    for key in dict.fromkeys((each.database, each.work) for each in found if each.bot == OURS):
        here = [each for each in found if (each.database, each.work) == key]
        ours, peer = ([each for each in here if each.bot == name] for name in (OURS, PEER))
        rate, where = median(each.rate for each in ours), " · ".join(key)
        if not all(each.exactly and each.answered == each.presses for each in ours):
            short.append(f"{where}: not every press exactly once")
        if rate < NEEDED:
            short.append(f"{where}: {rate:.0f} a second, not {NEEDED}")
        if peer and rate < TIMES * (other := median(each.rate for each in peer)):
            short.append(f"{where}: {rate / other:.1f} times {PEER}, not {TIMES:.0f}")
        if max(each.start for each in ours) > START:
            short.append(f"{where}: starting took more than {START:.0f} s")
    return short
