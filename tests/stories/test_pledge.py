"""A campaign from its first line to its last report, as a secretary, members and somebody outside live it."""

import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.cast import ELDER, GROUP, MEMBER, ORGANISER, OUTSIDER, PROBATIONARY, SECRETARY, WITHOUT_TELEGRAM, Persona
from bot.sandbox.visitor import Visitor
from tests.stories.conftest import ZONE
from tests.stories.house import Service
from tests.stories.test_living_thread import card, shows, told
from tests.stories.test_roster import number
from tests.stories.test_signing import said

BOSS = number(SECRETARY)
TITLE, WORDS = "“我是党员”承诺", "每周到楼道里走一遍，看看灯亮不亮"
LATE = timedelta(minutes=1)


def morning(day: date) -> datetime:
    """When the clock speaks there."""
    return datetime.combine(day, time(8, 30), ZoneInfo(ZONE))


async def opened(world: Visitor) -> tuple[date, date]:
    """A year's campaign, opened in the group the next morning, when nobody sleeps; its first and last day."""
    await card(world)
    today = (await world.clock()).astimezone(ZoneInfo(ZONE)).date() + timedelta(days=1)
    await world.travel(to=morning(today) + LATE)
    ends = today + timedelta(days=365)
    period = f"{today.year}年{today.month}月{today.day}日至{ends.year}年{ends.month}月{ends.day}日"
    await world.says(BOSS, f"/pledge {period} {TITLE}")
    await said(world, SECRETARY, "已建好承诺活动")
    await world.taps(BOSS, "管理")
    await said(world, SECRETARY, "还没有发出去。加减好内容")
    await world.taps(BOSS, "发到群里")
    await shows(world, GROUP.id, "已承诺 0／8")
    return today, ends


async def pledges(world: Visitor, who: int, *items: str) -> str:
    """Chooses these and promises them; the words of the last toast."""
    await told(world, who, "我承诺")
    await shown(world, who, "请选2到5项")
    for count, item in enumerate(items, 1):
        await world.taps(who, item)
        if count >= 2:
            await button(world, who, f"我承诺{count}项")
    return await tap(world, who, f"我承诺{len(items)}项")


async def shown(world: Visitor, who: int, words: str) -> str:
    """Waits until some message of a private chat holds these words; the newest that does."""

    async def there() -> str:
        return next((each["text"] for each in reversed(await world.sees(who)) if words in (each["text"] or "")), "")

    return str(await world.until(there, seconds=15))


async def gone(world: Visitor, chat: int, words: str) -> None:
    """Waits until no message of a chat says this any more: whatever is up of one pledge follows, one copy after another."""

    async def nowhere() -> bool:
        return not any(words in (each["text"] or "") for each in await world.sees(chat))

    await world.until(nowhere, seconds=15)


async def button(world: Visitor, who: int, label: str) -> None:
    async def there() -> bool:
        return any(each["text"] == label for message in await world.sees(who) for row in message["buttons"] for each in row)

    await world.until(there, seconds=15)


async def tap(world: Visitor, who: int, label: str, chat: int | None = None) -> str:
    await button(world, who if chat is None else chat, label)
    answer = await world.taps(who, label, chat=chat)
    assert answer is not None
    return str(answer["text"])


async def kept(world: Visitor, who: Persona) -> None:
    """The secretary agrees to the one that waits; its maker hears of it."""
    await said(world, SECRETARY, "等您审")
    await world.taps(BOSS, "审诺")
    await shows(world, BOSS, f"{who.name}同志承诺：")
    assert await tap(world, BOSS, "同意") == "已同意，会告诉本人。"
    await shown(world, number(who), "支部同意了。公开吗？")


async def test_a_pledge_is_chosen_in_private_agreed_to_and_shown_with_consent_only(service: Service, world: Visitor) -> None:
    await opened(world)
    elder = number(ELDER)
    assert await told(world, elder, "我承诺") == "请到与我的私聊里选内容。"
    choosing = await shown(world, elder, "请选2到5项")
    assert "4 服务群众" in choosing
    await world.taps(elder, "选4")
    await shown(world, elder, "4 服务群众　✓")
    await tap(world, elder, "自己写")
    await shown(world, elder, "您自己的一句承诺")
    await world.says(elder, WORDS)
    await shown(world, elder, f"{WORDS}　✓")
    assert "就是向百花园小区党支部承诺" in await shown(world, elder, "打✓的各项")
    assert await tap(world, elder, "我承诺2项") == "已记下：您承诺了2项。支部看过后告诉您。"
    group = await shows(world, GROUP.id, "已承诺 1／8")
    assert ELDER.name not in group
    await kept(world, ELDER)
    await tap(world, elder, "同意公开")
    caption = await shows(world, GROUP.id, f"{ELDER.name}同志的承诺")
    assert WORDS in caption
    await shown(world, elder, "这是您的承诺卡")
    photos = [call for call in await world.log(method="sendPhoto") if "同志的承诺" in call["arguments"]["caption"]]
    assert Counter(call["chat_id"] for call in photos) == {GROUP.id: 1, elder: 1}
    assert "不能撤回" in await again(world, elder)


async def again(world: Visitor, who: int) -> str:
    """A button of before, pressed by a modified client."""
    answer = await world.taps(who, "1.pledge.1.4.0", forged=True)
    assert answer is not None
    return str(answer["text"])


async def test_it_is_taken_back_before_it_is_shown_and_the_counter_follows(service: Service, world: Visitor) -> None:
    await opened(world)
    member = number(MEMBER)
    await pledges(world, member, "选1", "选2")
    await shows(world, GROUP.id, "已承诺 1／8")
    assert await tap(world, member, "撤回") == "已撤回。想好了可以再选。"
    await shows(world, GROUP.id, "已承诺 0／8")


