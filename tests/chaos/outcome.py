"""What a row of the table says: what is promised, what was measured, and whether that holds."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.chaos.ground import Ground


@dataclass(frozen=True, slots=True)
class Measured:
    """`findings` are the broken promises, plainly; none: it holds. `skipped`: why it could not be played at all."""

    told: str
    findings: tuple[str, ...] = ()
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    row: str
    promised: str
    measured: Measured

    @property
    def held(self) -> bool:
        return not self.measured.findings


Play = Callable[[int, str, Ground], Awaitable[Measured]]


@dataclass(frozen=True, slots=True)
class Row:
    """`means`: how the fault is played, where it is not the real one; `chance`: whether it is another with each seed."""

    name: str
    fault: str
    promised: str
    play: Play
    means: str = ""
    chance: bool = False

    async def __call__(self, seed: int, size: str, ground: Ground) -> Outcome:
        return Outcome(self.name, self.promised, await self.play(seed, size, ground))
