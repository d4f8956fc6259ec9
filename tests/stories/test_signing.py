"""A gathering from the opening of sign-in to the locked record, as members, organisers and those without a phone live it."""

import io
import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from docx import Document

from bot.furnishing import meeting_day
from bot.sandbox.cast import (
    ELDER,
    GROUP,
    GROUP_LEADER,
    MEMBER,
    ORGANISER,
    OUTSIDER,
    PROBATIONARY,
    SECRETARY,
    WITHOUT_TELEGRAM,
)
from bot.sandbox.visitor import Visitor
from tests.stories.conftest import ZONE
from tests.stories.house import Service
from tests.stories.test_living_thread import card, shows, told
from tests.stories.test_roster import fetched, number, until_said

BOSS = number(SECRETARY)
EARLY = timedelta(minutes=14)  # before the start: sign-in has been open for a minute
OVER = timedelta(minutes=31)


async def start(world: Visitor) -> datetime:
    """When the demo's theme day begins."""
    today = (await world.clock()).astimezone(ZoneInfo(ZONE)).date()
    return datetime.combine(meeting_day(today), time(15), ZoneInfo(ZONE))


async def said(world: Visitor, who: Any, words: str) -> str:
    """Waits until the bot has said these words to somebody in private; the whole message."""
    return str((await until_said(world, number(who), lambda text: words in text))["text"])


async def picture(world: Visitor) -> str:
    """The caption of the picture that hangs at the venue."""

    async def arrived() -> str:
        calls = [call for call in await world.log(method="sendPhoto") if call["chat_id"] == BOSS]
        return str(calls[-1]["arguments"]["caption"]) if calls else ""

    return str(await world.until(arrived, seconds=12))


async def opened(world: Visitor) -> tuple[datetime, str]:
    """It is fourteen minutes to the start; when that is, and the code of the day."""
    await card(world)
    begins = await start(world)
    await world.travel(to=begins - EARLY)
    await shows(world, GROUP.id, "已签到 0／8")
    code = re.search(r"签到码：<b>(\d{6})</b>", await picture(world))
    assert code is not None
    return begins, code[1]


async def closed(world: Visitor, begins: datetime) -> None:
    """Sign-in is over, the secretary is asked to look at the record."""
    await world.travel(to=begins + OVER)
    await said(world, SECRETARY, "请核对记录")


async def corrects(world: Visitor, who: str, standing: str, reason: str) -> None:
    await world.taps(BOSS, "更正")
    await said(world, SECRETARY, "请点要更正的姓名")
    await world.taps(BOSS, who)
    await said(world, SECRETARY, f"{who}：现在记的是")
    await world.taps(BOSS, standing)
    await said(world, SECRETARY, f"{who}：要记为")
    await world.says(BOSS, reason)
    await said(world, SECRETARY, f"已记下：{who}，{standing}")


async def test_members_sign_in_by_the_button_once_and_the_group_sees_the_count(service: Service, world: Visitor) -> None:
    await opened(world)
    assert (await told(world, ELDER.id, "签到")).startswith("已签到（")
    assert "已经签到" in await told(world, ELDER.id, "签到")
    assert (await told(world, PROBATIONARY.id, "签到")).startswith("已签到（")
    assert "名册里没有您的名字" in await told(world, OUTSIDER.id, "签到")
    counts = await shows(world, GROUP.id, "已签到 2／8")
    assert not any(person.name in counts for person in (ELDER, PROBATIONARY, MEMBER))


async def test_before_the_window_one_is_told_when_it_opens(service: Service, world: Visitor) -> None:
    await card(world)
    await world.travel(to=await start(world) - timedelta(hours=3))
    await world.says(number(MEMBER), "/signin")
    assert "14:45开始" in await said(world, MEMBER, "签到")


async def test_the_code_is_typed_or_scanned_and_few_guesses_are_free(service: Service, world: Visitor) -> None:
    _, code = await opened(world)
    await world.says(number(ELDER), f"/signin {code}")
    await said(world, ELDER, "已签到（")
    await told(world, PROBATIONARY.id, "输签到码")
    await said(world, PROBATIONARY, "请发来现场的6位签到码")
    await world.says(number(PROBATIONARY), f"{code[:3]} {code[3:]}")
    await said(world, PROBATIONARY, "已签到（")
    await world.says(number(GROUP_LEADER), f"/start s_1_{code}")
    await said(world, GROUP_LEADER, "已签到（")
    wrong = "111111" if code != "111111" else "222222"
    for left in (4, 3, 2, 1, 0):
        await world.says(number(MEMBER), f"/signin {wrong}")
        await said(world, MEMBER, f"还可以试{left}次")
    await world.says(number(MEMBER), f"/signin {code}")
    await said(world, MEMBER, "试的次数太多了")
    await world.says(number(OUTSIDER), f"/start s_1_{code}")
    await said(world, OUTSIDER, "名册里没有您的名字")
    await shows(world, GROUP.id, "已签到 3／8")


async def test_the_code_is_in_no_log_and_not_asked_for_in_the_group(service: Service, world: Visitor) -> None:
    _, code = await opened(world)
    await world.says(number(ELDER), f"/signin {code}")
    await said(world, ELDER, "已签到（")
    assert code not in service.said()
    assert not any(code in message["text"] for message in await world.sees(GROUP.id))