async def test_an_outsider_pledges_nothing_and_a_pledge_of_5000_characters_is_told_so(service: Service, world: Visitor) -> None:
    await opened(world)
    outsider, member = number(OUTSIDER), number(MEMBER)
    assert await told(world, outsider, "我承诺") == "名册里没有您的名字，请联系支部书记核对。"
    for code in ("1.pledge_make.1.1.0", "1.pledge_decide.1.1.0", "1.pledge_say.1.5.0", "1.pledge_desk.1.6.0"):
        answer = await world.taps(outsider, code, chat=GROUP.id, forged=True)
        assert answer is not None
        assert "名册里没有您的名字" in answer["text"]
    await told(world, member, "我承诺")
    await tap(world, member, "自己写")
    await shown(world, member, "您自己的一句承诺")
    await world.says(member, "长" * 4000)
    await shown(world, member, "2到40个字")
    await shows(world, GROUP.id, "已承诺 0／8")


async def test_a_year_asks_those_who_pledged_urges_the_silent_and_tells_the_secretary_never_the_group(
    service: Service, world: Visitor
) -> None:
    begins, ends = await opened(world)
    elder, silent = number(ELDER), number(PROBATIONARY)
    for who in (ELDER, PROBATIONARY):
        await pledges(world, number(who), "选1", "选4")
        await kept(world, who)
        await tap(world, number(who), "不公开")
    half = begins + (ends - begins) / 2
    await world.travel(to=morning(half) + LATE)
    for each in (elder, silent):
        await shown(world, each, "半年报告：您的承诺做得怎么样？")
    assert await tap(world, elder, "做到了") == "已记下：做到了。还有1项。"
    await gone(world, elder, "第1项怎么样？")
    await tap(world, elder, "没做到")
    await shown(world, elder, "为什么没做到")
    await world.says(elder, "住院两个月")
    await shown(world, elder, "已记下。只有支部负责人看得到")
    await world.travel(to=morning(half + timedelta(days=14)) + LATE)
    words = await said(world, SECRETARY, "还没有报告承诺做得怎么样 1人")
    assert PROBATIONARY.name in words
    assert ELDER.name not in words
    await world.travel(to=morning(ends - timedelta(days=7)) + LATE)
    await shown(world, elder, "期末报告：您的承诺做得怎么样？")
    await tap(world, elder, "做到了")
    await gone(world, elder, "第1项怎么样？")
    await tap(world, elder, "正在做")
    assert await tap(world, elder, "基本兑现") == "自评已记下：基本兑现。"
    await world.says(BOSS, "/pledge")
    await tap(world, BOSS, f"管理{TITLE}")
    await tap(world, BOSS, "评诺")
    await said(world, SECRETARY, "支部怎么评？")
    assert await tap(world, BOSS, "已兑现") == "已记下：已兑现。只告诉本人。"
    await shown(world, elder, "支部评诺：已兑现")
    public = "".join(str(call["arguments"]) for call in await world.log() if call.get("chat_id") == GROUP.id)
    assert not re.search("没有报告|评诺|兑现|住院", public)
    assert not any(person.name in public for person in (ELDER, PROBATIONARY))


async def test_who_has_no_telegram_pledges_by_word_of_mouth_and_is_public_only_if_they_say_so(
    service: Service, world: Visitor
) -> None:
    await opened(world)
    name = WITHOUT_TELEGRAM.name
    await world.says(BOSS, "/pledge")
    await tap(world, BOSS, f"管理{TITLE}")
    await tap(world, BOSS, "代填")
    await shown(world, BOSS, "还有1位要填")
    await tap(world, BOSS, name)
    await shown(world, BOSS, f"替{name}同志填，请照本人说的选")
    for item in ("选1", "选4"):
        await tap(world, BOSS, item)
    assert await tap(world, BOSS, "代填2项") == f"已记下：{name}同志承诺了2项。支部看过后告诉您。"
    await shows(world, GROUP.id, "已承诺 1／8")
    other = number(ORGANISER)
    await said(world, ORGANISER, "等您审")
    await world.taps(other, "审诺")
    await shown(world, other, f"{name}同志承诺（没有Telegram，{SECRETARY.name}代填）")
    assert await tap(world, other, "同意") == "已同意，会告诉本人。"
    asking = await shown(world, BOSS, "愿不愿意把姓名和承诺做成卡片")
    assert f"（{SECRETARY.name}代填）" in asking
    assert name not in await shows(world, GROUP.id, "已承诺 1／8")
    await tap(world, BOSS, "本人同意公开")
    await shows(world, GROUP.id, f"{name}同志的承诺")
    assert await tap(world, BOSS, "撤下公开") == "已撤下，群里的卡片马上收回。承诺照样算数。"
    await gone(world, GROUP.id, f"{name}同志的承诺")


async def test_what_was_tapped_while_the_process_was_dead_counts_once(service: Service, world: Visitor) -> None:
    await opened(world)
    people = [number(each) for each in (ELDER, MEMBER, PROBATIONARY)]
    for who in people:
        await told(world, who, "我承诺")
        for item in ("选2", "选3"):
            await button(world, who, item)
            await world.taps(who, item)
        await button(world, who, "我承诺2项")
    await service.kill()
    for who in people * 2:
        assert await world.taps(who, "我承诺2项", wait=0) is None
    await service.up()
    await world.travel(seconds=1)  # a new process begins at the machine's own time
    await shows(world, GROUP.id, "已承诺 3／8")
