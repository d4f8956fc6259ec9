"""A branch's link in one sitting: the secretary asks for it, somebody agrees and types a name, the secretary says yes."""

from bot.sandbox.cast import OUTSIDER, SECRETARY, WITHOUT_TELEGRAM
from bot.sandbox.visitor import Visitor
from tests.stories.house import Service
from tests.stories.test_living_thread import shows


async def test_somebody_binds_by_the_branchs_link_and_is_forgotten(service: Service, world: Visitor) -> None:
    boss, newcomer = SECRETARY.id, OUTSIDER.id
    assert boss is not None
    assert newcomer is not None
    await world.says(boss, "/invite link")
    await shows(world, boss, "支部链接")
    await world.taps(boss, "有效7天")
    code = (await shows(world, boss, "?start=")).partition("?start=")[2].split()[0]
    await world.says(newcomer, f"/start {code}")
    await shows(world, newcomer, "您同意吗")
    await world.taps(newcomer, "同意")
    await shows(world, newcomer, "请发来您的姓名")
    await world.says(newcomer, WITHOUT_TELEGRAM.name)
    await shows(world, newcomer, "已交给百花园小区党支部核对")
    await shows(world, boss, f"填的姓名：{WITHOUT_TELEGRAM.name}")
    await world.taps(boss, "同意")
    await shows(world, newcomer, f"{WITHOUT_TELEGRAM.name}同志，绑定好了")
    await shows(world, boss, "已核对")
    await world.says(newcomer, "/forget")
    await shows(world, newcomer, "删除后不能恢复")
    answer = await world.taps(newcomer, "删除")
    assert answer is not None
    assert answer["text"].startswith("已删除您的账号")

    async def gone() -> bool:
        texts = [each["text"] for each in await world.sees(newcomer)]
        return not [text for text in texts if WITHOUT_TELEGRAM.name in text and text != WITHOUT_TELEGRAM.name]  # their own

    assert await world.until(gone, seconds=15)
    await service.stop()
    assert code not in service.said()
    assert str(newcomer) not in service.said()
