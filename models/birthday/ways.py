"""惯例 of birthdays: which day counts, at what hour, in public or not. What a node does not say, its nearest ancestor decides.
By taps: each button takes one of them a step on, and after the last back to what holds above.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, time
from typing import Any

from models.audit import note
from models.birthday.rules import FEB28, MAR1
from models.card import Answer, Card, Refusal, Tap
from models.database import rows, run
from models.due import marks
from models.gathering.choice import YES
from models.gathering.organising import unfold
from models.member import Actor
from models.organisation import Node
from models.outbox import touch
from models.rounds import hasten_below, lineage

RIGHT = "birthday.plan"
JOINED, FULL = "joined", "full"
# What a button sets, in the order of the buttons, and the values it goes through. None inherits.
STEPS: dict[str, tuple[Any, ...]] = {
    "basis": (None, JOINED, FULL),
    "leap": (None, FEB28, MAR1),
    "greet_at": (None, "08:30", "09:00", "12:00", "18:00"),
    "in_group": (None, True, False),
    "gift": (None, True, False),
}
NAMES = tuple(STEPS)
PACK = 16  # the place of a button, from 1, in the number it has left


@dataclass(frozen=True, slots=True)
class Way:
    """What holds for a node."""

    basis: str = JOINED
    leap: str = FEB28
    greet_at: str = "09:00"
    in_group: bool = False
    gift: bool = False

    @property
    def hour(self) -> time:
        return time.fromisoformat(self.greet_at)


async def way_of(node_id: int) -> Way:
    """What holds for a node now."""
    path = (await Node.get(id=node_id)).path
    return (await ways_along([path]))[path]


async def ways_along(paths: Iterable[str]) -> dict[str, Way]:
    """What holds for many nodes now, by their paths: a path names all nodes above it."""
    lines = {path: lineage(path) for path in paths}
    asked = sorted({number for line in lines.values() for number in line})
    found = await rows(f"SELECT * FROM birthday_habit WHERE node_id IN ({marks(asked)})", *asked) if asked else []
    said = {row["node_id"]: row for row in found}
    return {path: worded([said[number] for number in line if number in said]) for path, line in lines.items()}


def worded(line: list[dict[str, Any]]) -> Way:
    """`line`: what a node says, and those above it, nearest first."""
    said = {each.name: next((row[each.name] for row in line if row[each.name] is not None), None) for each in fields(Way)}
    return Way(**{name: typed(name, value) for name, value in said.items() if value is not None})


def typed(name: str, value: Any) -> Any:
    """SQLite gives 0 and 1 for booleans."""
    return bool(value) if value is not None and name in ("in_group", "gift") else value


async def kept_by(actor: Actor, node_id: int) -> Node:
    """A node whose birthdays this actor answers for. What does not exist and what is not theirs sound the same."""
    node = await Node.get_or_none(id=node_id)
    actor.must(RIGHT, node.path if node else "nowhere")
    assert node is not None, "nobody answers for what is not there"
    return node


async def show_ways(actor: Actor, node_id: int, choice: int, now: datetime) -> Answer:
    """设置: the list one taps through."""
    node = await kept_by(actor, node_id)
    if choice != YES:
        raise Refusal("action/unknown")
    await unfold(actor, {"root_id": node.root_id}, f"birthdayways:{node_id}", shown(node_id), now)
    return Answer()


def shown(node_id: int) -> Card:
    taps = (
        (Tap("birthday.basis", "birthday_way", node_id, PACK), Tap("birthday.leap", "birthday_way", node_id, 2 * PACK)),
        (Tap("birthday.hour", "birthday_way", node_id, 3 * PACK), Tap("birthday.public", "birthday_way", node_id, 4 * PACK)),
        (Tap("birthday.gift", "birthday_way", node_id, 5 * PACK),),
    )
    return Card("birthday/ways", {"birthday_ways": node_id}, taps)


async def settle(actor: Actor, node_id: int, choice: int, now: datetime) -> Answer:
    """One tap on one of them."""
    node = await kept_by(actor, node_id)
    place, rest = divmod(choice, PACK)
    if rest or not 1 <= place <= len(NAMES):
        raise Refusal("action/unknown")
    name = NAMES[place - 1]
    before = await own(node_id, name)
    steps = STEPS[name]
    after = steps[(steps.index(before) + 1) % len(steps)]
    await run(KEEP.format(name=name), node.root_id, node_id, after)
    await note(node.root_id or node.id, actor.label, "birthday_way", f"node:{node_id}", now, {name: before}, {name: after})
    await touch(f"birthdayways:{node_id}", now)
    await hasten_below(node.path, now)
    return Answer(toast=Card("birthday/way_kept"))


KEEP = """
INSERT INTO birthday_habit (root_id, node_id, {name}) VALUES (?, ?, ?)
ON CONFLICT (node_id) DO UPDATE SET {name} = excluded.{name}
"""


async def own(node_id: int, name: str) -> Any:
    """What the node itself says."""
    found = await rows("SELECT * FROM birthday_habit WHERE node_id = ?", node_id)
    return typed(name, found[0][name]) if found else None


async def describe(node_id: int, _: datetime) -> dict[str, Any]:
    """What holds for a node, its name (`node`), and which of it comes from above (`inherited`)."""
    node = await Node.get(id=node_id)
    inherited = [name for name in NAMES if await own(node_id, name) is None]
    return asdict(await way_of(node_id)) | {"node": node.name, "inherited": inherited}