async def test_who_has_no_phone_is_entered_by_tapping_the_name(service: Service, world: Visitor) -> None:
    await opened(world)
    await world.taps(BOSS, "代签")
    await said(world, SECRETARY, "还没签到 8 人")
    answer = await world.taps(BOSS, WITHOUT_TELEGRAM.name)
    assert answer is not None
    assert answer["text"] == f"已代签：{WITHOUT_TELEGRAM.name}。"
    await said(world, SECRETARY, "还没签到 7 人")
    buttons = [button["text"] for row in (await listing(world))["buttons"] for button in row]
    assert WITHOUT_TELEGRAM.name not in buttons
    await shows(world, GROUP.id, "已签到 1／8")


async def listing(world: Visitor) -> dict[str, Any]:
    return await until_said(world, BOSS, lambda text: "还没签到 7 人" in text)


async def test_after_the_end_it_is_too_late_and_a_correction_is_seen_by_who_it_is_about(
    service: Service, world: Visitor
) -> None:
    begins, _ = await opened(world)
    await told(world, ELDER.id, "签到")
    await closed(world, begins)
    await world.says(number(MEMBER), "/signin")
    assert "已经结束" in await said(world, MEMBER, "签到")
    assert "应到 8：实到 1，请假 0，缺席 7" in await said(world, SECRETARY, "请核对记录")
    await corrects(world, MEMBER.name, "出席", "手机没电当场在座")
    notice = await said(world, MEMBER, "您的出勤现在记为“出席”")
    assert "手机没电当场在座" in notice
    await said(world, SECRETARY, "应到 8：实到 2，请假 0，缺席 6")
    await corrects(world, WITHOUT_TELEGRAM.name, "不计应到", "长期卧床上级已同意")
    await said(world, SECRETARY, "应到 7：实到 2，请假 0，缺席 5")


async def test_a_locked_record_stays_as_it_is_and_comes_as_a_document(service: Service, world: Visitor, api: str) -> None:
    begins, _ = await opened(world)
    await told(world, ELDER.id, "签到")
    await closed(world, begins)
    await world.taps(BOSS, "列席")
    await said(world, SECRETARY, "请发来列席人的姓名")
    await world.says(BOSS, "街道指导员")
    await said(world, SECRETARY, "已记下列席 1 人")
    await world.taps(BOSS, "记作")
    await said(world, SECRETARY, "现在记作")
    await world.taps(BOSS, "党课")
    await said(world, SECRETARY, "、党课")
    await world.taps(BOSS, "锁定")
    await said(world, SECRETARY, "再点一次就锁定")
    answer = await world.taps(BOSS, "锁定")
    assert answer is not None
    assert answer["text"] == "记录已锁定。"
    await said(world, SECRETARY, "记录已锁定")
    assert "缺席" not in str([message["text"] for message in await world.sees(GROUP.id)])
    late = await world.taps(BOSS, "1.correct_at.1.0.0", forged=True)
    assert late is not None
    assert "已经锁定" in late["text"]
    await world.taps(BOSS, "下载记录")
    await said(world, SECRETARY, "可以打印签名")
    paper = Document(io.BytesIO(await fetched(api, world, "记录.docx")))
    head = {row.cells[0].text: row.cells[1].text for row in paper.tables[0].rows}
    assert head["人数"] == "应到 8，实到 1，请假 0，缺席 7"
    assert (head["列席"], head["类型"]) == ("街道指导员", "活动、党课")
    lines = [[cell.text for cell in row.cells] for row in paper.tables[1].rows]
    assert next(line for line in lines if line[1] == ELDER.name)[2:4] == ["出席", "本人点"]


async def test_who_was_absent_is_offered_to_make_it_up(service: Service, world: Visitor) -> None:
    begins, _ = await opened(world)
    await closed(world, begins)
    await world.taps(BOSS, "锁定")
    await said(world, SECRETARY, "再点一次就锁定")
    await world.taps(BOSS, "锁定")
    await said(world, MEMBER, "请补课")
    done = await world.taps(number(MEMBER), "已补课")
    assert done is not None
    assert done["text"] == "已记下：补课完成。"
    await said(world, SECRETARY, "补课 1／8")


async def test_who_keeps_no_record_presses_in_vain(service: Service, world: Visitor) -> None:
    begins, _ = await opened(world)
    for who in (MEMBER, OUTSIDER):
        answer = await world.taps(number(who), "1.lock_record.1.2.0", chat=GROUP.id, forged=True)
        assert answer is not None
        assert answer["text"].startswith(("这件事由", "名册里没有"))
    await closed(world, begins)
    assert ORGANISER.id is not None
    await said(world, ORGANISER, "请核对记录")


async def test_switched_off_over_the_opening_it_opens_late_and_once(service: Service, world: Visitor) -> None:
    await card(world)
    begins = await start(world)
    await world.travel(to=begins - timedelta(hours=1))
    await world.power(False)
    await world.travel(to=begins + timedelta(minutes=5))
    await world.power(True)
    await world.travel(seconds=1)
    await shows(world, GROUP.id, "已签到 0／8")
    assert (await told(world, ELDER.id, "签到")).startswith("已签到（")
    pictures = [call for call in await world.log(method="sendPhoto") if call["chat_id"] == BOSS]
    assert len(pictures) == 1
