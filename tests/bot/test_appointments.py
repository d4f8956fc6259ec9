"""`grant` and `revoke` on the command line, through the running service and on the database itself."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot import appointments
from bot.web.admin import BadWish
from models.card import Refusal
from models.member import Role
from models.organisation import history
from tests.bot.processes import House, telegram
from tests.cast import Cast, assemble
from tests.dump import changed, dump

ROOT = "梧桐街道党工委"
PEOPLE = f"姓名,所在党组织,入党日期\n钱一,{ROOT},\n孙二,{ROOT},2001-07-01\n孙二,{ROOT},2002-07-01\n"


@pytest.fixture(params=["service", "alone"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, empty_url: str) -> AsyncIterator[House]:
    """A tree of one node, its admin and three members; the service runs, or does not."""
    async with AsyncExitStack() as down:
        world = await down.enter_async_context(telegram())
        house = House(tmp_path, world.url, {"DATABASE_URL": empty_url})
        assert (await house.says("init", "--name", ROOT, "--admin", "刘明")).code == 0
        (tmp_path / "people.csv").write_text(PEOPLE)
        assert (await house.says("import", "people.csv", "--enter", "all")).code == 0
        if request.param == "service":
            await down.enter_async_context(house.running())
        yield house


async def said(house: House, *command: str) -> str:
    done = await house.says(*command)
    assert (done.code, done.err) == (0, "")
    return done.out.strip()


async def refused(house: House, *command: str) -> str:
    done = await house.says(*command)
    assert (done.code, done.out) == (1, "")
    assert "Traceback" not in done.err
    return done.err.strip()


async def test_an_office_is_given_once_and_ended_once(house: House) -> None:
    assert await said(house, "grant", "钱一", "书记") == f"已任命：钱一，{ROOT}书记。本人还没有绑定，请您转告。"
    assert "不用再办" in await refused(house, "grant", "钱一", "党委书记", "--at", ROOT)
    assert (await said(house, "revoke", "钱一", "书记", "--at", ROOT)).startswith(f"已免去：钱一，{ROOT}书记")
    assert "没有找到：钱一" in await refused(house, "revoke", "钱一", "书记")


async def test_who_and_what_is_not_clear_is_a_sentence(house: House) -> None:
    assert "没有找到：没有这人" in await refused(house, "grant", "没有这人", "书记")
    assert "叫孙二的有好几位" in await refused(house, "grant", "孙二", "书记")
    assert "请这样写" in await refused(house, "grant", "钱一", "大王")
    assert "没有找到：钱一" in await refused(house, "grant", "钱一", "书记", "--at", "没有这里")
    assert "只剩这一位" in await refused(house, "revoke", "刘明", "管理员")
    assert (await house.says("grant", "钱一")).code == 2


@pytest.fixture
async def cast(database: str) -> Cast:
    return await assemble()


def asked(person: str, office: str, at: str = "") -> dict[str, str]:
    return {"person": person, "office": office, "at": at}


async def test_the_operators_appointments_are_audited_like_any_other(cast: Cast) -> None:
    await appointments.grant(cast.bot, asked("member", "组织委员"))
    (role,) = await Role.filter(member_id=cast.member.id)
    assert (role.kind, role.node_id, role.until_at) == ("org_member", cast.branch.id, None)
    await appointments.revoke(cast.bot, asked("member", "组织委员", "branch"))
    ended = await Role.get(id=role.id)
    assert ended.until_at is not None
    notes = await history(cast.district.id, f"role:{role.id}")
    assert [(each["verb"], each["actor"]) for each in notes] == [("grant", "operator"), ("revoke", "operator")]


async def test_namesakes_are_refused_and_an_office_is_looked_for_where_it_is_said_to_be(cast: Cast) -> None:
    await type(cast.member.member).filter(id=cast.neighbour.id).update(name="member")
    before = await dump()
    with pytest.raises(Refusal, match="roles/many"):
        await appointments.grant(cast.bot, asked("member", "宣传委员"))
    with pytest.raises(Refusal, match="roles/nobody"):
        await appointments.revoke(cast.bot, asked("secretary", "书记", "neighbours"))
    assert changed(before, await dump()) == set()


async def test_what_is_asked_wrongly_is_refused_and_changes_nothing(cast: Cast) -> None:
    before = await dump()
    for odd in ({}, {"person": "member"}, asked("member", "书记") | {"at": 1}, asked("member", "书记") | {"more": ""}):
        for command in (appointments.grant, appointments.revoke):
            with pytest.raises(BadWish):
                await command(cast.bot, odd)
    assert changed(before, await dump()) == set()
