"""Between a dry run and its tap the roster may change or the right be lost: nothing is written then, and it is said."""

import pytest

from bot.sandbox.cast import GROUP, SECRETARY
from bot.wording import toast
from models import binding, roster
from models.binding.told import YES
from models.card import Refusal
from models.errand import Errand
from models.member import OPERATOR, Account, Member, Role, enrol
from models.roster import ALL, RECHECK
from tests.bot.desk import Desk, Shelf
from tests.bot.machine import Machine
from tests.dump import Dump, changed, dump

PEOPLE = f"姓名,所在党组织\n钱一,{GROUP.title}\n孙二,{GROUP.title}\n".encode()
LOST = "您现在没有维护名册的权限，名册没有变。"
SAYING = {"delivery", "errand"}  # the tables that may change when nothing is entered


@pytest.fixture
def desk(machine: Machine) -> Desk:
    return Desk(machine, Shelf(PEOPLE))


async def compared(desk: Desk) -> Errand:
    """A file of two new members after its dry run."""
    one = await desk.offered()
    await desk.works()
    assert "新增 2" in await desk.says()
    return one


async def enrolled_meanwhile(desk: Desk) -> None:
    branch = desk.machine.branch
    assert branch.root_id is not None
    await enrol(OPERATOR, branch.root_id, "钱一", "full", desk.machine.time, branch.id)


async def loses_the_right(desk: Desk) -> None:
    member = desk.machine.members[SECRETARY.name]
    assert await Role.filter(member_id=member.id).update(until_at=desk.machine.time) == 1


async def made_stale(desk: Desk) -> Errand:
    one = await compared(desk)
    await enrolled_meanwhile(desk)
    await desk.taps(one, ALL)
    await desk.works()
    return one


async def beyond_words(before: Dump) -> set[str]:
    """What changed besides what was said."""
    return changed(before, await dump()) - SAYING


async def refused(desk: Desk, one: Errand, choice: int) -> str:
    with pytest.raises(Refusal) as no:
        await desk.taps(one, choice)
    return toast(no.value.card)


async def state(one: Errand) -> str:
    return (await Errand.get(id=one.id)).state


async def test_a_tap_after_the_roster_changed_writes_nothing_and_offers_to_compare_again(desk: Desk) -> None:
    one = await compared(desk)
    await enrolled_meanwhile(desk)
    before = await dump()
    await desk.taps(one, ALL)
    await desk.works()
    assert await beyond_words(before) == set()
    assert not await Member.exists(name="孙二")
    assert "请重新核对一遍再决定" in await desk.says()
    assert [button["text"] for button in await buttons(desk)] == ["重新核对", "取消"]


async def buttons(desk: Desk) -> list[dict[str, str]]:
    assert SECRETARY.id is not None
    seen = await desk.machine.world.last(SECRETARY.id)
    assert seen is not None
    return [button for row in seen["buttons"] for button in row]


async def test_the_new_comparison_is_what_is_entered_then(desk: Desk) -> None:
    one = await made_stale(desk)
    before = await dump()
    await desk.taps(one, RECHECK)
    await desk.works()
    assert await beyond_words(before) == set(), "comparing writes nothing"
    assert "新增 1，变更 0，不变 1" in await desk.says()
    await desk.taps(one, ALL)
    await desk.works()
    assert sorted([each.name for each in await Member.filter(name__in=["钱一", "孙二"])]) == ["孙二", "钱一"]
    assert await state(one) == "done"


async def test_the_roster_may_change_again_after_the_new_comparison(desk: Desk) -> None:
    one = await made_stale(desk)
    await desk.taps(one, RECHECK)
    await desk.works()
    await Member.filter(name="钱一").update(name="赵四")
    before = await dump()
    await desk.taps(one, ALL)
    await desk.works()
    assert await beyond_words(before) == set()
    assert (await desk.taps(one, RECHECK)).toast is not None


async def test_a_stale_result_is_not_entered_and_a_fresh_one_not_compared_again(desk: Desk) -> None:
    one = await compared(desk)
    assert await refused(desk, one, RECHECK)
    await enrolled_meanwhile(desk)
    await desk.taps(one, ALL)
    await desk.works()
    before = await dump()
    assert await refused(desk, one, ALL)
    assert changed(before, await dump()) == set()


@pytest.mark.parametrize("choice", [ALL, RECHECK])
async def test_a_secretary_who_lost_the_right_before_the_tap_is_refused(desk: Desk, choice: int) -> None:
    one = await (made_stale(desk) if choice == RECHECK else compared(desk))
    await loses_the_right(desk)
    before = await dump()
    assert "由支部书记或组织委员来办" in await refused(desk, one, choice)
    assert changed(before, await dump()) == set()
    assert await state(one) == "waiting"


@pytest.mark.parametrize("choice", [ALL, RECHECK])
async def test_a_secretary_who_lost_the_right_after_the_tap_is_told(desk: Desk, choice: int) -> None:
    one = await (made_stale(desk) if choice == RECHECK else compared(desk))
    await desk.taps(one, choice)
    await loses_the_right(desk)
    before = await dump()
    await desk.works()
    assert await beyond_words(before) == set()
    assert await state(one) == "failed"
    assert LOST in await desk.says()


async def test_who_unbound_after_the_tap_enters_nothing(desk: Desk) -> None:
    one = await compared(desk)
    await desk.taps(one, ALL)
    account = await Account.get(member_id=desk.machine.members[SECRETARY.name].id)
    await binding.unbind(await desk.secretary(), account.id, YES, desk.machine.time)
    before = await dump()
    await desk.works()
    assert await beyond_words(before) == set()
    assert await state(one) == "failed"


async def test_nobody_else_decides(desk: Desk) -> None:
    one = await compared(desk)
    await Errand.filter(id=one.id).update(member_id=desk.machine.members[SECRETARY.name].id + 1)
    before = await dump()
    assert await refused(desk, one, roster.ALL)
    assert changed(before, await dump()) == set()


async def test_what_was_cancelled_is_over(desk: Desk) -> None:
    one = await compared(desk)
    await desk.taps(one, roster.checking.CANCEL)
    assert await state(one) == "cancelled"
    assert "这份名册已经处理过了" in await refused(desk, one, ALL)


async def test_a_file_too_large_to_fetch_is_refused_at_once(desk: Desk) -> None:
    file = {"id": "a file", "name": "a.xlsx", "size": roster.checking.LARGEST + 1}
    with pytest.raises(Refusal, match="roster/too_large"):
        await roster.offer(await desk.secretary(), desk.machine.bot.id, file, desk.machine.time)
