"""`import` and `export` in this process: progress, and a roster that changes between the comparison and the entering."""

import base64
import logging
from typing import Any

import pytest

from bot import rosters
from bot.files import sheets
from bot.web.admin import BadWish
from models import clock
from models.member import OPERATOR, Member, enrol
from models.organisation import Bot, Node, know_bot, plant
from models.roster import compare
from tests.cast import ZONE
from tests.dump import changed, dump

ROOT = "梧桐街道党工委"


@pytest.fixture
async def bot(database: str) -> Bot:
    bot = await know_bot(7, "bot")
    await plant(ROOT, "primary_committee", ZONE, bot.id)
    return bot


def wishes(text: str, enter: str) -> dict[str, Any]:
    return {"name": "a.csv", "content": base64.b64encode(text.encode()).decode(), "root": "", "enter": enter}


def sheet(*names: str) -> str:
    return "姓名,所在党组织\n" + "".join(f"{name},{ROOT}\n" for name in names)


def progress(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if getattr(each, "action", "") == "roster.writing"]


def test_progress_is_a_line_a_second_and_none_for_what_takes_a_moment(caplog: pytest.LogCaptureFixture) -> None:
    times = iter([0.0, 0.4, 1.2, 1.2, 1.9, 2.3, 2.3])
    tell = rosters.progress(2000, lambda: next(times))
    with caplog.at_level(logging.INFO):
        for done in (500, 1000, 1500, 2000):
            tell(done)
    assert progress(caplog) == ["正在录入：1000／2000 人，全部写完才生效", "正在录入：2000／2000 人，全部写完才生效"]


async def test_entering_tells_how_many_people_were_written_of_how_many(
    bot: Bot, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rosters, "TELL_EVERY", 0.0)
    await rosters.take(bot, wishes(sheet("钱一"), "all"))
    with caplog.at_level(logging.INFO):
        await rosters.take(bot, wishes(sheet("钱一", *(f"新{number}" for number in range(700))), "all"))
    assert [line.split(" ")[0] for line in progress(caplog)] == ["正在录入：500／700", "正在录入：700／700"]
    assert await Member.all().count() == 701


@pytest.mark.parametrize("enter", ["", "all", "good"])
async def test_a_file_of_bad_rows_alone_writes_nothing_however_it_is_asked(bot: Bot, enter: str) -> None:
    before = await dump()
    bad = f"姓名,所在党组织,入党日期\n钱一,{ROOT},2019-13-01\n"
    if enter == "all":
        with pytest.raises(BadWish, match="有 1 行有问题，所以一行也没有录入"):
            await rosters.take(bot, wishes(bad, enter))
    else:
        assert "有问题 1" in (await rosters.take(bot, wishes(bad, enter)))["said"]
    assert changed(before, await dump()) == set()


async def test_a_row_that_goes_bad_before_it_is_entered_is_named_and_nothing_is_written(bot: Bot) -> None:
    root = await Node.get(name=ROOT)
    by, given = rosters.operating(root), sheets.read("a.csv", sheet("钱一", "孙二").encode(), clock.now().date())
    verdict = await compare(by, root.id, given, clock.now())
    for _ in range(2):
        await enrol(OPERATOR, root.id, "孙二", "full", clock.now(), root.id)
    before = await dump()
    with pytest.raises(BadWish) as why:
        await rosters.entered(by, given, verdict, clock.now())
    assert str(why.value).splitlines()[0].startswith("核对以后名册又有了变化，没有录入")
    assert [line[:10] for line in str(why.value).splitlines()[1:]] == ["党员第3行“姓名”："]
    assert changed(before, await dump()) == set()


async def test_a_good_file_is_only_looked_at_until_entering_is_asked_for(bot: Bot) -> None:
    before = await dump()
    assert "新增 1" in (await rosters.take(bot, wishes(sheet("钱一"), "")))["said"]
    assert changed(before, await dump()) == set()


async def test_what_is_asked_wrongly_is_refused(bot: Bot) -> None:
    good = wishes(sheet("钱一"), "all")
    for odd in (good | {"content": "no base64!"}, good | {"enter": 1}, {"name": "a.csv"}, good | {"root": "elsewhere"}):
        with pytest.raises(BadWish):
            await rosters.take(bot, odd)
    for odd in ({}, {"root": 1}, {"root": "elsewhere"}):
        with pytest.raises(BadWish):
            await rosters.give(bot, odd)
    assert not await Member.exists()
