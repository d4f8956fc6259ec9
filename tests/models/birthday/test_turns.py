"""Whoever takes rows of the same birthdays at the same moment takes them in the same order: on PostgreSQL, where each waits for
the other's, one is refused as a deadlock; SQLite has one writer.
"""

import asyncio
from collections.abc import Awaitable
from datetime import date

import pytest

from models import birthday
from models.birthday import editing, hold, looking, own, wish
from models.birthday.planning import Planned, Wanted, plan
from models.database import atomic
from models.due import one_at_a_time
from models.rounds import Round, hasten
from tests.cast import Cast
from tests.models.birthday.born import TODAY, at, dated, looked_at, owed, planned, settled
from tests.models.birthday.test_looking import DAY, JOINED

NOON = at(TODAY, 12)
PATIENCE, WHILE = 15, 0.4  # seconds: a deadlock is found after one


@pytest.fixture
async def due(cast: Cast) -> Cast:
    """Everybody's cards are planned, and every node is to be looked at; the secretary will be shown one more card."""
    await settled(cast)
    await dated(cast.member, JOINED + 9 * DAY)
    await dated(cast.offline, JOINED + 8 * DAY)
    await looked_at(TODAY - DAY)
    await Round.all().update(look_due=NOON)
    return cast


async def beside_a_look(deed: Awaitable[object]) -> None:
    async def looking() -> None:
        await asyncio.sleep(WHILE / 2)
        await birthday.look(NOON)

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(deed, looking())


async def test_a_look_waits_for_whoever_has_its_turn_in_the_tree(due: Cast) -> None:
    async def entering() -> None:
        """As a roster is entered: the tree first, at the end the rounds."""
        async with atomic():
            await one_at_a_time([due.district.id])
            await asyncio.sleep(WHILE)
            await hasten([due.branch.path], NOON)

    await dated(due.probationary, JOINED + 3 * DAY)
    await beside_a_look(entering())
    assert len(await owed("birthday/preview")) == 1


@pytest.mark.parametrize("deed", ["hold", "wish"])
async def test_a_press_takes_the_round_before_the_card(due: Cast, monkeypatch: pytest.MonkeyPatch, deed: str) -> None:
    async def slowly(*of: object) -> None:
        await asyncio.sleep(WHILE)
        await hasten(*of)  # type: ignore[arg-type]

    async def pressing() -> None:
        by = await (due.secretary if deed == "hold" else due.member).acting()
        async with atomic():
            if deed == "hold":
                await hold(by, (await planned(due.member)).id, 1, NOON)
            else:
                await wish(by, due.member.id, 1, NOON)

    monkeypatch.setattr(editing, "hasten", slowly)
    monkeypatch.setattr(own, "hasten", slowly)
    await beside_a_look(pressing())
    assert (await planned(due.member)).day == date(2026, 11, 30)


async def test_what_changes_during_a_look_is_looked_at_again(due: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    async def changing() -> None:
        """Is committed while the look, which has seen nothing of it, is still at work."""
        async with atomic():
            await dated(due.probationary, JOINED)
            await asyncio.sleep(WHILE)
            await hasten([due.branch.path], NOON)

    async def slowly(wanted: list[Wanted]) -> list[Planned]:
        await asyncio.sleep(WHILE)
        return await plan(wanted)

    monkeypatch.setattr(looking, "plan", slowly)
    await beside_a_look(changing())
    await birthday.look(NOON)
    await birthday.greet(NOON)
    assert [one.member_id for one in await owed("birthday/greeting")] == [due.probationary.id]
