"""Whatever people do to an attendance sheet in whatever order: every record of it says what its lines say, and adds up."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random

import pytest

from models.card import Refusal
from models.draft import Question
from models.gathering import Choice, Gathering, Record
from models.gathering.entering import observed
from models.gathering.record import LOCK
from models.gathering.sheet import STANDINGS, counted, lines, observers
from models.gathering.sign_in import By
from models.member import Membership
from tests.cast import NOW, Cast, answers, settle
from tests.models.gathering.signing import ENDS, here, opened, press, why

PEOPLE = ("secretary", "member", "probationary", "offline", "former")
STEPS = 25


class Day:
    """One gathering and chance."""

    def __init__(self, cast: Cast, gathering: Gathering, chance: Random) -> None:
        self.cast, self.gathering, self.chance, self.now = cast, gathering, chance, NOW

    def deeds(self) -> list[Callable[[], Awaitable[object]]]:
        return [self.signs_in, self.is_entered, self.is_corrected, self.brings_a_guest, self.counts_as, self.joins, self.leaves]

    async def signs_in(self) -> None:
        await press(
            self.cast, self.chance.choice(["member", "probationary", "former"]), "sign_in", self.number, By.BUTTON, self.now
        )

    async def is_entered(self) -> None:
        await press(self.cast, "secretary", "enter", self.number, here(self.cast, self.chance.choice(PEOPLE)), self.now)

    async def is_corrected(self) -> None:
        await why(self.cast, "secretary", self.gathering, self.chance.choice(PEOPLE), self.chance.choice(STANDINGS))

    async def brings_a_guest(self) -> None:
        asked, by = Question("sign_in.observers", {"gathering": self.number}), await self.cast.secretary.acting(self.now)
        await observed(by, self.cast.bot.id, asked, f"guest {self.chance.choice('abc')}", self.now)
        if self.chance.random() < 0.5:
            await press(self.cast, "secretary", "unobserve", (await observers(self.number))[0]["id"], 1, self.now)

    async def counts_as(self) -> None:
        await press(self.cast, "secretary", "record_kind", self.number, self.chance.randint(1, 3), self.now)

    async def joins(self) -> None:
        newcomer = await settle(f"newcomer {self.chance.random()}", self.cast.branch, telegram=False)
        await press(self.cast, "secretary", "enter", self.number, newcomer.id * 16 + 1, self.now)

    async def leaves(self) -> None:
        await Membership.filter(member_id=self.cast.former.id).update(until_at=NOW)

    async def ends(self) -> None:
        await press(self.cast, "secretary", "end_sign_in", self.number, 1, self.gathering.starts_at)
        self.now = ENDS

    @property
    def number(self) -> int:
        return int(self.gathering.id)

    async def adds_up(self) -> None:
        sheet, guests = counted(line.standing for line in await lines(self.number)), len(await observers(self.number))
        for one in await Record.filter(gathering_id=self.number):
            assert one.expected == one.present + one.on_leave + one.absent
            assert (one.expected, one.present, one.on_leave, one.absent, one.observers) == (
                *(sheet.expected, sheet.present, sheet.on_leave, sheet.absent),
                guests,
            )


@pytest.mark.parametrize("seed", range(4))
async def test_the_record_says_what_its_lines_say_after_every_deed(cast: Cast, seed: int) -> None:
    chance = Random(seed)
    day = Day(cast, await opened(cast, probationary=Choice.LEAVE), chance)
    for step in range(STEPS):
        with suppress(Refusal):
            await (day.ends() if step == STEPS // 2 else chance.choice(day.deeds())())
        await day.adds_up()
    assert await Record.filter(gathering_id=day.number).exists()
    await press(cast, "secretary", "lock_record", day.number, LOCK, ENDS)
    for deed in day.deeds():
        with suppress(Refusal):
            await deed()
        await day.adds_up()
    with pytest.raises(Refusal):
        await answers(cast.member, day.gathering, now=ENDS)
    await day.adds_up()
