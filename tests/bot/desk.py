"""A desk with a runner at it: errands are done one by one when told, over a shelf of files that plays Telegram's."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from bot.runner import Runner
from bot.sandbox.cast import SECRETARY
from models import roster
from models.card import Answer
from models.errand import Errand
from models.member import Actor, actor
from tests.bot.machine import Machine, number


@dataclass
class Shelf:
    """Telegram's side of a file: `script` is used up call by call, then the content is given."""

    content: bytes
    script: list[BaseException] = field(default_factory=list)
    asked: int = 0

    async def get_file(self, _: str) -> "Shelf":
        self.asked += 1
        if self.script:
            raise self.script.pop(0)
        return self

    async def download_as_bytearray(self, **_: Any) -> bytearray:
        return bytearray(self.content)


@dataclass
class Desk:
    """The secretary of a machine's branch sends rosters and taps."""

    machine: Machine
    shelf: Shelf
    runner: Runner = field(init=False)

    def __post_init__(self) -> None:
        self.runner = Runner(cast(Any, self.shelf), self.machine.dispatcher.holder, self.machine.now, lambda: None)

    async def secretary(self) -> Actor:
        return await actor(number(SECRETARY), self.machine.time)

    async def offered(self, name: str = "名册.csv") -> Errand:
        """The errand of a file just sent."""
        file = {"id": "a file", "name": name, "size": len(self.shelf.content)}
        await roster.offer(await self.secretary(), self.machine.bot.id, file, self.machine.time)
        return await Errand.all().order_by("-id").get()

    async def taps(self, one: Errand, choice: int) -> Answer:
        return await roster.decide(await self.secretary(), one.id, choice, self.machine.time)

    async def works(self) -> int:
        """Does what is due; how many attempts that took."""
        done = 0
        while await self.runner.step():
            done += 1
        return done

    async def says(self) -> str:
        """What the secretary reads last, once everything is delivered."""
        self.machine.time += timedelta(seconds=10)
        await self.machine.dispatcher.idle()
        seen = await self.machine.world.last(number(SECRETARY))
        return str(seen["text"]) if seen else ""
