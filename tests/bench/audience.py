"""Those who press, and look at what the bot does: through the sandbox, at next to no cost for the machine."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.visitor import Visitor
from tests.bench.line import dialled
from tests.bench.workload import JOIN, LEAVE, Press, Workload

LINES = 8  # connections the presses come in by
LOOK_EVERY = 0.5  # seconds; looking costs the sandbox time, which is not the bot's
STALLED = 15.0  # seconds without an answer: no more will come
Buttons = dict[tuple[int, str], tuple[int, str]]


@dataclass(slots=True)
class Seen:
    """What the sandbox has seen of a bot. Instants are of the system's monotonic clock, which all processes share."""

    answered: dict[str, float] = field(default_factory=dict)  # press: when its answer came
    calls: int = 0  # of the Bot API but for getUpdates
    flooded: int = 0  # of them, refused with 429
    sent: list[float] = field(default_factory=list)  # when each sendMessage that arrived came
    polled: bool = False

    def note(self, call: dict[str, Any]) -> None:
        if call["method"] == "getUpdates":
            self.polled = True
            return
        self.calls += 1
        self.flooded += call["status"] == 429
        if call["method"] == "answerCallbackQuery" and call["status"] == 200:
            self.answered[call["arguments"]["callback_query_id"]] = call["at"]
        if call["method"] == "sendMessage" and call["status"] == 200:
            self.sent.append(call["at"])


class Audience:
    """`world` is the sandbox at `url`."""

    def __init__(self, world: Visitor) -> None:
        self.world, self.mark = world, 0

    async def skip(self) -> None:
        """What came until now is of no interest."""
        self.mark = (await self.world.ask("GET", "log", params={"after": 10**9}))["last"]

    async def look(self, seen: Seen) -> None:
        """Adds what came since the last look."""
        for call in await self.world.log(after=self.mark):
            if call["status"] is None and call["method"] != "getUpdates":
                return  # still under way; it and what follows are looked at next time
            self.mark = call["seq"]
            seen.note(call)

    async def buttons(self, work: Workload) -> Buttons:
        """Where each button of each group's card is."""
        found: Buttons = {}
        for branch in work.branches:
            for message in await self.world.sees(branch.group):
                for button in (button for row in message["buttons"] for button in row if button["text"] in (JOIN, LEAVE)):
                    found[branch.group, button["text"]] = message["message_id"], button["data"]
        return found

    async def press(self, buttons: Buttons, presses: list[Press], rate: float | None = None) -> dict[str, float]:
        """Presses in this order, all at once or so many a second; the presses and when each was made."""
        lines = [await dialled(self.world.url) for _ in range(LINES)]
        numbers, began, made = iter(range(len(presses))), time.monotonic(), dict[str, float]()

        async def hand_in() -> None:
            line = lines.pop()
            for number in numbers:
                each = presses[number]
                if rate is not None:
                    await asyncio.sleep(began + number / rate - time.monotonic())
                at = time.monotonic()
                made[await line.tap(each.member, each.group, *buttons[each.group, each.label])] = at
            line.close()

        await asyncio.gather(*(hand_in() for _ in range(LINES)))
        return made

    async def answers(self, seen: Seen, count: int) -> None:
        """Looks until so many presses were answered, or nothing comes any more."""
        before, since = -1, time.monotonic()
        while len(seen.answered) < count and time.monotonic() - since < STALLED:
            if len(seen.answered) > before:
                before, since = len(seen.answered), time.monotonic()
            await asyncio.sleep(LOOK_EVERY)
            await self.look(seen)

    async def polled(self, seconds: float = 60) -> None:
        """Returns when the bot asks for updates."""

        async def once() -> bool:
            seen = Seen()
            await self.look(seen)
            return seen.polled

        await self.world.until(once, seconds=seconds)
