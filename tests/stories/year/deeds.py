"""Plays the deeds of the table: what people say, tap and send, and when the service is off."""

import io
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from openpyxl import Workbook

from bot.sandbox.cast import GROUP
from bot.sandbox.visitor import Visitor
from tests.stories.year.branch import FACES, ServiceThen
from tests.stories.year.table import Deed

LINK = re.compile(r"\?start=(\S+)")
PATIENCE = 10.0  # seconds of the machine


class Player:
    """Goes through the year from deed to deed."""

    def __init__(self, world: Visitor, service: ServiceThen) -> None:
        self.world, self.service = world, service
        self.vain: list[str] = []  # deeds that came to nothing: the year goes on, the table will show why
        self.confirmed = 0  # the call of the log that confirmed the latest update
        self.verbs: dict[str, Callable[[str, str], Awaitable[None]]] = {
            "says": self.says,
            "taps": self.taps,
            "group:": self.taps_in_group,
            "reads": self.reads,
            "opens": self.opens,
            "roster:": self.sends_roster,
            "blocks": self.blocks,
            "unblocks": self.unblocks,
            "stops": self.stops,
            "starts": self.starts,
        }

    async def play(self, deed: Deed) -> None:
        await self.go(deed.when)
        verb, _, rest = deed.what.partition(" ")
        try:
            await self.verbs[verb](deed.who, rest)
        except AssertionError as vain:
            self.vain.append(f"in vain  {deed.when:%m-%d %H:%M}  {deed.who}  > {deed.what}: {vain}")
        await self.go(deed.when)

    async def go(self, when: datetime) -> None:
        """To the minute of a deed, and on until all that is due by now has left; the sandbox alone while the service is off."""
        ahead = (when - await self.world.clock()).total_seconds()
        if self.service.running:
            await self.world.travel(seconds=max(ahead, 0))
        elif ahead > 0:
            await self.world.clock(when)

    async def says(self, who: str, words: str) -> None:
        await self.heard((await self.world.says(number(who), words))["update_id"])

    async def taps(self, who: str, label: str) -> None:
        await self.press(number(who), label, number(who))

    async def taps_in_group(self, who: str, label: str) -> None:
        await self.press(number(who), label, GROUP.id)

    async def press(self, who: int, label: str, chat: int) -> None:
        """The newest button of that label, once it is there; an alert would say that something is wrong."""
        try:
            await self.world.until(lambda: self.offered(chat, label), PATIENCE)
        except TimeoutError:
            raise AssertionError("there is no such button") from None
        answer = await self.world.taps(who, label, chat=chat)
        assert answer is not None, "nobody answers"
        assert not answer.get("show_alert"), answer["text"]

    async def offered(self, chat: int, label: str) -> bool:
        shown = await self.world.sees(chat)
        return any(button["text"] == label for each in shown for row in each["buttons"] for button in row)

    async def reads(self, who: str, words: str) -> None:
        """Work that takes its time is over."""

        async def told() -> bool:
            message = await self.world.last(number(who))
            return message is not None and words in message["text"]

        await self.world.until(told, PATIENCE)

    async def opens(self, who: str, of: str) -> None:
        """The link somebody else was given for them."""

        async def given() -> str:
            found = [LINK.search(each["text"]) for each in await self.world.sees(number(of))]
            return next((one[1] for one in reversed(found) if one), "")

        await self.says(who, f"/start {await self.world.until(given, PATIENCE)}")

    async def sends_roster(self, who: str, line: str) -> None:
        person, status = line.split()
        content = sheet(["姓名", "所在党组织", "状态"], [FACES[person].name, GROUP.title, status])
        await self.heard((await self.world.sends(number(who), "名册.xlsx", content))["update_id"])

    async def blocks(self, who: str, _: str) -> None:
        await self.heard((await self.world.block(number(who)))["update_id"])

    async def unblocks(self, who: str, _: str) -> None:
        await self.heard((await self.world.block(number(who), False))["update_id"])

    async def stops(self, _: str, __: str) -> None:
        await self.service.stop()

    async def starts(self, _: str, __: str) -> None:
        await self.service.up()

    async def heard(self, update_id: int) -> None:
        """Waits until the service has done what an update says: then it asks for the next."""

        async def asked_on() -> bool:
            for call in await self.world.log(after=self.confirmed, method="getUpdates"):
                if int(call["arguments"].get("offset") or 0) > update_id:
                    self.confirmed = call["seq"]
                    return True
            return False

        await self.world.until(asked_on, PATIENCE)


def number(part: str) -> int:
    telegram_id = FACES[part].id
    assert telegram_id is not None, f"{part} has no Telegram"
    return telegram_id


def sheet(*rows: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()
