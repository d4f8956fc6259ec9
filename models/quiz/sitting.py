"""一轮题: somebody goes through items one by one, in private: for practice, through their mistakes, or through a test.

The row knows the items, how many are done and what is ticked: a restart, another telephone, a lost message take nothing away.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from models import due
from models.calendar import local
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run, to_ms
from models.member import Actor
from models.organisation import serving, wishes
from models.outbox import Recipient, debt, owe_many, restate, touch
from models.quiz.bank import MULTIPLE, TRUTH
from models.quiz.choosing import named, shuffled
from models.quiz.daily import paired
from models.quiz.mistakes import keep
from models.quiz.own import PRACTISE, today
from models.quiz.tables import Item, Paper, Reply, Sitting

PACK = 16  # a choice: the number of the question from 1, and in it an option from 0, or
SURE = 15  # of a question with several right options: these are my answer


async def begin(actor: Actor, items: Sequence[int], now: datetime, paper: Paper | None = None) -> Sitting:
    """Somebody begins; a round of practice that was not ended is left."""
    assert actor.member_id is not None, "somebody sits down"
    ends = now + timedelta(minutes=paper.minutes) if paper else None
    if paper is None:
        await Sitting.filter(member_id=actor.member_id, paper_id=None, ended_at=None).update(ended_at=now)
    facts: dict[str, Any] = {"root_id": actor.root_id, "member_id": actor.member_id, "paper_id": paper.id if paper else None}
    return await Sitting.create(items=json.dumps(list(items)), at=now, ends_at=ends, end_due=ends, **facts)


async def shown(one: Sitting, now: datetime) -> None:
    """The question one is at, as a card that goes on with every answer; an older copy of it is left as it is."""
    await run("UPDATE delivery SET live = ? WHERE about = ?", False, about(one.id))
    to = Recipient(await serving(one.root_id), one.root_id, member_id=one.member_id)
    key = f"notice:{about(one.id)}:{to_ms(now)}"
    await owe_many([debt("notice", await card(one), to, key, now, about=about(one.id), live=True)])


def about(sitting_id: int) -> str:
    return f"sitting:{sitting_id}"


def items_of(one: Sitting) -> list[int]:
    return [int(each) for each in json.loads(one.items)]


async def card(one: Sitting) -> Card:
    """The question, or at the end the result; from practice one may go on."""
    if one.ended_at is not None:
        again = () if one.paper_id else ((Tap("quiz.practise", "quiz_go", one.member_id, PRACTISE),),)
        return Card("quiz/result", {"quiz_sitting": one.id}, again)
    item = await Item.get(id=items_of(one)[one.place])
    return Card("quiz/sitting", {"quiz_sitting": one.id}, buttons(one, item))


def buttons(one: Sitting, item: Item) -> tuple[tuple[Tap, ...], ...]:
    """The options, in another order for everybody; ticked ones say so."""
    number, options = one.place + 1, item.choices
    order = shuffled(len(options), f"{one.id}:{item.id}")
    taps = [
        Tap("quiz.picked" if one.picked >> place & 1 else "named", "quiz_pick", one.id, number * PACK + place, options[place])
        for place in order
    ]
    sure = ((Tap("quiz.sure", "quiz_pick", one.id, number * PACK + SURE),),) if item.kind == MULTIPLE else ()
    return (*paired(taps), *sure, (Tap("quiz.fault", "quiz_wrong", one.id, number),))


async def pick(actor: Actor, sitting_id: int, choice: int, now: datetime) -> Answer:
    """A tap on an option: kept at once, and on to the next; where several are right each is ticked first."""
    one = await own(actor, sitting_id)
    number, place = divmod(choice, PACK)
    ids = items_of(one)
    if not 1 <= number <= len(ids):
        raise Refusal("action/unknown")
    if one.ended_at is not None or number != one.place + 1:
        raise Refusal("quiz/passed")
    if one.ends_at is not None and one.ends_at <= now:
        raise Refusal("quiz/time_over")
    item = await Item.get(id=ids[one.place])
    if place == SURE and item.kind == MULTIPLE:
        if not one.picked:
            raise Refusal("quiz/nothing_picked")
        return await answered(one, item, one.picked, now)
    if place >= len(item.choices):
        raise Refusal("action/unknown")
    if item.kind == MULTIPLE:
        return await ticked(one, place, now)
    return await answered(one, item, 1 << place, now)


async def own(actor: Actor, sitting_id: int) -> Sitting:
    """One's own way through; anybody else's does not exist."""
    one = await Sitting.get_or_none(id=sitting_id)
    if actor.member_id is None or one is None or one.member_id != actor.member_id:
        raise Refusal("action/unknown" if actor.member_id else "rights/stranger")
    actor.must("quiz.answer", f"/{one.root_id}/")
    return one


async def ticked(one: Sitting, place: int, now: datetime) -> Answer:
    one.picked ^= 1 << place
    await Sitting.filter(id=one.id, place=one.place).update(picked=one.picked)
    await restate(about(one.id), await card(one), now)
    return Answer(toast=Card("quiz/ticked", {"count": one.picked.bit_count()}))


NEXT = """
UPDATE quiz_sitting SET place = place + 1, picked = 0, correct = correct + ?, ended_at = ?, end_due = ?
WHERE id = ? AND place = ? AND ended_at IS NULL
"""


async def answered(one: Sitting, item: Item, picked: int, now: datetime) -> Answer:
    """Kept, and on; the last one ends it. Of two taps at once the second finds the question passed."""
    right, over = picked == item.answer, one.place + 1 == len(items_of(one))
    ended, due_at = (now, None) if over else (None, one.end_due)
    if not await run(NEXT, int(right), ended, due_at, one.id, one.place):
        raise Refusal("quiz/passed")
    told = {"root_id": one.root_id, "member_id": one.member_id, "item_id": item.id, "place": one.place}
    await Reply.create(sitting_id=one.id, chosen=picked, at=now, **told)
    await keep(one.root_id, one.member_id, item.id, right, await today(one.member_id, now))
    await one.refresh_from_db()
    await renew(one, now)
    if one.paper_id is not None:
        return Answer(toast=Card("quiz/noted", {"number": one.place}))
    answer = "、".join(named(item.choices, item.answer))
    return Answer(toast=Card("quiz/marked", {"right": right, "answer": answer, "why": item.why}), alert=not right)


async def end_sittings(now: datetime) -> int:
    """Time is up: what was answered counts."""
    return await due.sweep("quiz_sitting", "end_due", now, timed_out)


async def timed_out(sitting_id: int, now: datetime) -> None:
    one = await Sitting.get(id=sitting_id)
    if one.ended_at is None:
        one.ended_at = one.ends_at
        await one.save(update_fields=["ended_at"])
        await renew(one, now)


async def renew(one: Sitting, now: datetime) -> None:
    """The card goes on; the organiser's counts change when a test has ended."""
    await restate(about(one.id), await card(one), now)
    if one.ended_at is not None and one.paper_id is not None:
        await touch(f"paper_desk:{one.paper_id}", now)


