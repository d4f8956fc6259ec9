"""Answering and organising over the wire: leave and its reason, seats, the notice, topics, a day that moves or is off."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.cast import COLLEAGUE, ELDER, GROUP, MEMBER, ORGANISER, OUTSIDER, SECRETARY
from bot.sandbox.visitor import Visitor
from tests.stories.conftest import ZONE
from tests.stories.house import Service
from tests.stories.test_living_thread import card, shows, told
from tests.stories.test_roster import number

BOSS, SECOND, ELDER_ID, MEMBER_ID, OTHER, NOBODY = (
    number(each) for each in (SECRETARY, ORGANISER, ELDER, MEMBER, COLLEAGUE, OUTSIDER)
)


@pytest.fixture
async def day(service: Service, world: Visitor) -> Visitor:
    """The card is up, and it is ten in the morning: nobody's quiet hours."""
    await card(world)
    there = (await world.clock()).astimezone(ZoneInfo(ZONE)) + timedelta(days=1)
    await world.travel(to=there.replace(hour=10, minute=0, second=0, microsecond=0))
    return world


async def answers(world: Visitor, who: int, said: str, words: str) -> str:
    """What is answered in private, once it holds these words."""
    await world.says(who, said)
    return await shows(world, who, words)


async def offered(world: Visitor, who: int, label: str) -> None:
    """Waits for a button."""

    async def there() -> bool:
        return any(button["text"] == label for each in await world.sees(who) for row in each["buttons"] for button in row)

    await world.until(there, seconds=12)


async def tapped(world: Visitor, who: int, label: str) -> str:
    """Presses the newest button of that label in private; the words of the toast."""
    await offered(world, who, label)
    answer = await world.taps(who, label)
    assert answer is not None
    return str(answer.get("text") or "")


async def at_the_desk(world: Visitor, who: int = BOSS) -> None:
    await answers(world, who, "/desk", "要做什么")


async def everything(world: Visitor, chat: int) -> str:
    return "\n".join(each["text"] for each in await world.sees(chat))


async def test_leave_is_kept_at_once_and_its_reason_is_for_those_responsible(day: Visitor) -> None:
    assert "请到与我的私聊里说一下原因" in await told(day, ELDER_ID, "请假")
    await shows(day, ELDER_ID, "只有支部负责人看得到")
    await answers(day, ELDER_ID, "去省城看病", "已记下原因")
    await shows(day, GROUP.id, "参加 0，请假 1")
    await at_the_desk(day)
    await tapped(day, BOSS, "名单")
    assert f"{ELDER.name}（去省城看病）" in await shows(day, BOSS, "请假原因")
    assert "省城" not in await everything(day, GROUP.id)
    assert "省城" not in await everything(day, MEMBER_ID)


async def test_whoever_cannot_be_written_to_is_on_leave_all_the_same(day: Visitor) -> None:
    await day.block(ELDER_ID)
    await told(day, ELDER_ID, "请假")  # this first word finds out that it cannot be said

    async def known() -> bool:
        await told(day, ELDER_ID, "参加")
        return "私聊发不到您那里" in await told(day, ELDER_ID, "请假")

    assert await day.until(known, seconds=12)
    await shows(day, GROUP.id, "参加 0，请假 1")


async def test_a_branch_that_decides_on_leave_asks_its_secretary_and_tells_the_member(day: Visitor) -> None:
    await answers(day, BOSS, "/habits", "办活动的惯例")
    await tapped(day, BOSS, "批准请假")
    await shows(day, BOSS, "要支部批准")
    await day.says(BOSS, "/plan 12月28日 15:00 二楼 年终会")
    await shows(day, GROUP.id, "年终会")
    assert (await told(day, MEMBER_ID, "请假")).startswith("已报请假，等支部批准")
    assert "还没有说明" in await shows(day, BOSS, f"{MEMBER.name}同志请假")
    await answers(day, MEMBER_ID, "值班", "已记下原因")
    await shows(day, SECOND, "原因：值班")
    assert "不同意" in await tapped(day, BOSS, "不同意")
    await shows(day, MEMBER_ID, "支部没有同意您请假")
    await shows(day, SECOND, f"{SECRETARY.name}：不同意")
    await shows(day, GROUP.id, "参加 0，请假 0")
    await told(day, MEMBER_ID, "参加")
    await shows(day, GROUP.id, "参加 1，请假 0")


async def test_the_whole_notice_stands_behind_one_button(day: Visitor) -> None:
    await told(day, MEMBER_ID, "详情")
    words = await shows(day, MEMBER_ID, "有关要求")
    order = ["通知", "全体党员：", "活动时间", "活动地点", "参加对象", "有关要求", "本通知由"]
    assert [words.index(each) for each in order] == sorted(words.index(each) for each in order)
    assert await tapped(day, MEMBER_ID, "报名发言") == "已报名发言。不发言了，再点一次就取消。"
    assert await tapped(day, MEMBER_ID, "报名发言") == "已取消发言。"


async def test_a_member_proposes_a_topic_and_the_secretary_puts_it_on_the_agenda(day: Visitor) -> None:
    await told(day, MEMBER_ID, "详情")
    await tapped(day, MEMBER_ID, "提议题")
    await shows(day, MEMBER_ID, "请发来您建议讨论的议题")
    await answers(day, MEMBER_ID, "楼道停车", "议题已转给支部负责人")
    await shows(day, BOSS, f"{MEMBER.name}同志提出议题")
    assert "列入议程" in await tapped(day, BOSS, "列入")
    await shows(day, MEMBER_ID, "已列入")
    await shows(day, GROUP.id, "楼道停车")
    late = await day.taps(SECOND, await data_of(day, SECOND, "不列入"), forged=True)
    assert late is not None
    assert "已经有人处理" in late["text"]


