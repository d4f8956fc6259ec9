"""Good and bad rows between a dry run and its tap: only what was told is entered; what went bad meanwhile is named."""

import json

import pytest

from bot.sandbox.cast import GROUP, SECRETARY
from bot.wording import toast
from models.errand import Errand
from models.member import OPERATOR, Member, enrol
from models.organisation import grow
from models.roster import ALL, GOOD, RECHECK
from tests.bot.desk import Desk, Shelf
from tests.bot.machine import Machine
from tests.bot.test_recheck import PEOPLE, beyond_words, compared, enrolled_meanwhile, made_stale, refused
from tests.dump import changed, dump


@pytest.fixture
def desk(machine: Machine) -> Desk:
    return Desk(machine, Shelf(PEOPLE))


MIXED = f"姓名,所在党组织\n李三,隔壁支部\n钱一,{GROUP.title}\n孙二,{GROUP.title}\n赵四,远方支部\n".encode()


async def partly_good(desk: Desk) -> Errand:
    """A file of two good rows and two bad ones after its dry run."""
    desk.shelf.content = MIXED
    one = await desk.offered()
    await desk.works()
    assert "新增 2，变更 0，不变 0，有问题 2" in await shown(desk)
    return one


async def shown(desk: Desk) -> str:
    """The live card itself: a file may have come after it."""
    await desk.says()
    assert SECRETARY.id is not None
    seen = [each["text"] or "" for each in await desk.machine.world.sees(SECRETARY.id)]
    return next(text for text in reversed(seen) if "核对结果：" not in text)


async def twins_meanwhile(desk: Desk) -> None:
    """Two of one name come into the branch, so that a row can mean either."""
    branch = desk.machine.branch
    assert branch.root_id is not None
    for _ in range(2):
        await enrol(OPERATOR, branch.root_id, "孙二", "full", desk.machine.time, branch.id)


async def found(desk: Desk) -> list[str]:
    return sorted([each.name for each in await Member.filter(name__in=["钱一", "孙二", "李三", "赵四"])])


async def test_only_the_rows_that_were_told_to_be_good_are_entered(desk: Desk) -> None:
    """A row that became good meanwhile was not asked about."""
    one = await partly_good(desk)
    await grow(desk.machine.branch, "隔壁支部", "party_group")
    await desk.taps(one, GOOD)
    await desk.works()
    assert await found(desk) == ["孙二", "钱一"]
    assert "新增 2，变更 0，不变 0" in await shown(desk)


async def test_a_good_row_that_went_bad_is_told_with_its_place_and_reason_before_anything_is_entered(desk: Desk) -> None:
    one = await partly_good(desk)
    await twins_meanwhile(desk)
    before = await dump()
    await desk.taps(one, GOOD)
    await desk.works()
    assert "请重新核对一遍再决定" in await shown(desk)
    await desk.taps(one, RECHECK)
    await desk.works()
    assert await beyond_words(before) <= {"enclosure"}
    told = (await shown(desk)).splitlines()
    assert told[0].endswith("新增 1，变更 0，不变 0，有问题 3")
    assert told[1] == "其中 1 行上次核对时还是好的，排在最前面："
    assert told[2].startswith("党员第4行“姓名”：“孙二”不止一位")
    assert [line[:5] for line in told[3:5]] == ["党员第2行", "党员第5行"]
    await desk.taps(one, GOOD)
    await desk.works()
    assert await found(desk) == ["孙二", "孙二", "钱一"]


async def test_comparing_again_looks_at_the_whole_file_also_at_what_was_bad(desk: Desk) -> None:
    one = await partly_good(desk)
    await enrolled_meanwhile(desk)
    await grow(desk.machine.branch, "隔壁支部", "party_group")
    await desk.taps(one, GOOD)
    await desk.works()
    await desk.taps(one, RECHECK)
    await desk.works()
    told = await shown(desk)
    assert "新增 2，变更 0，不变 1，有问题 1" in told
    assert "上次核对时还是好的" not in told
    await desk.taps(one, GOOD)
    await desk.works()
    assert await found(desk) == ["孙二", "李三", "钱一"]


async def test_rows_may_go_bad_once_more_after_they_were_compared_again(desk: Desk) -> None:
    one = await partly_good(desk)
    await enrolled_meanwhile(desk)
    await desk.taps(one, GOOD)
    await desk.works()
    await desk.taps(one, RECHECK)
    await desk.works()
    await twins_meanwhile(desk)
    await desk.taps(one, GOOD)
    await desk.works()
    await desk.taps(one, RECHECK)
    await desk.works()
    told = (await shown(desk)).splitlines()
    assert told[1].startswith("其中 1 行上次核对时还是好的")
    assert told[2].startswith("党员第4行")


async def test_a_result_kept_by_an_older_version_is_still_entered(desk: Desk) -> None:
    """Its book holds the good rows alone, and does not say that others were left."""
    one = await compared(desk)
    kept = json.loads((await Errand.get(id=one.id)).facts)
    del kept["book"]["left"], kept["rows"], kept["shown"]["fresh"]
    await Errand.filter(id=one.id).update(facts=json.dumps(kept))
    await desk.taps(one, ALL)
    assert "正在录入，请稍等" in await shown(desk)
    await desk.works()
    assert await found(desk) == ["孙二", "钱一"]


async def test_while_a_roster_is_entered_the_card_says_how_many_rows_that_is(desk: Desk) -> None:
    one = await partly_good(desk)
    answer = await desk.taps(one, GOOD)
    assert answer.toast is not None
    assert toast(answer.toast) == "好的，正在录入。"
    assert "正在录入 2 行" in await shown(desk), "before the first of them is written"
    assert await found(desk) == []
    await desk.works()
    assert "名册录入好了" in await shown(desk)


async def test_while_a_roster_is_compared_again_nobody_says_it_is_entered(desk: Desk) -> None:
    one = await made_stale(desk)
    answer = await desk.taps(one, RECHECK)
    assert answer.toast is not None
    assert toast(answer.toast) == "好的，正在重新核对。"
    assert "正在重新核对，请稍等" in await shown(desk)


async def test_a_file_with_bad_rows_is_not_entered_whole(desk: Desk) -> None:
    one = await partly_good(desk)
    before = await dump()
    assert await refused(desk, one, ALL)
    assert changed(before, await dump()) == set()
