"""Whatever becomes of an errand, whoever asked for it hears of it: once, in words that fit what was asked for."""

import pytest
from telegram.error import NetworkError

from bot.sandbox.cast import GROUP, SECRETARY
from models import errand
from models.errand import Errand, Task
from models.outbox import Delivery
from tests.bot.desk import Desk, Shelf
from tests.bot.machine import Machine, number

BOSS = number(SECRETARY)
# Each kind there is, and a word of what is said when nothing comes of it.
KINDS = {
    "calendar": "您刚才要的",
    "handout": "绑定小条",
    "holidays": "您刚才要的",
    "record.page": "您刚才要的",
    "report.sheet": "您刚才要的",
    "roster.check": "",
    "roster.compare": "",
    "roster.enter": "",
    "roster.export": "",
    "roster.template": "",
}
WITH_CARD = ("roster.check", "roster.compare", "roster.enter")
BUG, WORLD, AWAY = ZeroDivisionError("a bug"), NetworkError("gone"), ConnectionResetError("the database")


class Failing:
    """An errand that fails the same way however often it is tried."""

    def __init__(self, error: Exception) -> None:
        self.error, self.tried = error, 0

    async def __call__(self, _: Task) -> None:
        self.tried += 1
        raise self.error


@pytest.fixture
def desk(machine: Machine) -> Desk:
    return Desk(machine, Shelf(f"姓名,所在党组织\n钱一,{GROUP.title}\n".encode()))


async def asked(desk: Desk, kind: str) -> Errand:
    """An errand of a kind, asked for as it is; those of a file show how far they are in a card."""
    if kind in WITH_CARD:
        one = await desk.offered()
        await Errand.filter(id=one.id).update(kind=kind)
        return one
    by, now = await desk.secretary(), desk.machine.time
    assert by.root_id is not None
    assert by.member_id is not None
    facts = {"node": desk.machine.branch.id, "days": 7}
    return await Errand.get(id=await errand.send(by.root_id, desk.machine.bot.id, by.member_id, kind, facts, now))


async def over(desk: Desk) -> None:
    """Until it was tried as often as it is."""
    for _ in range(errand.MOST_ATTEMPTS + 2):
        await desk.works()
        desk.machine.later(minutes=2)


async def heard(desk: Desk) -> list[str]:
    """All the secretary reads in the end."""
    await desk.says()
    return [each["text"] for each in await desk.machine.world.sees(BOSS)]


@pytest.mark.parametrize("error", [BUG, WORLD, AWAY], ids=["bug", "world", "database"])
@pytest.mark.parametrize("kind", KINDS)
async def test_an_errand_that_fails_for_good_is_told_once(desk: Desk, kind: str, error: Exception) -> None:
    failing = Failing(error)
    desk.runner.kinds[kind] = failing
    one = await asked(desk, kind)
    await over(desk)
    assert (await Errand.get(id=one.id)).state == "failed"
    assert failing.tried == (1 if error is BUG else errand.MOST_ATTEMPTS)
    (words,) = await heard(desk)
    assert (KINDS[kind] or ("文件没有取到" if error is WORLD else "名册没有变")) in words
    await over(desk)
    assert await heard(desk) == [words]


async def test_an_errand_of_a_kind_nobody_knows_any_more_is_told_too(desk: Desk) -> None:
    await asked(desk, "of.an.older.release")
    await over(desk)
    (words,) = await heard(desk)
    assert "没有办成" in words


def test_every_kind_of_errand_has_its_row(desk: Desk) -> None:
    assert KINDS.keys() == desk.runner.kinds.keys()


@pytest.mark.parametrize("state", ["refused", "expired", "dead", "cancelled"])
async def test_where_the_card_cannot_be_seen_any_more_a_message_says_it(desk: Desk, state: str) -> None:
    one = await asked(desk, "roster.check")
    await Delivery.filter(about=f"errand:{one.id}").update(state=state)
    desk.runner.kinds["roster.check"] = Failing(BUG)
    await over(desk)
    (words,) = await heard(desk)
    assert "这一次没有办成" in words


async def test_a_sheet_that_could_not_be_made_is_told_and_comes_when_it_is_asked_for_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> bytes:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("bot.handouts.handout", broken)
        await asked(desk, "handout")
        await over(desk)
    (told,) = await heard(desk)
    assert "没有做成" in told
    await asked(desk, "handout")
    await desk.works()
    _, sheet = await heard(desk)
    assert "绑定小条，共1张" in sheet