async def data_of(world: Visitor, who: int, label: str) -> str:
    """What a button of that label carried, be it gone from the screen by now: the newest message it was sent with."""
    calls = [call for call in await world.log(method="sendMessage") if call["chat_id"] == who]
    markups = [json.loads(call["arguments"].get("reply_markup") or "{}") for call in calls]
    buttons = [button for each in markups for row in each.get("inline_keyboard", []) for button in row]
    return str([button["callback_data"] for button in buttons if button["text"] == label][-1])


async def test_the_agenda_is_tapped_together_in_private(day: Visitor) -> None:
    await at_the_desk(day)
    await tapped(day, BOSS, "议程")
    await shows(day, BOSS, "还没有内容")
    await tapped(day, BOSS, "选议题")
    await shows(day, BOSS, "物业服务管理")
    assert await tapped(day, BOSS, "加2") == "已加入议程。"
    assert await tapped(day, BOSS, "加2") == "议程里已经有这一项。"
    await shows(day, GROUP.id, "物业服务管理")
    await tapped(day, BOSS, "删一项")
    assert await tapped(day, BOSS, "删1") == "已从议程里删去。"


async def test_the_seats_are_counted_and_the_first_who_waits_moves_up(day: Visitor) -> None:
    await at_the_desk(day)
    await tapped(day, BOSS, "名额")
    await shows(day, BOSS, "请发来名额数")
    await answers(day, BOSS, "很多", "请只发一个数字")
    await answers(day, BOSS, "1", "名额已定为1人")
    await told(day, ELDER_ID, "参加")
    assert "候补第1位" in await told(day, MEMBER_ID, "参加")
    assert "候补第2位" in await told(day, OTHER, "参加")
    await shows(day, GROUP.id, "参加 1／名额 1，请假 0，候补 2")
    await told(day, ELDER_ID, "请假")
    await shows(day, MEMBER_ID, "您已从候补转为参加")
    assert "候补第1位" in await told(day, OTHER, "参加")


async def test_a_moved_day_reaches_everybody_and_answers_still_count(day: Visitor) -> None:
    await told(day, ELDER_ID, "参加")
    await at_the_desk(day)
    await tapped(day, BOSS, "改期")
    await answers(day, BOSS, "下星期", "没有看懂这个时间")
    await answers(day, BOSS, "12月29日 16:30", "改到2026年12月29日")
    before = len(await day.sees(GROUP.id))
    assert "都会收到新通知" in await tapped(day, BOSS, "改期")
    words = await shows(day, ELDER_ID, "有变动")
    assert "您回复过“参加”，仍然算数" in words
    await shows(day, MEMBER_ID, "您还没有回复")
    await shows(day, GROUP.id, "16:30")
    messages = await day.sees(GROUP.id)
    assert len(messages) == before + 1
    assert "已回复 1／8：参加 1" in messages[-1]["text"]

    async def old_says_so() -> bool:
        old = (await day.sees(GROUP.id))[0]
        return "请看新的通知" in old["text"] and not old["buttons"]

    await day.until(old_says_so, seconds=12)
    await at_the_desk(day)
    await tapped(day, BOSS, "改期")
    await answers(day, BOSS, "地点 三楼", "已改")
    await shows(day, GROUP.id, "三楼")


async def test_a_day_that_is_off_is_told_to_all_and_takes_no_tap_any_more(day: Visitor) -> None:
    (press, *_), *_ = (await day.sees(GROUP.id))[0]["buttons"]
    await at_the_desk(day)
    await tapped(day, BOSS, "取消")
    await shows(day, BOSS, "不能恢复")
    assert "已取消" in await tapped(day, BOSS, "取消活动")
    await shows(day, MEMBER_ID, "已取消")
    await shows(day, GROUP.id, "已取消")
    number_ = (await day.sees(GROUP.id))[0]["message_id"]
    late = await day.taps(MEMBER_ID, press["data"], chat=GROUP.id, message_id=number_, forged=True)
    assert late is not None
    assert "已经取消" in late["text"]
    await answers(day, BOSS, "/desk", "还没有安排活动")
    sent = len(await day.log(method="sendMessage"))
    await day.travel(seconds=timedelta(days=30).total_seconds())
    later = (await day.log(method="sendMessage"))[sent:]
    assert not [call for call in later if "主题党日" in call["arguments"]["text"]]


async def test_who_has_no_say_gets_a_sentence_and_changes_nothing(day: Visitor) -> None:
    before = (await day.sees(GROUP.id))[0]["text"]
    for label in ("参加", "请假", "详情"):
        assert await told(day, NOBODY, label) == "名册里没有您的名字，请联系支部书记核对。"
    await answers(day, MEMBER_ID, "/desk", "这件事由支部书记或组织委员来办")
    await answers(day, MEMBER_ID, "/habits", "这件事由支部书记或组织委员来办")
    await day.says(BOSS, "/desk", chat=GROUP.id)
    await shows(day, GROUP.id, "请在与我的私聊里办")
    press = (await day.sees(GROUP.id))[0]["buttons"][0][0]["data"]
    _, verb, target, _, delivery = press.split(".")
    for forged in (f"1.rsvp.{target}.3.{delivery}", f"1.rsvp.{target}.zz.{delivery}", f"1.call_off.{target}.2.{delivery}"):
        answer = await day.taps(MEMBER_ID, forged, chat=GROUP.id, forged=True)
        assert answer is not None
        assert answer["show_alert"]
    assert verb == "rsvp"
    assert (await day.sees(GROUP.id))[0]["text"] == before
