"""报错: whoever finds something wrong with a question says so; enough of them pause it until the keeper has looked."""

import json
from datetime import datetime
from typing import Any

from models.audit import note
from models.calendar import awake
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.draft import Question, ask, close
from models.member import Actor
from models.organisation import serving, wishes
from models.outbox import restate, touch
from models.quiz.answering import open_to
from models.quiz.choosing import named
from models.quiz.daily import YES
from models.quiz.sitting import items_of, own
from models.quiz.tables import Fault, Item, Pause
from models.responsible import tell

ENOUGH = 3  # members of one root who say so
QUESTION = "quiz.fault"
LONGEST = 80  # as much of it as the keeper is shown
PAUSE, RESUME = 1, 2  # what the keeper decides


async def report_day(actor: Actor, day_id: int, choice: int, now: datetime) -> Answer:
    """The button below the day's question, open or closed."""
    asked = await open_to(actor, day_id)
    if choice != YES:
        raise Refusal("action/unknown")
    return await report(actor, asked["root_id"], asked["item_id"], now)


async def report_sitting(actor: Actor, sitting_id: int, number: int, now: datetime) -> Answer:
    """The button below a question one is at, or has passed."""
    one = await own(actor, sitting_id)
    ids = items_of(one)
    if not 1 <= number <= len(ids):
        raise Refusal("action/unknown")
    return await report(actor, one.root_id, ids[number - 1], now)


KEEP = """
INSERT INTO quiz_fault (root_id, item_id, member_id, words, at) VALUES (?, ?, ?, '', ?)
ON CONFLICT (item_id, member_id) DO NOTHING RETURNING id
"""


async def report(actor: Actor, root_id: int, item_id: int, now: datetime) -> Answer:
    """Counted at once. What is wrong may be told in private, when a button there is tapped: what is typed meanwhile may be
    meant for another question.
    """
    kept = await rows(KEEP, root_id, item_id, actor.member_id, now)
    if not kept:
        return Answer(toast=Card("quiz/reported_already"))
    await note(root_id, actor.label, "quiz_fault", f"quiz_item:{item_id}", now, None, None)
    await judge(root_id, item_id, now)
    if actor.telegram_id is None:
        return Answer(toast=Card("quiz/reported"))
    more = ((Tap("quiz.words", "quiz_words", kept[0]["id"], YES),),)
    return Answer(toast=Card("quiz/reported"), screen=Card("quiz/may_say", {"quiz_fault": kept[0]["id"]}, more))


async def ask_words(actor: Actor, fault_id: int, choice: int, now: datetime) -> Answer:
    """Somebody would say more about their own report."""
    fault = await Fault.get_or_none(id=fault_id)
    if actor.telegram_id is None or actor.member_id is None or fault is None or fault.member_id != actor.member_id:
        raise Refusal("action/unknown" if actor.member_id else "rights/stranger")
    actor.must("quiz.answer", f"/{fault.root_id}/")
    if choice != YES:
        raise Refusal("action/unknown")
    if fault.settled_at is not None:
        raise Refusal("quiz/fault_seen")
    facts = {"fault": fault.id, "optional": True}
    await ask(await serving(fault.root_id), actor.telegram_id, QUESTION, facts, now)
    return Answer(screen=Card("quiz/which_fault", {"quiz_fault": fault.id, "most": LONGEST}))


async def judge(root_id: int, item_id: int, now: datetime) -> None:
    """The keeper is told; enough voices pause the item before anybody has looked."""
    open_ones = Fault.filter(root_id=root_id, item_id=item_id, settled_at=None)
    first = await open_ones.order_by("id").first()
    assert first is not None, "somebody has just said so"
    if await open_ones.count() >= ENOUGH:
        await pause(root_id, item_id, now)
    await touch(about(root_id, item_id), now)
    card = Card("quiz/fault", {"quiz_fault": first.id}, buttons(first.id))
    occasion, there = f"fault:{root_id}:{item_id}:{first.id}", await wishes(root_id)
    due = awake(now, there.zone, there.quiet_from, there.quiet_until)
    await tell("quiz.keep", f"/{root_id}/", card, occasion, now, about=about(root_id, item_id), live=True, due_at=due)


def buttons(fault_id: int) -> tuple[tuple[Tap, ...], ...]:
    return ((Tap("quiz.pause", "quiz_keep", fault_id, PAUSE), Tap("quiz.resume", "quiz_keep", fault_id, RESUME)),)


def about(root_id: int, item_id: int) -> str:
    return f"fault:{root_id}:{item_id}"


async def pause(root_id: int, item_id: int, now: datetime) -> None:
    sql = "INSERT INTO quiz_pause (root_id, item_id, at) VALUES (?, ?, ?) ON CONFLICT (root_id, item_id) DO NOTHING"
    if await run(sql, root_id, item_id, now):
        await note(root_id, "clock", "quiz_pause", f"quiz_item:{item_id}", now, {"asked": True}, {"asked": False})


async def decide(actor: Actor, fault_id: int, choice: int, now: datetime) -> Answer:
    """The keeper looked: the item is asked no more, or again."""
    fault = await Fault.get_or_none(id=fault_id)
    actor.must("quiz.keep", f"/{fault.root_id}/" if fault else "nowhere")
    assert fault is not None, "nobody has a right nowhere"
    if choice not in (PAUSE, RESUME):
        raise Refusal("action/unknown")
    same = {"root_id": fault.root_id, "item_id": fault.item_id}
    if choice == PAUSE:
        await Pause.get_or_create(**same, defaults={"at": now})
    else:
        await Pause.filter(**same).delete()
    await Fault.filter(**same, settled_at=None).update(settled_at=now)
    asked = choice == RESUME
    await note(fault.root_id, actor.label, "quiz_keep", f"quiz_item:{fault.item_id}", now, None, {"asked": asked})
    await restate(about(fault.root_id, fault.item_id), Card("quiz/fault_settled", {"quiz_fault": fault.id}), now)
    return Answer(toast=Card("quiz/fault_decided", {"asked": asked}))


async def say(actor: Actor, bot_id: int, question: Question, words: str, now: datetime) -> Answer:
    """What is wrong, in the member's own words."""
    said = " ".join(words.split())
    if len(said) > LONGEST:
        raise Refusal("quiz/long_fault", most=LONGEST)
    assert actor.telegram_id is not None, "a question is asked of an account"
    mine = Fault.filter(id=question.facts["fault"], member_id=actor.member_id or 0)
    if fault := await mine.first():
        await mine.update(words=said)
        await touch(about(fault.root_id, fault.item_id), now)
    await close(bot_id, actor.telegram_id)
    return Answer(screen=Card("quiz/fault_said"))


async def describe(fault_id: int, _: datetime) -> dict[str, Any]:
    """An item somebody doubts: `code`, what it asks, `count` of those who do, their `words`, whether it is `paused`."""
    fault = await Fault.get(id=fault_id)
    item = await Item.get(id=fault.item_id)
    said = await Fault.filter(root_id=fault.root_id, item_id=fault.item_id).order_by("id")
    doubts = [each for each in said if each.settled_at is None] or said
    paused = await Pause.exists(root_id=fault.root_id, item_id=fault.item_id)
    told = {"code": item.code, "question": item.question, "why": item.why, "source": item.source, "paused": paused}
    right = named(json.loads(item.options), item.answer)
    return told | {"right": right, "count": len(doubts), "words": [each.words for each in doubts if each.words]}
