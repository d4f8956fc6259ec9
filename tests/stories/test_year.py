"""The simulated year of a branch, over HTTP with the real service: everything that reached anybody is in the hand-made table
(`year/year.txt`), and nothing else did.
"""

import re
from pathlib import Path

import pytest

from bot.sandbox.visitor import Visitor
from tests.stories.year import table
from tests.stories.year.branch import house
from tests.stories.year.deeds import Player, number
from tests.stories.year.seen import Telling, differing, seen
from tests.stories.year.table import YEAR, Counts

END = YEAR.moment("12-31 20:00")
BOSS = number("secretary")
MONTHS = range(1, 13)
HELD = re.compile(r"实到／应到 [\d.]+%（(\d+)／(\d+)），请假 (\d+)，缺席 (\d+)")
TREND = re.compile(r"(\d+)月 (\d+)／(\d+)")


@pytest.mark.timeout(300)
async def test_a_year_of_a_branch_is_the_table_somebody_wrote_by_hand(database_url: str, tmp_path: Path) -> None:
    async with house(tmp_path, database_url) as (world, service):
        player = Player(world, service)
        for deed in YEAR.deeds():
            await player.play(deed)
        await player.go(END)
        if unlike := [*player.vain, *differing(await seen(world, Telling(YEAR)), YEAR.messages())]:
            pytest.fail("\n".join(["not as in the table", *unlike]), pytrace=False)  # whole; a long assertion would be cut
        assert {month: await counted(world, month) for month in MONTHS} == table.attendance()
        assert await trend(world) == {month: counts[1::-1] for month, counts in table.attendance().items()}


async def counted(world: Visitor, month: int) -> Counts:
    """What the secretary is told of a month; one without a theme day is 0, not missing."""
    text = await answered(world, f"/attendance 2026年{month}月", f"2026年{month}月出勤")
    found = HELD.search(text)
    if found is None:
        assert "应到 0，实到 0" in text, text
        return 0, 0, 0, 0
    present, expected, on_leave, absent = map(int, found.groups())
    return expected, present, on_leave, absent


async def trend(world: Visitor) -> dict[int, tuple[int, ...]]:
    """What the secretary is told of the whole year: by month, present and expected."""
    text = await answered(world, "/attendance 全年", "2026年主题党日出勤率")
    return {int(month): (int(present), int(expected)) for month, present, expected in TREND.findall(text)}


async def answered(world: Visitor, words: str, title: str) -> str:
    """What the secretary is told."""

    async def told() -> str:
        message = await world.last(BOSS)
        return message["text"] if message and title in message["text"] else ""

    await world.says(BOSS, words)
    return str(await world.until(told, 15))


def test_the_table_is_written_in_the_order_of_time() -> None:
    written = [when for when, *_ in YEAR.lines()]
    assert written == sorted(written)
