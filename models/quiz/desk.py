"""每日一题的设置: an organiser taps how a node holds its quiz. Without a word of theirs there is none."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from models.audit import note
from models.calendar import local
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run, to_ms
from models.member import Actor
from models.organisation import Node, chats, serving, wishes
from models.outbox import Recipient, debt, owe_many, touch
from models.quiz.daily import YES, next_week, schedule, span
from models.quiz.tables import QuizHabit
from models.quiz.weekly import counted

PACK = 16  # the place of a button, from 1, in the number it has left
HOURS = (None, "08:30", "12:00", "18:00", "19:00")  # None: what holds above


async def show(actor: Actor, node_id: int, choice: int, now: datetime) -> Answer:
    """The list of a node's settings, renewed in place while it is tapped through."""
    node = await settled_by(actor, node_id)
    if choice != YES:
        raise Refusal("action/unknown")
    about = f"quiz_desk:{node.id}"
    await run("UPDATE delivery SET live = ? WHERE about = ? AND member_id = ?", False, about, actor.member_id)
    to = Recipient(await serving(node.root_id or node.id), node.root_id, member_id=actor.member_id)
    card = Card("quiz/desk", {"quiz_desk": node.id}, buttons(node.id))
    await owe_many([debt("notice", card, to, f"notice:{about}:{to_ms(now)}:{to.label}", now, about=about, live=True)])
    return Answer()


async def settled_by(actor: Actor, node_id: int) -> Node:
    node = await Node.get_or_none(id=node_id, closed_at=None)
    actor.must("quiz.settle", node.path if node else "nowhere")
    assert node is not None, "nobody has a right nowhere"
    return node


def buttons(node_id: int) -> tuple[tuple[Tap, ...], ...]:
    """In the order of `STEPS`."""
    return (
        (Tap("quiz.daily", "quiz_set", node_id, PACK), Tap("quiz.hour", "quiz_set", node_id, 2 * PACK)),
        (Tap("quiz.workdays", "quiz_set", node_id, 3 * PACK), Tap("quiz.board", "quiz_set", node_id, 4 * PACK)),
        (Tap("quiz.native", "quiz_set", node_id, 5 * PACK),),
    )


async def settle(actor: Actor, node_id: int, choice: int, now: datetime) -> Answer:
    """One tap on a setting takes it one step on."""
    node = await settled_by(actor, node_id)
    place, rest = divmod(choice, PACK)
    if rest or not 1 <= place <= len(STEPS):
        raise Refusal("action/unknown")
    habit = (await QuizHabit.get_or_create(node_id=node.id, defaults={"root_id": node.root_id}))[0]
    before = await held(node, habit)
    await STEPS[place - 1](node, habit)
    await plan_ahead(habit, now)
    await note(node.root_id or node.id, actor.label, "quiz_set", f"node:{node.id}", now, before, await held(node, habit))
    await touch(f"quiz_desk:{node.id}", now)
    return Answer(toast=Card("quiz/set"))


async def daily(_: Node, habit: QuizHabit) -> None:
    habit.daily = not habit.daily


async def hour(node: Node, _: QuizHabit) -> None:
    """A node's own hour is one of its wishes, as the roster's sheet has it too."""
    step = HOURS.index(node.quiz_at) if node.quiz_at in HOURS else -1
    node.quiz_at = HOURS[(step + 1) % len(HOURS)]
    await Node.filter(id=node.id).update(quiz_at=node.quiz_at)


async def workdays(_: Node, habit: QuizHabit) -> None:
    habit.workdays = not habit.workdays


async def board(_: Node, habit: QuizHabit) -> None:
    habit.board = not habit.board


async def native(_: Node, habit: QuizHabit) -> None:
    habit.native = not habit.native


STEPS: tuple[Callable[[Node, QuizHabit], Awaitable[None]], ...] = (daily, hour, workdays, board, native)


async def held(node: Node, habit: QuizHabit) -> dict[str, Any]:
    return {name: getattr(habit, name) for name in ("daily", "workdays", "board", "native")} | {"quiz_at": node.quiz_at}


async def plan_ahead(habit: QuizHabit, now: datetime) -> None:
    """When the clock looks next: turned on during the day, the first question is tomorrow's."""
    habit.open_due = habit.week_due = None
    if habit.daily:
        there = await wishes(habit.node_id)
        await schedule(habit, there, now)
        habit.week_due = next_week(there, now)
    await habit.save()


async def which(actor: Actor) -> list[dict[str, Any]]:
    """The nodes whose quiz somebody settles: id, name."""
    reach = tuple(actor.reach("quiz.settle"))
    if not reach:
        return []
    found = await rows("SELECT id, name, path FROM node WHERE root_id = ? AND closed_at IS NULL ORDER BY path", actor.root_id)
    return [row for row in found if row["path"] in reach]


async def describe(node_id: int, now: datetime) -> dict[str, Any]:
    """What holds for a node: `daily`, `at` (HH:MM there, not in quiet hours), `workdays`, `board`, `native`, how many `groups`,
    the counts of last `week`.
    """
    node, habit = await Node.get(id=node_id), await QuizHabit.get_or_none(node_id=node_id)
    said = {name: bool(habit and getattr(habit, name)) for name in ("daily", "workdays", "board", "native")}
    there = await wishes(node_id)
    today = local(now, there.zone).date()
    at = local(span(today, there)[0], there.zone).strftime("%H:%M")
    week = await counted(node_id, today - timedelta(days=today.weekday()))
    return said | {"node": node.name, "at": at, "groups": len(await chats(node_id)), "week": week}
