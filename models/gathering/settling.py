"""惯例 by taps: each button takes a node's habit one step on, and after the last back to what holds above it. The fixed items
of its theme days are typed.
"""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from models.audit import note
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.draft import Question, ask, close
from models.gathering.agenda import LONGEST_ITEM
from models.gathering.choice import YES
from models.gathering.habits import habits
from models.gathering.organising import unfold
from models.gathering.sectors import SECTORS
from models.gathering.typed import BETWEEN, tidy
from models.member import Actor
from models.organisation import Node, serving
from models.outbox import touch

Values = tuple[Any, ...]  # of the columns of one button, together
# What a button sets: its columns, and the values it goes through. None inherits.
STEPS: dict[str, tuple[tuple[str, ...], tuple[Values, ...]]] = {
    "maybe": (("offers_maybe",), ((None,), (True,), (False,))),
    "names": (("shows_names",), ((None,), (True,), (False,))),
    "approval": (("approves_leave",), ((None,), (True,), (False,))),
    "leads": (("remind_leads",), ((None,), ("4320,1440,60",), ("1440,60",), ("1440",), ("",))),
    "sign": (("sign_before", "sign_after"), ((None, None), (15, 30), (30, 60), (60, 120))),
    "sector": (("sector",), tuple((name,) for name in (None, *SECTORS))),
    "sign_with": (("sign_with",), ((None,), ("button",), ("code",))),
    "leave": (("leave_minutes",), ((None,), (60,), (120,), (1440,))),
    "announce": (("announce_days",), ((None,), (3,), (7,), (14,))),
}
NAMES = tuple(STEPS)
PACK = 16  # the place of a button, from 1, in the number it has left
ITEMS = 2  # the other choice of `habits`: the fixed items, which are typed
QUESTION = "gathering.items"
MOST_FIXED = 9


async def settle(actor: Actor, node_id: int, choice: int, now: datetime) -> Answer:
    """One tap on a habit."""
    node = await Node.get_or_none(id=node_id)
    actor.must("gathering.plan", node.path if node else "nowhere")
    place, rest = divmod(choice, PACK)
    if node is None or rest or not 1 <= place <= len(NAMES):
        raise Refusal("action/unknown")
    columns, steps = STEPS[NAMES[place - 1]]
    before = await own(node_id, columns)
    after = steps[(steps.index(before) + 1) % len(steps)] if before in steps else steps[0]
    await keep(node, columns, after)
    noted = [dict(zip(columns, values, strict=True)) for values in (before, after)]
    await note(node.root_id or node.id, actor.label, "habit", f"node:{node_id}", now, *noted)
    await touch(f"habits:{node_id}", now)
    return Answer(toast=Card("gathering/habit_kept"))


async def own(node_id: int, columns: tuple[str, ...]) -> Values:
    """What the node itself says."""
    found = await rows("SELECT * FROM habit WHERE node_id = ?", node_id)
    return tuple(typed(name, found[0][name]) if found else None for name in columns)


def typed(name: str, value: Any) -> Any:
    """SQLite gives 0 and 1 for booleans."""
    return bool(value) if value is not None and name in ("offers_maybe", "shows_names", "approves_leave") else value


async def keep(node: Node, columns: tuple[str, ...], values: Values) -> None:
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    new = ", ".join(f"{name} = excluded.{name}" for name in columns)
    sql = f"INSERT INTO habit (root_id, node_id, {names}) VALUES (?, ?, {marks}) ON CONFLICT (node_id) DO UPDATE SET {new}"
    await run(sql, node.root_id, node.id, *values)


async def show(actor: Actor, now: datetime) -> Answer:
    """/habits: the list of one's own node, or the question of which."""
    nodes = await Node.filter(path__in=actor.must_somewhere("gathering.plan")).order_by("path")
    if len(nodes) == 1:
        return await unfolded(actor, nodes[0], now)
    taps = [(Tap("named", "habits", node.id, YES, node.name),) for node in nodes[:8]]
    return Answer(screen=Card("gathering/which_habits", {}, tuple(taps)))


