"""From an empty installation to a bound branch in one evening, alone: nothing but the command line once, files and taps."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.cast import ADMINISTRATOR, ELDER, MEMBER, OUTSIDER, PROBATIONARY, SECRETARY, WITHOUT_TELEGRAM
from bot.sandbox.visitor import Visitor
from tests.stories.evening import BRANCH, PEOPLE, Evening, number
from tests.stories.house import Service


@pytest.fixture
async def evening(empty_url: str, world: Visitor, api: str, tmp_path: Path) -> AsyncIterator[Evening]:
    """The service on a database without a table."""
    service = Service(tmp_path, empty_url, api)
    await service.up()
    yield Evening.at(world, api, tmp_path, empty_url)
    await service.stop()


async def test_a_branch_is_bound_in_one_evening(evening: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    await evening.installs()
    await evening.enters_the_roster()
    await evening.appoints_the_secretary()
    codes = await evening.hands_out_slips()
    assert set(codes) == {each.name for each in PEOPLE} - {SECRETARY.name}
    for person in (ELDER, MEMBER, PROBATIONARY):
        await evening.opens(number(person), codes[person.name])
        await evening.hears(number(SECRETARY), f"{person.name}同志已绑定")
    await evening.ties_the_group()
    await evening.meets()
    with capsys.disabled():
        print(f"\nfrom nothing to an answered card: {time.monotonic() - started:.1f} s of machine time")


async def test_what_the_evening_built_knows_who_is_who(evening: Evening) -> None:
    """A used slip is worth nothing, an office that ended neither, and a stranger learns no name."""
    world, admin, secretary = evening.world, number(ADMINISTRATOR), number(SECRETARY)
    await evening.installs()
    await evening.enters_the_roster()
    await evening.appoints_the_secretary()
    codes = await evening.hands_out_slips()
    await evening.opens(number(ELDER), codes[ELDER.name])
    await world.says(number(OUTSIDER), f"/start {codes[ELDER.name]}")
    assert ELDER.name not in (await evening.hears(number(OUTSIDER), "已失效或用过了"))["text"]
    await world.says(secretary, "/roles")
    await evening.hears(secretary, f"{BRANCH}：书记 {SECRETARY.name}")
    await world.says(secretary, f"/invite {WITHOUT_TELEGRAM.name}")
    await evening.hears(secretary, f"{WITHOUT_TELEGRAM.name}")
    await world.says(admin, f"/revoke {SECRETARY.name} 书记")
    await evening.hears(admin, f"已免去：{SECRETARY.name}")
    answer = await world.taps(secretary, "有效7天")
    assert answer is not None
    assert answer["text"] == "这件事由支部书记或组织委员来办，请联系他们。"


async def test_the_operator_appoints_when_nobody_is_left(evening: Evening) -> None:
    await evening.installs()
    await evening.enters_the_roster()
    done = await evening.house.says("grant", MEMBER.name, "支部书记")
    assert done.out.strip() == f"已任命：{MEMBER.name}，{BRANCH}书记。本人还没有绑定，请您转告。"
    again = await evening.house.says("grant", MEMBER.name, "支部书记", "--at", BRANCH)
    assert (again.code, "不用再办" in again.err) == (1, True)
    ended = await evening.house.says("revoke", MEMBER.name, "书记")
    assert ended.out.strip().startswith(f"已免去：{MEMBER.name}")
    last = await evening.house.says("revoke", ADMINISTRATOR.name, "管理员")
    assert (last.code, "只剩这一位" in last.err) == (1, True)
    nobody = await evening.house.says("grant", "没有这人", "书记")
    assert (nobody.code, "没有找到" in nobody.err) == (1, True)