SHOWN = "SELECT p.*, n.name AS node FROM quiz_paper p JOIN node n ON n.id = p.node_id WHERE p.id = ?"


async def describe(sitting_id: int, _: datetime) -> dict[str, Any]:
    """Where somebody is: `number` of `count`, `question`, `several` right ones, `truth`; at the end `correct`. Of a test also
    `node`, `ends` (local, ISO) and `passed`.
    """
    one = await Sitting.get(id=sitting_id)
    ids = items_of(one)
    said: dict[str, Any] = {"count": len(ids), "number": one.place + 1, "correct": one.correct}
    if one.ended_at is None:
        item = await Item.get(id=ids[one.place])
        said |= {"question": item.question, "several": item.kind == MULTIPLE, "truth": item.kind == TRUTH}
    if one.paper_id is None:
        return said | {"test": False}
    return said | await of_paper(one)


async def of_paper(one: Sitting) -> dict[str, Any]:
    from_paper = (await rows(SHOWN, one.paper_id))[0]
    passed = one.correct >= from_paper["pass_mark"]
    ends = local(one.ends_at, (await wishes(from_paper["node_id"])).zone).isoformat() if one.ends_at else ""
    return {"test": True, "passed": passed, "ends": ends} | {name: from_paper[name] for name in ("node", "pass_mark", "count")}