async def choose(actor: Actor, node_id: int, choice: int, now: datetime) -> Answer:
    """The node was tapped."""
    node = await Node.get_or_none(id=node_id)
    actor.must("gathering.plan", node.path if node else "nowhere")
    if node is not None and choice == ITEMS and actor.telegram_id is not None:
        await ask(await serving(node.root_id or node.id), actor.telegram_id, QUESTION, {"node": node_id}, now)
        return Answer(screen=Card("gathering/which_items", {"habits": node_id, "most": MOST_FIXED}))
    if node is None or choice != YES:
        raise Refusal("action/unknown")
    return await unfolded(actor, node, now)


async def say_items(actor: Actor, bot_id: int, question: Question, words: str, inherit: bool, now: datetime) -> Answer:
    """The fixed items were typed; or what holds above is to hold again."""
    node = await Node.get(id=question.facts["node"])
    actor.must("gathering.plan", node.path)
    before = (await own(node.id, ("items",)))[0]
    items = None if inherit else meant(words, (await habits(node.id)).items)
    await keep(node, ("items",), (None if items is None else json.dumps(items, ensure_ascii=False),))
    was = None if before is None else json.loads(before)
    await note(node.root_id or node.id, actor.label, "habit", f"node:{node.id}", now, {"items": was}, {"items": items})
    await touch(f"habits:{node.id}", now)
    assert actor.telegram_id is not None, "a question is asked of an account"
    await close(bot_id, actor.telegram_id)
    return Answer(toast=Card("gathering/habit_kept"))


def meant(words: str, held: tuple[str, ...]) -> list[str]:
    """Items between commas or on lines of their own, each once; a number is that item of those that hold now."""
    told = [one for one in map(tidy, BETWEEN.split(words)) if one]
    items = list(dict.fromkeys(held[int(one) - 1] if one in map(str, range(1, len(held) + 1)) else one for one in told))
    if not items or max(map(len, items)) > LONGEST_ITEM:
        raise Refusal("gathering/long_item", most=LONGEST_ITEM)
    if len(items) > MOST_FIXED:
        raise Refusal("gathering/many_items", most=MOST_FIXED)
    return items


async def unfolded(actor: Actor, node: Node, now: datetime) -> Answer:
    about = f"habits:{node.id}"
    await unfold(actor, {"root_id": node.root_id}, about, Card("gathering/habits", {"habits": node.id}, buttons(node.id)), now)
    return Answer()


def buttons(node_id: int) -> tuple[tuple[Tap, ...], ...]:
    """In the order of `STEPS`."""
    return (
        (Tap("habit.maybe", "habit", node_id, PACK), Tap("habit.names", "habit", node_id, 2 * PACK)),
        (Tap("habit.approval", "habit", node_id, 3 * PACK), Tap("habit.leads", "habit", node_id, 4 * PACK)),
        (Tap("habit.sign", "habit", node_id, 5 * PACK), Tap("habit.sector", "habit", node_id, 6 * PACK)),
        (Tap("habit.sign_with", "habit", node_id, 7 * PACK), Tap("habit.leave", "habit", node_id, 8 * PACK)),
        (Tap("habit.announce", "habit", node_id, 9 * PACK), Tap("habit.items", "habits", node_id, ITEMS)),
    )


async def describe(node_id: int, _: datetime) -> dict[str, Any]:
    """What holds for a node (`held`), and which buttons' habits it has from above (`inherited`)."""
    node = await Node.get(id=node_id)
    buttons_of = {name: columns for name, (columns, _) in STEPS.items()} | {"items": ("items",)}
    inherited = [name for name, columns in buttons_of.items() if await own(node_id, columns) == (None,) * len(columns)]
    held = asdict(await habits(node_id))
    leads = list(held.pop("remind_leads"))
    return {"node": node.name, "held": held | {"items": list(held["items"])}, "leads": leads, "inherited": inherited}
