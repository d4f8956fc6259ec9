"""Political birthdays, the daily question and the pledges of a branch whose clocks change, through a common year and a leap
year, over HTTP with the real service: everything that reached anybody is in the hand-made table (`year/three.txt`), and
nothing else did.
"""

from datetime import date, datetime
from pathlib import Path

import pytest

from bot.sandbox.cast import GROUP
from bot.sandbox.visitor import Visitor
from models.quiz.choosing import MOURNING
from tests.stories.year.branch import house
from tests.stories.year.seen import differing, seen
from tests.stories.year.three import MORNING, TELLING, THREE, Scholar, item_of, sown

END = THREE.moment("2028-12-31 22:00")
MOURNED = date(2028, 12, 13)


@pytest.mark.timeout(300)
async def test_two_years_of_birthdays_questions_and_pledges_are_the_table_somebody_wrote(
    database_url: str, tmp_path: Path
) -> None:
    async with house(tmp_path, database_url, sown, MORNING) as (world, service):
        player = Scholar(world, service)
        for deed in THREE.deeds():
            await player.play(deed)
        await player.go(END)
        if unlike := [*player.vain, *differing(await seen(world, TELLING), THREE.messages())]:
            pytest.fail("\n".join(["not as in the table", *unlike]), pytrace=False)  # whole; a long assertion would be cut
        assert item_of(await question(world, MOURNED)).fact in MOURNING[MOURNED.month, MOURNED.day]


async def question(world: Visitor, day: date) -> str:
    """What the group was asked on a day."""
    calls = await world.log(method="sendMessage")
    asked = [call for call in calls if call["chat_id"] == GROUP.id and "已作答" in str(call["result"].get("text"))]
    return next(str(call["result"]["text"]) for call in asked if there(call["civil"]) == day)


def there(civil: str) -> date:
    return datetime.fromisoformat(civil).astimezone(THREE.zone).date()


def test_the_table_is_written_in_the_order_of_time() -> None:
    written = [when for when, *_ in THREE.single()]
    assert written == sorted(written)
