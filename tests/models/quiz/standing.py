"""What of the quiz stands at a node, for the property of rights."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.member import Member
from models.organisation import Node
from models.quiz import Day, DayAnswer, Fault, Item, Mistake, Paper, Reply, Sitting, Volunteer
from tests.cast import NOW
from tests.models.quiz.bank import ONE, shipped


@dataclass(frozen=True)
class QuizStand:
    """An open question, a test that is drawn up and one that is open, and what one member has: a way through, a doubt."""

    day: Day
    draft: Paper
    paper: Paper
    sitting: Sitting
    doubt: Fault


async def furnished(node: Node, member: Member) -> QuizStand:
    if not await Item.exists(code=ONE.code):
        await shipped(ONE)
    item, later = await Item.get(code=ONE.code), NOW + timedelta(hours=9)
    place = {"root_id": node.root_id, "node_id": node.id}
    whose = {"root_id": node.root_id, "member_id": member.id}
    day = await Day.create(item_id=item.id, day=NOW.date(), opens_at=NOW, closes_at=later, close_due=later, **place)
    terms = {"count": 1, "minutes": 5, "pass_mark": 1, "retakes": 1, "closes_at": later, "member_id": member.id}
    draft, paper = await Paper.create(**terms, **place), await Paper.create(opened_at=NOW, **terms, **place)
    sitting = await Sitting.create(items=f"[{item.id}]", at=NOW, **whose)
    return QuizStand(day, draft, paper, sitting, await Fault.create(item_id=item.id, at=NOW, **whose))


async def studied(facts: dict[str, Any], node_id: int) -> None:
    """A row about a member (`facts`: root_id, member_id) in every table of the quiz that can have one."""
    stand = await furnished(await Node.get(id=node_id), await Member.get(id=facts["member_id"]))
    item = stand.day.item_id
    await DayAnswer.create(day_id=stand.day.id, chosen=1, at=NOW, **facts)
    await Mistake.create(item_id=item, box=0, due_on=NOW.date(), **facts)
    await Volunteer.create(at=NOW, node_id=node_id, **facts)
    await Reply.create(sitting_id=stand.sitting.id, item_id=item, place=0, chosen=1, at=NOW, **facts)
    await Fault.filter(id=stand.doubt.id).update(words="a doubt")
    await Sitting.create(paper_id=stand.paper.id, items="[]", correct=1, at=NOW, ended_at=NOW, **facts)
