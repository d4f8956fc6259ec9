"""The daily quiz from the secretary's first tap to the next day's mistakes, as members and an outsider live it."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.files import packs
from bot.sandbox.cast import ELDER, GROUP, MEMBER, OUTSIDER, PROBATIONARY, SECRETARY
from bot.sandbox.visitor import Visitor
from models.quiz import Shipped
from tests.stories.conftest import ZONE
from tests.stories.house import Service
from tests.stories.test_living_thread import card, told
from tests.stories.test_roster import number, until_said

BOSS = number(SECRETARY)
QUESTIONS = {item.question: item for pack in packs.read().packs.values() for item in pack}


async def there(world: Visitor, days: int, at: time) -> datetime:
    """An hour of a day to come, counted from the day the story begins."""
    today = (await world.clock()).astimezone(ZoneInfo(ZONE)).date()
    return datetime.combine(today + timedelta(days=days), at, ZoneInfo(ZONE))


async def said(world: Visitor, who: Any, words: str) -> dict[str, Any]:
    """Waits until the bot has said these words to somebody in private; the message."""
    return dict(await until_said(world, number(who), lambda text: words in text))


async def in_group(world: Visitor, words: str) -> str:
    """Waits until a message of the group holds these words, the newest one that does: on Mondays a summary follows the card."""

    async def seen() -> str:
        found = [message["text"] for message in await world.sees(GROUP.id) if words in message["text"]]
        return str(found[-1]) if found else ""

    return str(await world.until(seen, seconds=12))


async def turned_on(world: Visitor) -> None:
    await world.says(BOSS, "/quiz")
    await said(world, SECRETARY, "现在没有要答的题")
    await world.taps(BOSS, "设置百花园小区党支部")
    await said(world, SECRETARY, "每日一题：不发")
    answer = await world.taps(BOSS, "每日一题")
    assert answer is not None
    assert answer["text"].startswith("已改")
    await said(world, SECRETARY, "每日一题：每天08:30发到群里")


async def asked(world: Visitor, evening: datetime) -> Shipped:
    """It is the next morning; the question as it stands in the group."""
    await world.travel(to=evening - timedelta(hours=12))
    words = await in_group(world, "已作答 0 人")
    return next(item for question, item in QUESTIONS.items() if question in words)


def options(item: Shipped) -> tuple[str, str]:
    """A right and a wrong one."""
    right = item.right[0]
    return item.options[right], item.options[1 - min(right, 1)]


async def test_a_day_of_the_quiz(service: Service, world: Visitor) -> None:
    await card(world)
    evening = await there(world, 1, time(21))
    await turned_on(world)
    item = await asked(world, evening)
    right, wrong = options(item)
    assert (await told(world, ELDER.id, right)).startswith(f"已记下：{right}。")
    assert (await told(world, MEMBER.id, wrong)).startswith(f"已记下：{wrong}。")
    assert (await told(world, MEMBER.id, right)).startswith(f"您已经答过这道题，记的是：{wrong}")
    assert "名册里没有您的名字" in await told(world, OUTSIDER.id, right)
    words = await in_group(world, "已作答 2 人")
    assert item.why not in words
    assert not any(person.name in words for person in (ELDER, MEMBER))
    await world.says(number(PROBATIONARY), "/quiz")
    assert item.question in (await said(world, PROBATIONARY, "请点一个选项作答"))["text"]
    await world.taps(number(PROBATIONARY), right)
    await in_group(world, "已作答 3 人")
    card_of_today = next(each for each in await world.sees(GROUP.id) if "已作答 3 人" in each["text"])
    late = card_of_today["buttons"][0][0]["data"]
    await world.travel(to=evening)
    words = await in_group(world, f"答案：{right}")
    assert f"答案：{right}\n{item.why}\n来源：{item.source}\n作答 3 人，答对 66.7%（2／3）。" in words
    answer = await world.taps(BOSS, late, chat=GROUP.id, message_id=card_of_today["message_id"], forged=True)
    assert answer is not None
    assert "已经结束" in answer["text"]


async def test_the_next_day_a_mistake_comes_back_in_private_and_is_answered(service: Service, world: Visitor) -> None:
    await card(world)
    evening = await there(world, 1, time(21))
    await turned_on(world)
    item = await asked(world, evening)
    right, wrong = options(item)
    await told(world, MEMBER.id, wrong)
    await world.travel(to=evening + timedelta(hours=12))
    await world.says(number(MEMBER), "/quiz")
    assert "今天要复习的错题 1 道" in (await said(world, MEMBER, f"您答的是{wrong}，答案是{right}"))["text"]
    await world.taps(number(MEMBER), "复习错题")
    assert item.question in (await said(world, MEMBER, "第1／1题"))["text"]
    answer = await world.taps(number(MEMBER), right)
    assert answer is not None
    assert answer["text"].startswith("答对了。")
    await said(world, MEMBER, "答对 1／1")


async def test_a_fault_is_said_in_private_and_a_test_is_taken_through_a_restart(service: Service, world: Visitor) -> None:
    await card(world)
    await world.says(BOSS, "/exam 2题 5分钟 及格1题")
    await said(world, SECRETARY, "2题，5分钟，答对1题及格，可以重考1次")
    await world.taps(BOSS, "发给百花园小区党支部")
    await said(world, SECRETARY, "已答完 0／8")
    await world.says(number(MEMBER), "/exam")  # at night nobody is told of it, but whoever asks may begin
    await said(world, MEMBER, "请点要答的卷子")
    await world.taps(number(MEMBER), "百花园小区党支部")
    first = await said(world, MEMBER, "第1／2题")
    answer = await world.taps(number(MEMBER), "报错")
    assert answer is not None
    assert "请看我的私聊" in answer["text"]
    await said(world, MEMBER, "已经记下，会有人核对")
    await world.taps(number(MEMBER), "说说哪里不对")
    await said(world, MEMBER, "请用一句话说说这道题哪里不对")
    await world.says(number(MEMBER), "年份不对")
    await said(world, MEMBER, "收到，谢谢")
    await press_first(world, first)
    await said(world, MEMBER, "第2／2题")
    await service.kill()
    await service.start()
    await press_first(world, await said(world, MEMBER, "第2／2题"))
    await said(world, MEMBER, "成绩只告诉您本人")
    await said(world, SECRETARY, "已答完 1／8")


async def press_first(world: Visitor, message: dict[str, Any]) -> None:
    """An option, and where several may be right the button behind them."""
    await world.taps(number(MEMBER), message["buttons"][0][0]["text"], message_id=message["message_id"])
    labels = [button["text"] for row in message["buttons"] for button in row]
    if "选好了" in labels:
        await world.taps(number(MEMBER), "选好了", message_id=message["message_id"])


async def test_a_branch_may_have_telegrams_own_poll(service: Service, world: Visitor) -> None:
    await card(world)
    evening = await there(world, 1, time(21))
    await turned_on(world)
    await world.taps(BOSS, "原生投票")
    await said(world, SECRETARY, "群里看到每个选项有几人选，看不到谁选的")
    await world.travel(to=evening - timedelta(hours=12))

    async def polled() -> Any:
        return next((each["poll"] for each in reversed(await world.sees(GROUP.id)) if "poll" in each), None)

    poll = await world.until(polled, seconds=12)
    item = next(each for question, each in QUESTIONS.items() if question in poll["question"])
    assert sorted(option["text"] for option in poll["options"]) == sorted(item.options)
    await world.says(number(MEMBER), "/quiz")
    await said(world, MEMBER, "今天的题在群里，请在群里的投票上作答")
    places = [option["text"] for option in poll["options"]]
    for who, option in zip((MEMBER, ELDER), options(item), strict=True):
        await world.votes(number(who), poll["id"], places.index(option))
    await world.travel(to=evening)

    async def closed() -> Any:
        return (await polled())["closed"]

    await world.until(closed, seconds=12)
    await world.travel(to=evening + timedelta(days=7 - evening.weekday(), hours=-12))  # Monday morning
    assert "作答 2 人次，答对 50.0%（1／2）" in await in_group(world, "上周小结")


async def test_an_outsider_hears_nothing(service: Service, world: Visitor) -> None:
    await card(world)
    await world.says(number(OUTSIDER), "/start")
    for command in ("/quiz", "/exam", "/exam 2题 5分钟"):
        await world.says(number(OUTSIDER), command)
        await said(world, OUTSIDER, "名册里没有您的名字")
