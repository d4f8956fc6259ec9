"""A press of every verb of the quiz that means something, made by whoever may make it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from models.card import Action
from models.quiz import Day, Fault, Item, Mistake, Paper, QuizHabit, Sitting
from models.quiz.daily import YES
from models.quiz.desk import PACK as SETTING
from models.quiz.faults import PAUSE
from models.quiz.own import REVIEW
from models.quiz.sitting import PACK
from tests.cast import NOW, Cast
from tests.models.quiz.bank import ONE, TWO, shipped

Press = Callable[[Cast], Awaitable[Action]]


async def asked(cast: Cast) -> Day:
    """An open question of the branch that is true or false: with two options few numbers mean anything."""
    await shipped(ONE, TWO)
    item = await Item.get(code=TWO.code)
    facts = {"root_id": cast.district.id, "node_id": cast.branch.id, "item_id": item.id, "day": NOW.date(), "opens_at": NOW}
    ends = NOW + timedelta(hours=9)
    return await Day.create(closes_at=ends, close_due=ends, **facts)


async def answer(cast: Cast) -> Action:
    return Action("quiz", (await asked(cast)).id, 1)


async def fault(cast: Cast) -> Action:
    return Action("quiz_fault", (await asked(cast)).id, YES)


async def sat(cast: Cast) -> Sitting:
    """The member's own round of two."""
    await shipped(ONE, replace(TWO, code="F04-2"))
    items = [item.id for item in await Item.all().order_by("id")]
    return await Sitting.create(root_id=cast.district.id, member_id=cast.member.id, items=str(items), at=NOW)


async def pick(cast: Cast) -> Action:
    return Action("quiz_pick", (await sat(cast)).id, PACK)


async def wrong(cast: Cast) -> Action:
    return Action("quiz_wrong", (await sat(cast)).id, 1)


async def go(cast: Cast) -> Action:
    await shipped(ONE)
    item = await Item.get(code=ONE.code)
    mine = {"root_id": cast.district.id, "member_id": cast.member.id, "item_id": item.id}
    await Mistake.create(box=0, due_on=NOW.date(), **mine)
    return Action("quiz_go", cast.member.id, REVIEW)


async def keep(cast: Cast) -> Action:
    await shipped(ONE)
    item = await Item.get(code=ONE.code)
    doubt = await Fault.create(root_id=cast.district.id, item_id=item.id, member_id=cast.member.id, at=NOW)
    return Action("quiz_keep", doubt.id, PAUSE)


async def board(cast: Cast) -> Action:
    return Action("quiz_board", cast.branch.id, YES)


async def words(cast: Cast) -> Action:
    return Action("quiz_words", (await keep(cast)).target, YES)


async def desk(cast: Cast) -> Action:
    return Action("quiz_desk", cast.branch.id, YES)


async def setting(cast: Cast) -> Action:
    await QuizHabit.create(root_id=cast.district.id, node_id=cast.branch.id)
    return Action("quiz_set", cast.branch.id, SETTING)


async def paper(cast: Cast) -> Paper:
    await shipped(ONE)
    mine = {"root_id": cast.district.id, "node_id": cast.branch.id, "member_id": cast.secretary.id}
    return await Paper.create(count=1, minutes=5, pass_mark=1, retakes=1, closes_at=NOW + timedelta(days=7), **mine)


async def opening(cast: Cast) -> Action:
    return Action("quiz_open", (await paper(cast)).id, YES)


async def sitting(cast: Cast) -> Action:
    one = await paper(cast)
    await Paper.filter(id=one.id).update(opened_at=NOW)
    return Action("quiz_sit", one.id, YES)


async def papers(cast: Cast) -> Action:
    return Action("quiz_papers", cast.member.id, YES)


OF_MEMBERS: dict[str, Press] = {"quiz": answer, "quiz_board": board, "quiz_fault": fault, "quiz_sit": sitting}
OF_ORGANISERS: dict[str, Press] = {"quiz_desk": desk, "quiz_set": setting, "quiz_open": opening}
OF_ONE: dict[str, Press] = {"quiz_go": go, "quiz_papers": papers, "quiz_pick": pick, "quiz_words": words, "quiz_wrong": wrong}
OF_KEEPERS: dict[str, Press] = {"quiz_keep": keep}
