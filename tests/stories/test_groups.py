"""A new group, from the moment it takes the bot in until it has outlived everything a group goes through."""

from datetime import UTC, datetime, timedelta

from bot.sandbox.cast import BOT, ELDER, MEMBER, OUTSIDER, SECRETARY
from bot.sandbox.visitor import Visitor
from tests.stories.house import Service
from tests.stories.test_living_thread import shows

NEW, GROWN = -4001, -1001000004001
BOSS, MEMBER_ID, ELDER_ID, STRANGER = (each.id or 0 for each in (SECRETARY, MEMBER, ELDER, OUTSIDER))


async def morning(world: Visitor) -> None:
    """On to ten o'clock of the next day there: at night nobody is told anything."""
    now = await world.clock()
    there = (now + timedelta(hours=8)).replace(tzinfo=None)
    tomorrow = datetime(there.year, there.month, there.day, 2, tzinfo=UTC) + timedelta(days=1)
    await world.travel(to=tomorrow)


async def taken_in(world: Visitor) -> None:
    await world.people([], [{"id": NEW, "title": "二支部群", "members": [BOSS, MEMBER_ID, ELDER_ID, STRANGER], "basic": True}])
    await world.membership(NEW, BOT.id, member=False, by=BOSS)
    await world.membership(NEW, BOT.id, member=True, by=BOSS)
    await shows(world, NEW, "连接到支部")


async def tied(world: Visitor) -> None:
    """The secretary presses, and chooses."""
    answer = await world.taps(BOSS, "连接到支部", chat=NEW)
    assert answer is not None
    assert answer["text"] == "请到与我的私聊里，选这个群是哪个组织的。"
    await shows(world, BOSS, "是哪个组织的群")
    await world.taps(BOSS, "百花园小区党支部")
    await shows(world, NEW, "本群已连接到百花园小区党支部")


async def test_a_group_is_tied_by_its_secretary_and_by_nobody_else(service: Service, world: Visitor) -> None:
    await taken_in(world)
    for who in (MEMBER_ID, STRANGER):
        answer = await world.taps(who, "连接到支部", chat=NEW)
        assert answer is not None
        assert answer["show_alert"]
    await tied(world)
    await world.says(BOSS, "/plan 12月28日 19:30 二楼会议室 学习会", chat=NEW)
    await shows(world, NEW, "已回复 0／8")


async def held(world: Visitor) -> bool:
    return bool((await world.outbox())["counts"].get("held"))


async def heard(world: Visitor, words: str) -> bool:
    return any(words in message["text"] for message in await world.sees(BOSS))


async def test_a_tied_group_outlives_growing_being_left_and_coming_back(service: Service, world: Visitor) -> None:
    await morning(world)
    await taken_in(world)
    await tied(world)
    await world.group(NEW, BOSS, "upgrade", to=GROWN)
    await shows(world, BOSS, "升级成了超级群")
    await world.says(BOSS, "/plan 12月28日 19:30 二楼会议室 学习会", chat=GROWN)
    await shows(world, GROWN, "已回复 0／8")
    await world.membership(GROWN, BOT.id, member=False, by=BOSS)
    await world.until(lambda: held(world))  # the news waits a minute, in case it was a slip
    await morning(world)
    await world.until(lambda: heard(world, "我被移出了"))
    await world.membership(GROWN, BOT.id, member=True, by=BOSS)
    await shows(world, BOSS, "恢复了")
    await world.says(BOSS, "/attendance", chat=GROWN)
    await shows(world, GROWN, "已回复 0／8")


async def test_who_blocked_the_bot_is_known_and_heals_by_coming_back(service: Service, world: Visitor) -> None:
    await world.block(MEMBER_ID)
    await world.says(BOSS, "/reach")
    words = await shows(world, BOSS, "停用了机器人 1：王建军")
    assert "能收到私信 6／8" in words
    await world.block(MEMBER_ID, blocked=False)
    await world.says(BOSS, "/reach")
    assert "停用了机器人" not in await shows(world, BOSS, "能收到私信 7／8")
    await world.says(MEMBER_ID, "/reach")
    await shows(world, MEMBER_ID, "请联系")
